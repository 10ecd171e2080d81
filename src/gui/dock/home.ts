/** Where a panel belongs in a layout, so that one that floated or had a window of its own goes back to its old place. Pure. */
import { panelsIn, type Layout, type LayoutNode } from './layout.ts';
import type { Direction } from './neighbour.ts';

/** Along a whole edge of the docks, beside a panel, or as the tab `index` with it. */
export type Home =
  | { readonly edge: Direction }
  | { readonly beside: string; readonly side: Direction }
  | { readonly tabWith: string; readonly index: number };

/** Places for `panel`, the closest to its old one first; the caller takes the first whose neighbour is docked. */
export function homesOf(layout: Layout, panel: string): readonly Home[] {
  const { root } = layout;
  const inside = homesIn(root, panel);
  if (root.kind === 'tabs') return inside;
  const isAlone = (node: LayoutNode | undefined): boolean => node?.kind === 'tabs' && node.panels.join() === panel;
  const [first, last]: readonly [Direction, Direction] = root.kind === 'row' ? ['left', 'right'] : ['up', 'down'];
  if (isAlone(root.children[0])) return [{ edge: first }, ...inside];
  return isAlone(root.children.at(-1)) ? [{ edge: last }, ...inside] : inside;
}

function homesIn(node: LayoutNode, panel: string): readonly Home[] {
  if (node.kind === 'tabs') {
    const index = node.panels.indexOf(panel);
    return index < 0 ? [] : others(node.panels, panel).map((tabWith) => ({ tabWith, index }));
  }
  const at = node.children.findIndex((child) => panelsIn(child).includes(panel));
  const child = node.children[at];
  if (child === undefined) return [];
  const [before, after]: readonly [Direction, Direction] = node.kind === 'row' ? ['left', 'right'] : ['up', 'down'];
  // Its place follows what stood before it, or precedes what stood after it.
  const previous = node.children.slice(0, at).reverse().flatMap(panelsIn);
  const next = node.children.slice(at + 1).flatMap(panelsIn);
  return [
    ...homesIn(child, panel),
    ...previous.map((beside): Home => ({ beside, side: after })),
    ...next.map((beside): Home => ({ beside, side: before })),
  ];
}

const others = (panels: readonly string[], panel: string): readonly string[] =>
  panels.filter((other) => other !== panel);
