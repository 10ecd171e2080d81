/** Moving panels without the mouse: past a neighbour, into its tabs, out of the tabs, over all others, and back to where one was. */
import type { DockviewApi, IDockviewPanel } from 'dockview-react';
import { cascaded, fromDockview } from './dockviewLayout.ts';
import { homesOf, type Home } from './home.ts';
import type { Box, Layout } from './layout.ts';
import { isAtEdge, neighbourOf, type Direction } from './neighbour.ts';

type Group = DockviewApi['groups'][number];

/** dockview's words for a side of a place. */
const SIDES = { left: 'left', right: 'right', up: 'top', down: 'bottom' } as const;
/** ... and for an edge of the docks. */
const EDGES = { left: 'left', right: 'right', up: 'above', down: 'below' } as const;

export interface Moves {
  /** Out of its tabs, else past the neighbour, else along the whole edge. False when it is at that edge already. */
  move(id: string, direction: Direction): boolean;
  /** Into the tabs of the neighbour. False when there is none. */
  tabWith(id: string, direction: Direction): boolean;
  /** Whether `move` would do something now. */
  canMove(id: string, direction: Direction): boolean;
  /** Whether `tabWith` would do something now. */
  canTabWith(id: string, direction: Direction): boolean;
  /** Fills the docks with the panel's place, or puts the others back. */
  maximize(id: string): void;
  isMaximized(id: string): boolean;
  float(id: string): void;
  /** Back to where it was before it floated. */
  dock(id: string): void;
}

/** Where a panel was before it floated. */
interface Origin {
  readonly layout: Layout | null;
  readonly width: number;
  readonly height: number;
}

export function createMoves(api: DockviewApi): Moves {
  const origins = new Map<string, Origin>();
  const find = (id: string): IDockviewPanel | undefined => api.getPanel(id);
  const neighbour = (panel: IDockviewPanel, direction: Direction): Group | undefined => {
    const places = docked(api).filter((group) => group !== panel.group);
    return places[neighbourOf(boxOf(panel.group), places.map(boxOf), direction)];
  };
  const toEdge = (panel: IDockviewPanel, direction: Direction): void =>
    panel.api.moveTo({ group: api.addGroup({ direction: EDGES[direction] }) });

  const canMove = (panel: IDockviewPanel, direction: Direction): boolean =>
    isLoose(panel) ||
    neighbour(panel, direction) !== undefined ||
    !isAtEdge(boxOf(panel.group), dockBox(api), direction);

  return {
    // What is hidden behind a panel that fills the docks cannot be measured: it is put back first, and then it is seen.
    canMove(id, direction) {
      const panel = find(id);
      return panel !== undefined && (api.hasMaximizedGroup() || canMove(panel, direction));
    },
    canTabWith(id, direction) {
      const panel = find(id);
      return panel !== undefined && (api.hasMaximizedGroup() || neighbour(panel, direction) !== undefined);
    },
    move(id, direction) {
      const panel = find(id);
      if (panel === undefined) return false;
      // The others are put back first: it is moved among them.
      api.exitMaximizedGroup();
      if (!canMove(panel, direction)) return false;
      const beyond = neighbour(panel, direction);
      if (isDocked(panel) && panel.group.panels.length > 1) {
        panel.api.moveTo({ group: panel.group, position: SIDES[direction] });
      } else if (isDocked(panel) && beyond !== undefined) {
        panel.api.moveTo({ group: beyond, position: SIDES[direction] });
      } else toEdge(panel, direction);
      return true;
    },
    tabWith(id, direction) {
      api.exitMaximizedGroup();
      const panel = find(id);
      const group = panel === undefined ? undefined : neighbour(panel, direction);
      if (panel === undefined || group === undefined) return false;
      panel.api.moveTo({ group, position: 'center' });
      return true;
    },
    maximize(id) {
      const panel = find(id);
      if (panel === undefined) return;
      if (panel.api.isMaximized()) api.exitMaximizedGroup();
      else if (isDocked(panel)) api.maximizeGroup(panel);
      panel.api.setActive();
    },
    isMaximized: (id) => find(id)?.api.isMaximized() === true,
    float(id) {
      const panel = find(id);
      if (panel === undefined) return;
      api.exitMaximizedGroup();
      const { width, height } = panel.group.element.getBoundingClientRect();
      origins.set(id, { layout: fromDockview(api.toJSON()), width, height });
      const floats = api.groups.filter((group) => group.api.location.type === 'floating').length;
      const { left: x, top: y } = cascaded(floats);
      api.addFloatingGroup(panel, { x, y, width: Math.max(width, 320), height: Math.max(height, 240) });
    },
    dock(id) {
      const panel = find(id);
      if (panel === undefined || isDocked(panel)) return;
      // A window of its own gives its panels back when it closes, to the place that was kept for them.
      if (panel.api.location.type === 'popout' && panel.group.panels.length === 1) return panel.api.getWindow().close();
      const origin = origins.get(id);
      const homes = origin?.layout === null || origin === undefined ? [] : homesOf(origin.layout, id);
      const moved = homes.find((home) => goHome(api, panel, home));
      if (moved === undefined) return toEdge(panel, 'right');
      const side = 'edge' in moved ? moved.edge : 'side' in moved ? moved.side : null;
      if (origin === undefined || side === null) return;
      const { width, height } = origin;
      panel.group.api.setSize(side === 'left' || side === 'right' ? { width } : { height });
    },
  };
}

const isDocked = (panel: IDockviewPanel): boolean => panel.api.location.type === 'grid';
/** Not alone at a place of the grid. */
const isLoose = (panel: IDockviewPanel): boolean => !isDocked(panel) || panel.group.panels.length > 1;

/** False when the neighbour that the place is told by is not docked. */
function goHome(api: DockviewApi, panel: IDockviewPanel, home: Home): boolean {
  if ('edge' in home) {
    panel.api.moveTo({ group: api.addGroup({ direction: EDGES[home.edge] }) });
    return true;
  }
  const isTab = 'tabWith' in home;
  const beside = api.getPanel(isTab ? home.tabWith : home.beside);
  if (beside?.api.location.type !== 'grid') return false;
  const { group } = beside;
  panel.api.moveTo(isTab ? { group, index: home.index } : { group, position: SIDES[home.side] });
  return true;
}

/** The places of the grid that can be seen. */
function docked(api: DockviewApi): readonly Group[] {
  return api.groups.filter((group) => group.api.location.type === 'grid' && group.api.isVisible && group.size > 0);
}

const boxOf = (group: Group): Box => group.element.getBoundingClientRect();

function dockBox(api: DockviewApi): Box {
  const boxes = docked(api).map(boxOf);
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}
