/** Loads what plugins do in the window: their modules come from our own server, and only those that the engine loaded. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { sentenceOf } from '../../core/base/errors.ts';
import type { ParamSpecs } from '../../core/base/params.ts';
import { withRawFilters } from '../../core/base/viewParams.ts';
import type { Place, Settings } from '../../core/plugins/api.ts';
import type { Declaration } from '../../core/plugins/declare.ts';
import type { PluginSummary, WindowPlugin } from '../../core/protocol/messages.ts';
import { isNdArray } from '../../core/base/nd.ts';
import type { Client } from '../client/client.ts';
import { choicesOf, NO_CHOICES, showChoices } from '../tables/choices.ts';
import type { ViewAction, ViewCatalog, ViewSpec } from '../view/instance.ts';
import { addOverlay } from '../view/overlays.ts';
import { linksOf, usualRawFilter } from '../view/links.ts';
import { Drawer } from './drawer.ts';
import { buttonAction, pluginView, type Press } from './pluginView.tsx';

export interface WindowPlugins {
  /** The views of phy with those of plugins after them, and with the defaults that plugins set. */
  over(catalog: ViewCatalog): ViewCatalog;
  /** Keys of actions as keymap.json writes them, of all plugins. */
  readonly keys: Declaration['keys'];
  readonly openViews: readonly string[];
  /** Where the panels are at first, by the last plugin that says so. */
  readonly layout: Place | null;
  /** Sentences about plugins that could not be loaded. */
  readonly troubles: readonly string[];
  readonly appearance: Declaration['appearance'];
}
/** null until everything is loaded. */
export type PluginStore = StoreApi<WindowPlugins | null>;

/** Loads the plugins as soon as the engine has said which there are. */
export function windowPlugins(client: Client): PluginStore {
  const store: PluginStore = createStore<WindowPlugins | null>(() => null);
  const begin = async (summary: PluginSummary): Promise<void> => store.setState(await loadAll(client, summary), true);
  const { plugins } = client.mirror.getState();
  if (plugins === null) {
    const stop = client.mirror.subscribe(({ plugins: told }) => {
      if (told === null) return;
      // First: what is said while loading changes the mirror too.
      stop();
      void begin(told);
    });
  } else void begin(plugins);
  return store;
}

async function loadAll(client: Client, { plugins, troubles }: PluginSummary): Promise<WindowPlugins> {
  const parts = await Promise.all(plugins.map((plugin) => partsOfPlugin(client, plugin)));
  for (const plugin of plugins) {
    askOverlays(client, plugin);
    addTableStyle(plugin);
    chooseAtFirst(client, plugin.declaration);
  }
  const own = parts.flatMap(({ views }) => views);
  const declarations = plugins.map(({ declaration }) => declaration);
  const settings = declarations.map((each) => each.settings);
  const filters = declarations.flatMap((each) => each.filters.map(({ name }) => name));
  const buttons = (view: string): readonly ViewAction[] => parts.flatMap((part) => part.buttons.get(view) ?? []);
  return {
    keys: Object.assign({}, ...declarations.map(({ keys }) => keys)),
    troubles,
    layout: declarations.map(({ layout }) => layout).findLast((place) => place !== null) ?? null,
    openViews: declarations.flatMap(({ openViews }) => openViews),
    appearance: Object.assign({}, ...declarations.map(({ appearance }) => appearance)),
    over(catalog) {
      const offered = [...catalog.offered, ...own]
        .map((spec) => ({ ...spec, params: withRawFilters(spec.params, filters, usualRawFilter(client).name) }))
        .map((spec) => withDefaults(spec, settings))
        .map((spec) => withButtons(spec, buttons(spec.name)));
      const find = (name: string): ViewSpec | undefined => {
        const spec = own.find((each) => each.name === name) ?? catalog.find(name);
        return offered.find((each) => each.name === name) ?? spec;
      };
      return { offered, find };
    },
  };
}

/** What a module does in the window. */
interface Parts {
  readonly views: readonly ViewSpec[];
  /** For our own views, by class. */
  readonly buttons: ReadonlyMap<string, readonly ViewAction[]>;
}

/** The module is needed only for views and buttons; a plugin without any may use whatever it likes of Node. */
async function partsOfPlugin(client: Client, { declaration, module }: WindowPlugin): Promise<Parts> {
  const onViews = Object.entries(declaration.buttons);
  if (declaration.views.length === 0 && onViews.length === 0) return { views: [], buttons: new Map() };
  const drawer = new Drawer(declaration.name, module);
  try {
    await drawer.load();
  } catch (error) {
    client.say('error', sentenceOf(error));
    return { views: [], buttons: new Map() };
  }
  const buttons = onViews.map(([view, list]): readonly [string, readonly ViewAction[]] => {
    const press: Press = (button, parameters) => drawer.press({ view: null, ours: view }, button, parameters);
    return [view, list.map((button) => buttonAction(button, press))];
  });
  const views = declaration.views.map((view) => pluginView(declaration.name, view, drawer));
  return { views, buttons: new Map(buttons) };
}

const withButtons = (spec: ViewSpec, buttons: readonly ViewAction[]): ViewSpec =>
  buttons.length === 0 ? spec : { ...spec, actions: [...spec.actions, ...buttons] };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A view with the defaults that plugins set for it, the last one first. */
function withDefaults(spec: ViewSpec, settings: readonly Settings[]): ViewSpec {
  const given = settings.flatMap((each) => (each[spec.name] === undefined ? [] : [each[spec.name]]));
  if (given.length === 0) return spec;
  const values: Readonly<Record<string, unknown>> = Object.assign({}, ...given);
  const params = Object.fromEntries(
    Object.entries(spec.params).map(([name, param]) => [
      name,
      Object.hasOwn(values, name) ? { ...param, default: values[name] } : param,
    ]),
  ) as ParamSpecs;
  return { ...spec, params };
}

/** Moments are asked for once: they belong to the recording, not to what is selected. */
function askOverlays(client: Client, { declaration }: WindowPlugin): void {
  for (const { name, title, color } of declaration.overlays) {
    addTimes(client, name, title, color).catch((error: unknown) => client.say('error', sentenceOf(error)));
  }
}

async function addTimes(client: Client, name: string, title: string, color: string | undefined): Promise<void> {
  const { answer } = await client.ask<unknown>(`overlay_${name}`, [], {}, new AbortController().signal);
  const times = isObject(answer) ? answer : {};
  const start = floats(times.start);
  if (start === null) return;
  const labels = Array.isArray(times.labels) ? times.labels.map(String) : [];
  addOverlay(client, { name, title, color, start, end: floats(times.end), labels });
}

const floats = (value: unknown): Float64Array | null =>
  isNdArray(value) && value.data instanceof Float64Array ? value.data : null;

/** A style sheet for the tables alone: rules are kept inside the element that holds them. */
function addTableStyle({ declaration }: WindowPlugin): void {
  if (declaration.tableStyle === '') return;
  const sheet = document.createElement('style');
  sheet.dataset.plugin = declaration.name;
  sheet.textContent = `[role="grid"] { ${declaration.tableStyle} }`;
  document.head.append(sheet);
}

/** Columns and colours, as long as the person has not chosen others. */
function chooseAtFirst(client: Client, { shownColumns, colors }: Declaration): void {
  const table = 'ClusterView';
  const columns = [...(client.mirror.getState().snapshot?.columns ?? []), 'group'];
  if (shownColumns !== null && choicesOf(client).getState()[table] === undefined) {
    const hidden = columns.filter((name) => name !== 'id' && !shownColumns.includes(name));
    const order = shownColumns.filter((name) => name !== 'id');
    showChoices(client, table, { ...NO_CHOICES, hidden, pinned: order, order });
  }
  if (colors !== null && client.kept('user')['color_selector'] === undefined) {
    const { field, palette = 'linear', categorical = false, logarithmic = false } = colors;
    linksOf(client).setState({ customColors: { field, palette, categorical, logarithmic } });
  }
}
