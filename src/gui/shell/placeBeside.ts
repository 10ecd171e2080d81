/** Where a box goes that belongs to a panel: left of it, else right of it, else over its right edge; always inside the window. */
interface Size {
  readonly width: number;
  readonly height: number;
}
interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

const GAP = 8;

export function placeBeside(panel: Box, popup: Size, window: Size): { readonly left: number; readonly top: number } {
  const right = panel.left + panel.width;
  const leftOf = panel.left - GAP - popup.width;
  const rightOf = right + GAP;
  const fitsRight = rightOf + popup.width + GAP <= window.width;
  const left = leftOf >= GAP ? leftOf : fitsRight ? rightOf : right - popup.width - GAP;
  const lowest = window.height - popup.height - GAP;
  return { left: Math.max(GAP, left), top: Math.max(GAP, Math.min(panel.top, lowest)) };
}
