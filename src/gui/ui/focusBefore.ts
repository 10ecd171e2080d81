/** Where the focus was before something opened over the work, so that Esc gives it back (look.md 8). */
import { useState } from 'react';
import { isHtml } from './dom.ts';

/** What has the focus; null for a menu or its button: an entry that opens something has been left for good, and so has its menu. */
export function focusedBefore({ activeElement: active, body }: Document): HTMLElement | null {
  const left = active === body || active?.closest('[role="menu"], [aria-haspopup="menu"]') !== null;
  return !left && isHtml(active) ? active : null;
}

/** Gives the focus back to what had it when the caller was first rendered in this document. */
export function useFocusBack(document: Document): () => void {
  const [before] = useState(() => focusedBefore(document));
  return () => before?.focus({ preventScroll: true });
}
