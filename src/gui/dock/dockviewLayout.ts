/** Our layouts as dockview reads and writes them. */
import { Orientation, type SerializedDockview, type SerializedGridObject } from 'dockview-react';
import { fitFloating, fitNode } from './fit.ts';
import { panelsOf, type Box, type FloatingPlaces, type Layout, type LayoutNode } from './layout.ts';
import { leastSize } from './leastSize.ts';

/** The part of dockview's group state that we use. */
interface Group {
  readonly id: string;
  views: string[];
  activeView?: string;
}
type GridNode = SerializedGridObject<Group>;
type Size = Pick<Box, 'width' | 'height'>;

const isRow = (node: LayoutNode): boolean => node.kind === 'row';

/**
 * dockview's form of a layout in a dock of `box` px: shares become px, no place smaller than its panels can be. Directions alternate with
 * depth there, so a row inside a row is wrapped in a column of one. `titles` are shown on the tabs.
 */
export function toDockview(layout: Layout, box: Size, titleOf: (panel: string) => string): SerializedDockview {
  const groups = new Counter();
  const panels: SerializedDockview['panels'] = {};
  for (const id of panelsOf(layout)) {
    const least = leastSize(id);
    panels[id] = {
      id,
      contentComponent: 'panel',
      title: titleOf(id),
      renderer: 'always',
      minimumWidth: least.width,
      minimumHeight: least.height,
    };
  }
  return {
    grid: gridOf(layout.root, box, groups),
    panels,
    activeGroup: '1',
    floatingGroups: layout.floating.map((places) => floatingGroup(places, box, groups)),
  };
}

function gridOf(node: LayoutNode, box: Size, groups: Counter): SerializedDockview['grid'] {
  const root: LayoutNode = node.kind === 'tabs' ? { kind: 'row', size: 1, children: [node] } : node;
  const fitted = fitNode(root, box);
  const horizontal = isRow(root);
  const [across, along] = horizontal ? [box.height, box.width] : [box.width, box.height];
  return {
    root: gridNode(fitted, horizontal, across, along, groups),
    width: box.width,
    height: box.height,
    orientation: horizontal ? Orientation.HORIZONTAL : Orientation.VERTICAL,
  };
}

type FloatingGroup = NonNullable<SerializedDockview['floatingGroups']>[number];

function floatingGroup({ root, box }: FloatingPlaces, dock: Size, groups: Counter): FloatingGroup {
  const position = { ...fitFloating(box, dock) };
  if (root.kind !== 'tabs') return { grid: gridOf(root, position, groups), position };
  return { data: { views: [...root.panels], activeView: root.active, id: groups.next() }, position };
}

class Counter {
  private last = 0;
  next(): string {
    this.last += 1;
    return String(this.last);
  }
}

/** `size`: px across the parent's direction; `along`: px along this node's own direction. */
function gridNode(node: LayoutNode, horizontal: boolean, size: number, along: number, groups: Counter): GridNode {
  if (node.kind === 'tabs') {
    const data = { views: [...node.panels], activeView: node.active, id: groups.next() };
    return { type: 'leaf', data, size };
  }
  // A branch that runs the other way than its depth asks for becomes the only child of one that does.
  const children = isRow(node) === horizontal ? node.children : [node];
  const total = children.reduce((sum, child) => sum + child.size, 0);
  const data = children.map((child) => gridNode(child, !horizontal, (along * child.size) / total, size, groups));
  return { type: 'branch', data, size };
}

/**
 * Our form of what dockview has on screen. Panels in windows of their own are put back as floating ones: browsers open none at start. With
 * nothing docked, the first floating place is.
 */
export function fromDockview(serialized: SerializedDockview): Layout | null {
  const root = nodeOf(serialized.grid);
  const floats = serialized.floatingGroups ?? [];
  const popped = (serialized.popoutGroups ?? []).map(({ data, grid, position }, place) => {
    const size = position === null ? {} : { width: position.width, height: position.height };
    return { data, grid, position: { ...cascaded(floats.length + place), ...size } };
  });
  const floating = [...floats, ...popped].flatMap((places): readonly FloatingPlaces[] => {
    const { data, grid, position } = places;
    const node =
      grid !== undefined ? nodeOf(grid) : data === undefined ? null : layoutNode({ type: 'leaf', data }, true, 1);
    return node === null ? [] : [{ root: node, box: boxOf(position) }];
  });
  if (root !== null) return { version: 1, root, floating };
  const [first, ...others] = floating;
  return first === undefined ? null : { version: 1, root: first.root, floating: others };
}

/** Where the next of some floating places goes, so that every header stays in sight. */
export const cascaded = (count: number): { readonly left: number; readonly top: number } => ({
  left: 80 + 28 * (count % 10),
  top: 60 + 32 * (count % 10),
});

const nodeOf = ({ root, orientation }: Pick<SerializedDockview['grid'], 'root' | 'orientation'>): LayoutNode | null =>
  layoutNode(root, orientation === Orientation.HORIZONTAL, 1);

function boxOf(position: object): Box {
  const read = (name: string, otherwise: number): number => {
    const value: unknown = Reflect.get(position, name);
    return typeof value === 'number' ? Math.round(value) : otherwise;
  };
  return { left: read('left', 60), top: read('top', 60), width: read('width', 480), height: read('height', 360) };
}

function layoutNode(node: SerializedGridObject<Group>, horizontal: boolean, size: number): LayoutNode | null {
  const { data } = node;
  if (!Array.isArray(data)) {
    const { views, activeView } = data;
    return views.length === 0 ? null : { kind: 'tabs', size, panels: [...views], active: activeView ?? views[0] };
  }
  const total = data.reduce((sum, child) => sum + (child.size ?? 1), 0);
  const share = (child: GridNode): number => (total > 0 ? round((child.size ?? 1) / total) : 1 / data.length);
  const children = data.map((child) => layoutNode(child, !horizontal, share(child))).filter((child) => child !== null);
  if (children.length === 0) return null;
  if (children.length === 1) return { ...children[0], size };
  return { kind: horizontal ? 'row' : 'column', size, children };
}

const round = (share: number): number => Math.round(share * 10000) / 10000;
