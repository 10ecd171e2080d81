/** Our own description of where the panels are. It is what is kept between launches; dockview's own format never leaves this folder. */

/** A place that holds panels as tabs, or a row or column of places. `size` is a share of the parent, relative to its siblings. */
export type LayoutNode =
  | {
      readonly kind: 'tabs';
      readonly size: number;
      readonly panels: readonly string[];
      readonly active: string;
    }
  | { readonly kind: 'row' | 'column'; readonly size: number; readonly children: readonly LayoutNode[] };

/** Places that float over the others. CSS px from the top left of the docks. */
export interface FloatingPlaces {
  readonly root: LayoutNode;
  readonly box: Box;
}
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly version: 1;
  readonly root: LayoutNode;
  readonly floating: readonly FloatingPlaces[];
}

/** Every panel of a layout, in reading order. */
export function panelsOf(layout: Layout): readonly string[] {
  return [layout.root, ...layout.floating.map((places) => places.root)].flatMap(panelsIn);
}

/** Every panel below a node, in reading order. */
export function panelsIn(node: LayoutNode): readonly string[] {
  return node.kind === 'tabs' ? node.panels : node.children.flatMap(panelsIn);
}

/**
 * The layout without the panels that `known` refuses (views of a plugin that is gone) and without places left empty.
 * null when nothing is left.
 */
export function pruneLayout(layout: Layout, known: (panel: string) => boolean): Layout | null {
  const root = pruneNode(layout.root, known);
  if (root === null) return null;
  const floating = layout.floating.flatMap((places) => {
    const kept = pruneNode(places.root, known);
    return kept === null ? [] : [{ ...places, root: kept }];
  });
  return { version: 1, root, floating };
}

const activeOf = (panels: readonly string[], active: string): string =>
  panels.includes(active) ? active : (panels[0] ?? '');

function pruneNode(node: LayoutNode, known: (panel: string) => boolean): LayoutNode | null {
  if (node.kind === 'tabs') {
    const panels = node.panels.filter(known);
    return panels.length === 0 ? null : { ...node, panels, active: activeOf(panels, node.active) };
  }
  const children = node.children.map((child) => pruneNode(child, known)).filter((child) => child !== null);
  if (children.length === 0) return null;
  if (children.length > 1) return { ...node, children };
  // The only child takes the place; were it of the same direction as the grandparent, dockview needs the nesting, so only tabs do.
  const only = children[0];
  return only.kind === 'tabs' ? { ...only, size: node.size } : { ...node, children };
}

/** Reads a kept layout; null for anything that is not one, or that names a panel twice. */
export function readLayout(kept: unknown): Layout | null {
  if (!isObject(kept) || kept.version !== 1) return null;
  const root = readNode(kept.root, 0);
  if (root === null || !Array.isArray(kept.floating)) return null;
  const floating = kept.floating.map(readFloating);
  if (floating.some((group) => group === null)) return null;
  const layout: Layout = { version: 1, root, floating: floating.filter((group) => group !== null) };
  const panels = panelsOf(layout);
  return new Set(panels).size === panels.length ? layout : null;
}

const DEEPEST = 12;
type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;

const isPlace = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function readNode(node: unknown, depth: number): LayoutNode | null {
  if (!isObject(node) || !isSize(node.size) || depth > DEEPEST) return null;
  const { kind, size, panels, active, children } = node;
  if (kind === 'tabs') {
    if (!isNames(panels)) return null;
    return { kind, size, panels, active: activeOf(panels, typeof active === 'string' ? active : '') };
  }
  if ((kind !== 'row' && kind !== 'column') || !Array.isArray(children) || children.length === 0) return null;
  const read = children.map((child) => readNode(child, depth + 1));
  if (read.some((child) => child === null)) return null;
  return { kind, size, children: read.filter((child) => child !== null) };
}

/** One place, or several beside each other. Earlier versions kept the tabs of one place without a node around them. */
function readFloating(places: unknown): FloatingPlaces | null {
  if (!isObject(places) || !isObject(places.box)) return null;
  const root = readNode('root' in places ? places.root : { ...places, kind: 'tabs', size: 1 }, 0);
  const { left, top, width, height } = places.box;
  if (root === null || !isPlace(left) || !isPlace(top) || !isSize(width) || !isSize(height)) return null;
  return { root, box: { left, top, width, height } };
}
