/** Which place lies beside another one. Pure geometry: what the eye calls "on the left" does not depend on how places are nested. */
import type { Box } from './layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';
export const DIRECTIONS: readonly Direction[] = ['left', 'right', 'up', 'down'];

/** Boxes that touch may overlap by this many px. */
const SLACK = 2;

/**
 * The place of `boxes` next to `from` in a direction: the nearest one that faces it, of several the one that faces it most, then the first.
 * -1 when there is none.
 */
export function neighbourOf(from: Box, boxes: readonly Box[], direction: Direction): number {
  let best = -1;
  let least = Infinity;
  let most = 0;
  boxes.forEach((box, place) => {
    const gap = gapTo(from, box, direction);
    const facing = facingLength(from, box, direction);
    if (gap < -SLACK || facing <= SLACK) return;
    const nearer = gap < least - SLACK;
    const sameButMore = Math.abs(gap - least) <= SLACK && facing > most + SLACK;
    if (!nearer && !sameButMore) return;
    [best, least, most] = [place, gap, facing];
  });
  return best;
}

/** True when a box takes a whole edge of the dock. */
export function isAtEdge(box: Box, dock: Box, direction: Direction): boolean {
  const wholeHeight = near(box.height, dock.height);
  const wholeWidth = near(box.width, dock.width);
  switch (direction) {
    case 'left':
      return wholeHeight && near(box.left, dock.left);
    case 'right':
      return wholeHeight && near(box.left + box.width, dock.left + dock.width);
    case 'up':
      return wholeWidth && near(box.top, dock.top);
    case 'down':
      return wholeWidth && near(box.top + box.height, dock.top + dock.height);
  }
}

const EDGE_SLACK = 8;
const near = (a: number, b: number): boolean => Math.abs(a - b) <= EDGE_SLACK;

function gapTo(from: Box, to: Box, direction: Direction): number {
  switch (direction) {
    case 'left':
      return from.left - (to.left + to.width);
    case 'right':
      return to.left - (from.left + from.width);
    case 'up':
      return from.top - (to.top + to.height);
    case 'down':
      return to.top - (from.top + from.height);
  }
}

/** How much of their facing edges lie opposite each other. */
function facingLength(a: Box, b: Box, direction: Direction): number {
  const sideways = direction === 'left' || direction === 'right';
  const [from, to] = sideways
    ? [Math.max(a.top, b.top), Math.min(a.top + a.height, b.top + b.height)]
    : [Math.max(a.left, b.left), Math.min(a.left + a.width, b.left + b.width)];
  return to - from;
}
