/** Numbers as short text. */

/** One decimal (`12.5`); one digit for what would become 0.0 and is more (`0.03`). */
export function oneDecimal(value: number): string {
  return value > 0 && value < 0.05 ? String(Number(value.toPrecision(1))) : value.toFixed(1);
}
