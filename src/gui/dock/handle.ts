/** What the shell can ask of the docks. */
import { Orientation, type DockviewApi, type IDockviewPanel } from 'dockview-react';
import { fromDockview, toDockview } from './dockviewLayout.ts';
import type { Layout } from './layout.ts';
import { holdsTable, leastSize } from './leastSize.ts';
import { createMoves, type Moves } from './moves.ts';
import type { DockPlace } from './tabOrder.ts';

export interface DockHandle extends Moves {
  /** Ids of the open panels. */
  panels(): readonly string[];
  /** Puts a new panel on the right, or as a tab beside `beside`; without room for a column more, as a tab of the largest place with plots. */
  add(id: string, beside?: string): void;
  close(id: string): void;
  /** Brings a panel to the front and gives it the focus. */
  activate(id: string): void;
  /** Into a window of its own. False when the browser did not open one. */
  popOut(id: string): Promise<boolean>;
  isDocked(id: string): boolean;
  load(layout: Layout): void;
  /** What is on screen; null while there is nothing. */
  layout(): Layout | null;
  /** Shows the title of a panel anew, which `titleOf` tells. */
  retitle(id: string): void;
  /** How many tabs there are at the panel's place, itself among them. */
  tabCount(id: string): number;
  /** Brings the next (1) or previous (-1) tab of the panel's place to the front. */
  nextTab(id: string, step: 1 | -1): void;
  /** Moves the focus to the next (1) or previous (-1) place in reading order. */
  focusNext(step: 1 | -1): void;
  /** Places of this window in reading order, for Tab. */
  places(): readonly DockPlace[];
  /** Size in CSS px. */
  size(): { readonly width: number; readonly height: number };
  /** Where a panel is in its window; null when it is hidden. */
  box(id: string): DOMRect | null;
}

/** Columns of this width, in CSS px, can still be worked with. */
const COLUMN_PX = 240;

/** A panel of the largest place with plots, where one column more would leave too little for each; undefined while there is room. */
function roomiest(api: DockviewApi): IDockviewPanel | undefined {
  const { root, orientation } = api.toJSON().grid;
  const columns = orientation === Orientation.HORIZONTAL && Array.isArray(root.data) ? root.data.length : 1;
  if (api.width >= (columns + 1) * COLUMN_PX) return undefined;
  const places = api.groups.filter(
    ({ api: place, panels }) => place.location.type === 'grid' && !panels.some(({ id }) => holdsTable(id)),
  );
  const area = (k: number): number => places[k].width * places[k].height;
  const largest = places.reduce((best, _, k) => (area(k) > area(best) ? k : best), 0);
  return places.at(largest)?.activePanel;
}

export function createHandle(api: DockviewApi, titleOf: (id: string) => string): DockHandle {
  const find = (id: string): IDockviewPanel | undefined => api.getPanel(id);
  return {
    ...createMoves(api),
    panels: () => api.panels.map((panel) => panel.id),
    add(id, beside) {
      const reference = beside === undefined ? roomiest(api) : find(beside);
      const position =
        reference === undefined
          ? { direction: 'right' as const }
          : { referencePanel: reference, direction: 'within' as const };
      const { width: minimumWidth, height: minimumHeight } = leastSize(id);
      const title = titleOf(id);
      api.addPanel({ id, component: 'panel', title, renderer: 'always', position, minimumWidth, minimumHeight });
    },
    close(id) {
      const panel = find(id);
      if (panel !== undefined) api.removePanel(panel);
    },
    activate(id) {
      const panel = find(id);
      panel?.api.setActive();
      if (panel !== undefined) focusInside(panel.group.element);
    },
    async popOut(id) {
      const panel = find(id);
      if (panel === undefined) return false;
      api.exitMaximizedGroup();
      const { group } = panel;
      const index = group.panels.indexOf(panel);
      const isOut = await api.addPopoutGroup(panel);
      if (isOut) returnToTab(api, panel, group, index);
      return isOut;
    },
    isDocked: (id) => find(id)?.api.location.type === 'grid',
    load(layout) {
      const box = { width: Math.max(api.width, 200), height: Math.max(api.height, 200) };
      api.fromJSON(toDockview(layout, box, titleOf));
    },
    layout: () => (api.panels.length === 0 ? null : fromDockview(api.toJSON())),
    retitle: (id) => find(id)?.api.setTitle(titleOf(id)),
    tabCount: (id) => find(id)?.group.panels.length ?? 0,
    nextTab(id, step) {
      const panels = find(id)?.group.panels ?? [];
      const at = panels.findIndex((panel) => panel.id === id);
      panels[(at + step + panels.length) % panels.length]?.api.setActive();
    },
    focusNext(step) {
      const groups = groupsInOrder(api);
      const at = groups.findIndex((group) => group === api.activeGroup);
      const next = groups[(at + step + groups.length) % groups.length];
      next?.activePanel?.api.setActive();
      if (next !== undefined) focusInside(next.element);
    },
    places: () =>
      groupsInOrder(api).map((group) => ({
        header: group.element,
        content: group.activePanel?.view.content.element ?? null,
      })),
    size: () => ({ width: api.width, height: api.height }),
    box(id) {
      const panel = find(id);
      return panel?.api.isVisible === true ? panel.group.element.getBoundingClientRect() : null;
    },
  };
}

/** A window of its own gives its panel back as the last tab of its place: this puts it at the tab it was, once it comes back there. */
function returnToTab(api: DockviewApi, panel: IDockviewPanel, group: IDockviewPanel['group'], index: number): void {
  const moves = api.onDidMovePanel((event) => {
    if (event.panel !== panel || panel.api.location.type === 'popout') return;
    moves.dispose();
    if (panel.group === group) panel.api.moveTo({ group, index });
  });
}

/** The groups of this window; those in windows of their own have an order of their own. */
function groupsInOrder(api: DockviewApi): DockviewApi['groups'] {
  return api.groups
    .filter((group) => group.api.location.type !== 'popout')
    .sort((a, b) => readingOrder(a.element, b.element));
}

/** Columns from left to right, each from top to bottom. */
function readingOrder(a: HTMLElement, b: HTMLElement): number {
  const [first, second] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  return Math.abs(first.left - second.left) > 4 ? first.left - second.left : first.top - second.top;
}

/** The first part of a place that takes the focus: its tab strip. */
function focusInside(element: HTMLElement): void {
  const tab = element.querySelector<HTMLElement>('.dv-active-tab') ?? element.querySelector<HTMLElement>('[tabindex]');
  if (tab === null) return;
  if (tab.tabIndex < 0) tab.tabIndex = -1;
  tab.focus({ preventScroll: true });
}
