/**
 * A kept layout in another window: places keep their shares, none becomes smaller than its panels can be, and what floats stays within
 * reach. Pure.
 */
import { leastSize } from './leastSize.ts';
import type { Box, LayoutNode } from './layout.ts';

type Size = Pick<Box, 'width' | 'height'>;

/** Smallest width and height of a node in px; tabs are as small as the panel in front. */
export function leastOf(node: LayoutNode): Size {
  if (node.kind === 'tabs') return leastSize(node.active);
  const least = node.children.map(leastOf);
  const sum = (of: (size: Size) => number): number => least.reduce((total, size) => total + of(size), 0);
  const most = (of: (size: Size) => number): number => Math.max(...least.map(of));
  return node.kind === 'row'
    ? { width: sum((size) => size.width), height: most((size) => size.height) }
    : { width: most((size) => size.width), height: sum((size) => size.height) };
}

/** The same tree with sizes in px, for `room` px. A room that is too small for all is shared in proportion to what each needs. */
export function fitNode(node: LayoutNode, room: Size): LayoutNode {
  if (node.kind === 'tabs') return node;
  const along = node.kind === 'row' ? 'width' : 'height';
  const least = node.children.map((child) => leastOf(child)[along]);
  const sizes = shareOut(
    room[along],
    node.children.map((child) => child.size),
    least,
  );
  const children = node.children.map((child, place) => {
    const size = sizes[place] ?? child.size;
    return { ...fitNode(child, { ...room, [along]: size }), size };
  });
  return { ...node, children };
}

/**
 * `room` by weight, none below its `least`: who would be takes its least, and the others share the rest. Where `room` cannot hold them all,
 * it is shared in proportion to `least`.
 */
export function shareOut(room: number, weights: readonly number[], least: readonly number[]): readonly number[] {
  const needed = least.reduce((sum, px) => sum + px, 0);
  if (needed >= room) return least.map((px) => (px * room) / needed);
  const fixed = new Set<number>();
  for (;;) {
    const left = least.reduce((rest, px, place) => (fixed.has(place) ? rest - px : rest), room);
    const total = weights.reduce((sum, weight, place) => (fixed.has(place) ? sum : sum + weight), 0);
    const share = (place: number): number => (left * (weights[place] ?? 0)) / total;
    const short = weights.findIndex((_, place) => !fixed.has(place) && share(place) < (least[place] ?? 0));
    if (short < 0) return weights.map((_, place) => (fixed.has(place) ? (least[place] ?? 0) : share(place)));
    fixed.add(short);
  }
}

/** A floating box that was made in another window: not larger than the dock, and all of it inside. */
export function fitFloating(box: Box, dock: Size): Box {
  const width = Math.min(box.width, dock.width);
  const height = Math.min(box.height, dock.height);
  return { left: within(box.left, dock.width - width), top: within(box.top, dock.height - height), width, height };
}

const within = (at: number, most: number): number => Math.max(0, Math.min(at, most));
