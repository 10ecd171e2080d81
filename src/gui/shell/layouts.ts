/** Where the panels are: the layout of the last launch, the default one, and those that the user saved under a name. */
import type { Place } from '../../core/plugins/api.ts';
import { PhyError } from '../../core/base/errors.ts';
import type { Client } from '../client/client.ts';
import { hasClusters } from '../client/hasClusters.ts';
import { defaultLayout } from '../dock/defaultLayout.ts';
import type { DockHandle } from '../dock/handle.ts';
import { panelsOf, pruneLayout, readLayout, type Layout, type LayoutNode } from '../dock/layout.ts';
import { isTable } from '../tables/ClusterTables.tsx';
import type { ViewCatalog } from '../view/instance.ts';
import { classOf, type ViewShelf } from './viewShelf.ts';

/** The layout of the window as it is; kept whenever it changes. */
const LAYOUT_KEY = 'layout';
/** The same where the probe view has nothing to show: what is pruned there is to come back elsewhere. */
const LAYOUT_WITHOUT_SITES_KEY = 'layout_without_sites';
/** Name of the saved layout that was used or saved last. */
const NAME_KEY = 'layout_name';

export interface Layouts {
  /** The layout to start with: the kept one, else the default for the window's width. */
  first(width: number): Layout;
  /** Keeps the layout of the window for the next launch. */
  keep(layout: Layout): void;
  reset(): void;
  /** Names of the saved ones, in order. */
  names(): readonly string[];
  /** The one that was used or saved last; null when there is none. */
  current(): string | null;
  /** Rejects with a sentence when there is none of that name, also after looking again. */
  use(name: string): Promise<void>;
  /** Saves the layout of the window, in place of one of that name. */
  save(name: string): Promise<void>;
  /** The sentence of a refusal, null when it was done. */
  rename(name: string, to: string): Promise<string | null>;
  remove(name: string): Promise<void>;
}

/** `dock` is null until the docks are on screen. */
export function createLayouts(
  client: Client,
  views: ViewCatalog,
  shelf: ViewShelf,
  dock: () => DockHandle | null,
  /** Of a plugin, in place of our own. */
  place: Place | null = null,
  /** Interface scale: a window of 1920 px holds at 2 what one of 960 px holds at 1. */
  scale: () => number = () => 1,
): Layouts {
  const tables = hasClusters(client);
  const { dataset } = client.mirror.getState();
  const layoutKey = dataset?.knowsSites === false ? LAYOUT_WITHOUT_SITES_KEY : LAYOUT_KEY;
  const known = (panel: string): boolean => (isTable(panel) ? tables : views.find(classOf(panel)) !== undefined);
  const whole = (layout: Layout): Layout => (tables ? withTables(layout) : layout);
  const usable = (kept: unknown): Layout | null => {
    const layout = readLayout(kept);
    const pruned = layout === null ? null : pruneLayout(layout, known);
    return pruned === null ? null : whole(pruned);
  };
  const usual = (width: number): Layout => {
    const given = place === null ? null : pruneLayout(layoutOf(place), known);
    return whole(given ?? defaultLayout(width / scale(), known));
  };
  const show = (layout: Layout): void => {
    for (const id of panelsOf(layout)) shelf.ensure(id);
    dock()?.load(layout);
  };
  const names = (): readonly string[] => Object.keys(client.mirror.getState().layouts);
  const setCurrent = (name: string | null): void => client.keep('user', NAME_KEY, name);
  const current = (): string | null => {
    const name = client.kept('user')[NAME_KEY];
    return typeof name === 'string' && names().includes(name) ? name : null;
  };
  return {
    names,
    current,
    first: (width) => usable(client.kept('user')[layoutKey]) ?? usual(width),
    keep: (layout) => client.keep('user', layoutKey, layout),
    reset() {
      const width = dock()?.size().width;
      if (width === undefined) return;
      show(usual(width));
      setCurrent(null);
      client.say('info', 'The layout is the default one again.');
    },
    async use(name) {
      // Another program may have saved it since this window looked.
      if (!names().includes(name)) await client.changeLayouts({ kind: 'list' });
      if (!names().includes(name)) {
        const saved = names().length === 0 ? 'None is saved.' : `Saved: ${names().join(', ')}.`;
        throw new PhyError('usage', `There is no layout “${name}”. ${saved}`);
      }
      const layout = usable(client.mirror.getState().layouts[name]);
      if (layout === null) {
        const file = `layouts/${name}.json`;
        return client.say(
          'warning',
          `${file} holds no layout that this version of phy can show. Save one in its place.`,
        );
      }
      show(layout);
      setCurrent(name);
      client.say('info', `This is the layout “${name}”.`);
    },
    async save(name) {
      const layout = dock()?.layout() ?? null;
      if (layout === null) return;
      const result = await client.changeLayouts({ kind: 'save', name, layout });
      if (result.ok) setCurrent(name.trim());
    },
    async rename(name, to) {
      const isCurrent = current() === name;
      const result = await client.changeLayouts({ kind: 'rename', name, to });
      if (result.ok && isCurrent) setCurrent(to.trim());
      return result.ok ? null : result.message;
    },
    async remove(name) {
      await client.changeLayouts({ kind: 'delete', name });
    },
  };
}

/** The layout that a plugin gives. A panel that it names twice is where it is first. */
function layoutOf(place: Place): Layout {
  const seen = new Set<string>();
  const isNew = (name: string): boolean => !seen.has(name) && seen.add(name).has(name);
  const nodeOf = (part: Place): LayoutNode => {
    if (typeof part === 'string' || 'tabs' in part) {
      const { tabs, size = 1 } = typeof part === 'string' ? { tabs: [part] } : part;
      const panels = tabs.filter(isNew);
      return { kind: 'tabs', size, panels, active: panels[0] ?? '' };
    }
    const kind = 'row' in part ? 'row' : 'column';
    const children = ('row' in part ? part.row : part.column).map(nodeOf);
    return { kind, size: part.size ?? 1, children };
  };
  return { version: 1, root: nodeOf(place), floating: [] };
}

/** Without the cluster view nothing can be selected, so a layout always has it. */
function withTables(layout: Layout): Layout {
  if (panelsOf(layout).includes('ClusterView')) return layout;
  const tabs = { kind: 'tabs', size: 0.3, panels: ['ClusterView'], active: 'ClusterView' } as const;
  return { ...layout, root: { kind: 'row', size: 1, children: [tabs, { ...layout.root, size: 0.7 }] } };
}
