/** Numbers as short text. */

/** One decimal (`12.5`); one digit for what would become 0.0 and is more (`0.03`). */
export function oneDecimal(value: number): string {
  return value > 0 && value < 0.05 ? String(Number(value.toPrecision(1))) : value.toFixed(1);
}

/** `2 ms`: a short time given in s, with at most three digits. */
export const millisecondsText = (seconds: number): string => `${Number((1000 * seconds).toPrecision(3))} ms`;
