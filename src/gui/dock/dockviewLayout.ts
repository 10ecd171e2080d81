/** Our layouts as dockview reads and writes them. */
import { Orientation, type SerializedDockview, type SerializedGridObject } from 'dockview-react';
import { panelsOf, type FloatingPanels, type Layout, type LayoutNode } from './layout.ts';

/** The part of dockview's group state that we use. */
interface Group {
  readonly id: string;
  views: string[];
  activeView?: string;
}
type GridNode = SerializedGridObject<Group>;
interface Box {
  readonly width: number;
  readonly height: number;
}

const isRow = (node: LayoutNode): boolean => node.kind === 'row';

/**
 * dockview's form of a layout in a dock of `box` px. Directions alternate with depth there, so a row inside a row is wrapped in a column of
 * one. `titles` are shown on the tabs.
 */
export function toDockview(layout: Layout, box: Box, titleOf: (panel: string) => string): SerializedDockview {
  const horizontal = layout.root.kind !== 'column';
  const groups = new Counter();
  const root: LayoutNode =
    layout.root.kind === 'tabs' ? { kind: 'row', size: 1, children: [layout.root] } : layout.root;
  const panels: SerializedDockview['panels'] = {};
  for (const id of panelsOf(layout)) {
    panels[id] = { id, contentComponent: 'panel', title: titleOf(id), renderer: 'always' };
  }
  return {
    grid: {
      root: gridNode(
        root,
        horizontal,
        horizontal ? box.height : box.width,
        horizontal ? box.width : box.height,
        groups,
      ),
      width: box.width,
      height: box.height,
      orientation: horizontal ? Orientation.HORIZONTAL : Orientation.VERTICAL,
    },
    panels,
    activeGroup: '1',
    floatingGroups: layout.floating.map((group) => ({
      data: { views: [...group.panels], activeView: group.active, id: groups.next() },
      position: { ...group.box },
    })),
  };
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

/** Our form of what dockview has on screen. Panels in windows of their own are put back as floating ones: browsers open none at start. */
export function fromDockview(serialized: SerializedDockview): Layout | null {
  const root = layoutNode(serialized.grid.root, serialized.grid.orientation === Orientation.HORIZONTAL, 1);
  if (root === null) return null;
  const floating = (serialized.floatingGroups ?? []).flatMap((group): readonly FloatingPanels[] => {
    const node = group.data;
    if (node === undefined || node.views.length === 0) return [];
    return [{ panels: [...node.views], active: node.activeView ?? node.views[0], box: boxOf(group.position) }];
  });
  const poppedOut = (serialized.popoutGroups ?? []).flatMap((group, place): readonly FloatingPanels[] => {
    const node = group.data;
    if (node === undefined || node.views.length === 0) return [];
    const box = { left: 60 + 24 * place, top: 60 + 24 * place, width: 480, height: 360 };
    return [{ panels: [...node.views], active: node.activeView ?? node.views[0], box }];
  });
  return { version: 1, root, floating: [...floating, ...poppedOut] };
}

function boxOf(position: object): FloatingPanels['box'] {
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
