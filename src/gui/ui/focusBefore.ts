/** Where the focus was before something opened over the work, so that Esc gives it back (look.md 8). */
import { useState } from 'react';

/** What has the focus; null for a menu or its button: an entry that opens something has been left for good, and so has its menu. */
export function focusedBefore(): HTMLElement | null {
  const active = document.activeElement;
  const left = active === document.body || active?.closest('[role="menu"], [aria-haspopup="menu"]') !== null;
  return active instanceof HTMLElement && !left ? active : null;
}

/** Gives the focus back to what had it when the caller was first rendered. */
export function useFocusBack(): () => void {
  const [before] = useState(focusedBefore);
  return () => before?.focus({ preventScroll: true });
}
