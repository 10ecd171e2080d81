/** Up and Down through the rows of a list: every row has one button with `data-row`. */
import type { KeyboardEvent } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** Moves the focus; true when the key was one of these. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): boolean {
  const step = STEPS[event.key];
  if (step === undefined) return false;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const row = event.target instanceof Element ? event.target.closest('li') : null;
  const at = rows.findIndex((button) => row?.contains(button) === true);
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
  event.preventDefault();
  return true;
}
