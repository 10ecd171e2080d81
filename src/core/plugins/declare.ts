/**
 * Reads what a plugin module exports: the plain part of it, which travels between threads and to the window, and its functions, which stay where
 * they are. What is wrong is said in a sentence that names the hook.
 */
import type { ActionSpec } from '../actions/action.ts';
import { PhyError } from '../base/errors.ts';
import type { Param, ParamSpecs } from '../base/params.ts';
import { OWN_FIELDS } from '../curation/columns.ts';
import type { Colors, Place, Plugin, Settings } from './api.ts';

export interface SplitterDeclaration {
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  readonly alias?: string;
  readonly key?: string;
  readonly params: ParamSpecs;
}
export interface FilterDeclaration {
  readonly name: string;
  readonly title: string;
  /** s */
  readonly context: number;
  readonly allChannels: boolean;
  readonly initial: boolean;
}
export interface OverlayDeclaration {
  readonly name: string;
  readonly title: string;
  readonly color?: string;
}
export interface ViewDeclaration {
  /** Of the question, and of the entry in the module. */
  readonly name: string;
  /** Of the panel: `DensityView`. */
  readonly title: string;
  readonly params: ParamSpecs;
  readonly maxClusters: number;
  readonly hasLasso: boolean;
  readonly buttons: readonly ButtonDeclaration[];
}
export interface ButtonDeclaration {
  readonly name: string;
  readonly title: string;
  readonly doc: string;
}

/** Everything of a plugin but its functions. */
export interface Declaration {
  readonly name: string;
  readonly doc: string;
  readonly metrics: readonly string[];
  readonly similarities: readonly string[];
  readonly splitters: readonly SplitterDeclaration[];
  readonly filters: readonly FilterDeclaration[];
  readonly commands: readonly ActionSpec[];
  readonly overlays: readonly OverlayDeclaration[];
  readonly views: readonly ViewDeclaration[];
  readonly hears: {
    readonly changed: boolean;
    readonly saved: boolean;
    readonly status: boolean;
    readonly names: boolean;
  };
  readonly layout: Place | null;
  readonly settings: Settings;
  readonly shownColumns: readonly string[] | null;
  readonly tableStyle: string;
  /** View -> buttons. */
  readonly buttons: Readonly<Record<string, readonly ButtonDeclaration[]>>;
  readonly openViews: readonly string[];
  readonly keys: Readonly<Record<string, string | readonly string[] | null>>;
  readonly colors: Colors | null;
  readonly appearance: NonNullable<Plugin['appearance']>;
}

type Json = Readonly<Record<string, unknown>>;
const MENUS = ['File', 'Edit', 'Select', 'View', 'Help'] as const;
const HOOKS = [
  'name',
  'doc',
  'metrics',
  'similarities',
  'splitters',
  'filters',
  'commands',
  'overlays',
  'views',
  'changed',
  'saved',
  'status',
  'names',
  'layout',
  'settings',
  'shownColumns',
  'tableStyle',
  'buttons',
  'openViews',
  'keys',
  'colors',
  'appearance',
];

/** Checks the default export of a module. Throws `input` with a sentence about what is wrong. */
export function declarationOf(exported: unknown): Declaration {
  if (!isObject(exported)) {
    throw wrong('it has no default export, expected export default definePlugin({ name: ... })');
  }
  const { name } = exported;
  if (typeof name !== 'string' || name.trim() === '') throw wrong('its name is missing, expected name: "..."');
  const stranger = Object.keys(exported).find((key) => !HOOKS.includes(key));
  if (stranger !== undefined) throw wrong(`there is no hook ${stranger}. Hooks: ${HOOKS.join(', ')}`);
  const reserved = [...OWN_FIELDS, 'ch', 'sh', 'depth', 'fr', 'amp', 'similarity'];
  const metrics = named(exported, 'metrics').map(([key, hook]) => {
    if (reserved.includes(key)) throw wrong(`metric ${key} has the name of a column of phy`);
    functionOf(hook, 'value', `metric ${key}`);
    return key;
  });
  const similarities = named(exported, 'similarities').map(([key, hook]) => {
    functionOf(hook, 'similar', `similarity ${key}`);
    return key;
  });
  return {
    name,
    doc: textOf(exported.doc, ''),
    metrics,
    similarities,
    splitters: named(exported, 'splitters').map(([key, hook]) => splitterOf(key, hook)),
    filters: named(exported, 'filters').map(([key, hook]) => filterOf(key, hook)),
    commands: named(exported, 'commands').map(([key, hook]) => commandOf(key, hook)),
    overlays: named(exported, 'overlays').map(([key, hook]) => overlayOf(key, hook)),
    views: named(exported, 'views').map(([key, hook]) => viewOf(key, hook)),
    hears: {
      changed: isFunction(exported, 'changed'),
      saved: isFunction(exported, 'saved'),
      status: isFunction(exported, 'status'),
      names: isFunction(exported, 'names'),
    },
    layout: exported.layout === undefined ? null : placeOf(exported.layout, 0),
    settings: settingsOf(exported.settings),
    shownColumns: columnsOf(exported.shownColumns),
    tableStyle: textOf(exported.tableStyle, ''),
    buttons: Object.fromEntries(
      named(exported, 'buttons', true).map(([view, list]) => [
        view,
        buttonsOf(Object.values(list), `buttons of ${view}`),
      ]),
    ),
    openViews: columnsOf(exported.openViews, 'openViews') ?? [],
    keys: keysOf(exported.keys),
    colors: colorsOf(exported.colors),
    appearance: isObject(exported.appearance) ? sizesOf(exported.appearance) : {},
  };
}

/** The function behind a hook of a module: `['metrics', 'snr', 'value']`. Throws `input` when there is none. */
export function hookOf(exported: unknown, path: readonly string[]): (...args: readonly unknown[]) => unknown {
  let owner: unknown = undefined;
  let found: unknown = exported;
  for (const key of path) {
    // A metric may be a function itself.
    if (typeof found === 'function') break;
    owner = found;
    found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  if (typeof found !== 'function') throw wrong(`there is no function ${path.join('.')}`);
  const hook = found;
  return (...args) => Reflect.apply(hook, owner, args);
}

function splitterOf(name: string, hook: Json): SplitterDeclaration {
  functionOf(hook, 'split', `splitter ${name}`);
  return {
    name,
    title: textOf(hook.title, titleOf(name)),
    doc: textOf(hook.doc, `Splits the selected clusters by ${titleOf(name)}.`),
    ...(typeof hook.alias === 'string' ? { alias: hook.alias } : {}),
    ...(typeof hook.key === 'string' ? { key: hook.key } : {}),
    params: splitParams(hook.parameters, `splitter ${name}`),
  };
}

/** `clusters` are the clusters to split, in the arguments of its action. */
function splitParams(given: unknown, where: string): ParamSpecs {
  const params = paramsOf(given, where);
  if ('clusters' in params) throw wrong(`${where} has a parameter clusters, which stands for the clusters to split`);
  return params;
}

const CONTEXT_SECONDS = 0.03;

function filterOf(name: string, hook: Json): FilterDeclaration {
  functionOf(hook, 'filter', `filter ${name}`);
  if (['raw', 'high_pass'].includes(name)) throw wrong(`filter ${name} has the name of a filter of phy`);
  const context = hook.context ?? CONTEXT_SECONDS;
  if (typeof context !== 'number' || !(context >= 0 && context <= 1)) {
    throw wrong(`filter ${name} has context ${JSON.stringify(context)}, expected 0 to 1 s`);
  }
  const { allChannels, initial } = hook;
  return {
    name,
    title: textOf(hook.title, titleOf(name)),
    context,
    allChannels: allChannels === true,
    initial: initial === true,
  };
}

/** Sections of menus after our own. */
const PLUGIN_SECTION = 90;

function commandOf(name: string, hook: Json): ActionSpec {
  functionOf(hook, 'run', `command ${name}`);
  const menu = MENUS.find((known) => known === (hook.menu ?? 'Edit'));
  if (menu === undefined)
    throw wrong(`command ${name} has the menu ${String(hook.menu)}, expected one of ${MENUS.join(', ')}`);
  const { prompt } = hook;
  return {
    name,
    aliases: typeof hook.alias === 'string' ? [hook.alias] : [],
    title: textOf(hook.title, titleOf(name)),
    doc: textOf(hook.doc, `${titleOf(name)}.`),
    group: menu,
    section: PLUGIN_SECTION,
    ...(typeof hook.submenu === 'string' ? { submenu: hook.submenu } : {}),
    keys: { mission: typeof hook.key === 'string' ? [hook.key] : [] },
    usage: isObject(prompt) ? textOf(prompt.text, 'WORDS') : '[WORDS]',
    ...(isObject(prompt)
      ? { prompt: { text: textOf(prompt.text, titleOf(name)), example: textOf(prompt.example, '') } }
      : {}),
  };
}

function overlayOf(name: string, hook: Json): OverlayDeclaration {
  functionOf(hook, 'times', `overlay ${name}`);
  const color = typeof hook.color === 'string' ? { color: hook.color } : {};
  return { name, title: textOf(hook.title, titleOf(name)), ...color };
}

function viewOf(name: string, hook: Json): ViewDeclaration {
  functionOf(hook, 'query', `view ${name}`);
  functionOf(hook, 'draw', `view ${name}`);
  const most = hook.maxClusters ?? 8;
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 1) {
    throw wrong(`view ${name} has maxClusters ${JSON.stringify(most)}, expected a whole number above 0`);
  }
  return {
    name,
    title: textOf(hook.title, `${name.charAt(0).toUpperCase()}${name.slice(1)}View`),
    params: paramsOf(hook.parameters, `view ${name}`),
    maxClusters: most,
    hasLasso: isFunction(hook, 'coordinates', `coordinates of view ${name}`),
    buttons: buttonsOf(Array.isArray(hook.buttons) ? hook.buttons : [], `view ${name}`),
  };
}

function buttonsOf(list: readonly unknown[], where: string): readonly ButtonDeclaration[] {
  return list.map((button) => {
    if (!isObject(button) || typeof button.name !== 'string') throw wrong(`${where}: a button has no name`);
    functionOf(button, 'press', `${where}: button ${button.name}`);
    const title = textOf(button.title, titleOf(button.name));
    return { name: button.name, title, doc: textOf(button.doc, `${title}.`) };
  });
}

const DEEPEST = 12;

function placeOf(given: unknown, depth: number): Place {
  const expected = "expected a panel's name, { tabs: [names] }, { row: [places] } or { column: [places] }";
  if (typeof given === 'string') return given;
  if (!isObject(given) || depth > DEEPEST) throw wrong(`its layout has ${JSON.stringify(given)}, ${expected}`);
  const size = typeof given.size === 'number' && given.size > 0 ? given.size : 1;
  if (isTexts(given.tabs) && given.tabs.length > 0) return { tabs: given.tabs, size };
  for (const kind of ['row', 'column'] as const) {
    const places = given[kind];
    if (!Array.isArray(places) || places.length === 0) continue;
    const read = places.map((place) => placeOf(place, depth + 1));
    return kind === 'row' ? { row: read, size } : { column: read, size };
  }
  throw wrong(`its layout has ${JSON.stringify(given)}, ${expected}`);
}

function keysOf(given: unknown): Declaration['keys'] {
  if (given === undefined) return {};
  if (!isObject(given)) throw wrong('its keys are no object');
  const known = Object.entries(given).map(([action, keys]) => {
    if (keys === null || typeof keys === 'string' || isTexts(keys)) return [action, keys] as const;
    throw wrong(`keys of ${action} are neither a key, a list of keys nor null`);
  });
  return Object.fromEntries(known);
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const PALETTES = ['categorical', 'cluster_group', 'diverging', 'linear', 'rainbow'] as const;

function colorsOf(given: unknown): Colors | null {
  if (given === undefined) return null;
  if (!isObject(given) || typeof given.field !== 'string') throw wrong('its colors name no field');
  const palette = PALETTES.find((name) => name === (given.palette ?? 'linear'));
  if (palette === undefined) throw wrong(`its colors have an unknown palette, expected one of ${PALETTES.join(', ')}`);
  return {
    field: given.field,
    palette,
    categorical: given.categorical === true,
    logarithmic: given.logarithmic === true,
  };
}

function sizesOf({ fontSize, scale }: Json): Declaration['appearance'] {
  return {
    ...(typeof fontSize === 'number' ? { fontSize } : {}),
    ...(typeof scale === 'number' ? { scale } : {}),
  };
}

/** Parameters as a form shows them; the kind is that of the default where it is not said. */
function paramsOf(given: unknown, where: string): ParamSpecs {
  if (given === undefined) return {};
  if (!isObject(given)) throw wrong(`${where} has parameters that are no object`);
  return Object.fromEntries(Object.entries(given).map(([name, param]) => [name, paramOf(name, param, where)]));
}

function paramOf(name: string, given: unknown, where: string): Param {
  const value = isObject(given) ? given.default : undefined;
  if (!isObject(given) || value === undefined) throw wrong(`${where} has a parameter ${name} without a default`);
  const shared = {
    label: textOf(given.label, titleOf(name)),
    doc: textOf(given.doc, titleOf(name)),
    keep: 'dataset',
  } as const;
  const { choices } = given;
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === 'string') && typeof value === 'string') {
    return { ...shared, kind: 'choice', default: value, choices };
  }
  if (typeof value === 'boolean') return { ...shared, kind: 'toggle', default: value };
  if (typeof value === 'string') return { ...shared, kind: 'text', default: value };
  if (typeof value !== 'number')
    throw wrong(`${where} has a parameter ${name} that is neither number, text nor true or false`);
  return {
    ...shared,
    kind: 'number',
    default: value,
    ...(typeof given.min === 'number' ? { min: given.min } : {}),
    ...(typeof given.max === 'number' ? { max: given.max } : {}),
    ...(given.integer === true ? { integer: true } : {}),
  };
}

function settingsOf(given: unknown): Settings {
  if (given === undefined) return {};
  if (!isObject(given)) throw wrong('its settings are no object');
  const known = Object.entries(given).map(([view, values]) => {
    if (!isObject(values)) throw wrong(`its settings of ${view} are no object`);
    return [view, values] as const;
  });
  return Object.fromEntries(known) as Settings;
}

function columnsOf(given: unknown, hook = 'shownColumns'): readonly string[] | null {
  if (given === undefined) return null;
  if (Array.isArray(given) && given.every((name) => typeof name === 'string')) return given;
  throw wrong(`${hook} is no list of names`);
}

/** Entries of a hook by name; a function stands for an object with that function. */
function named(exported: Json, hook: string, lists = false): readonly (readonly [string, Json])[] {
  const given = exported[hook];
  if (given === undefined) return [];
  if (!isObject(given)) throw wrong(`${hook} is no object of named entries`);
  return Object.entries(given).map(([name, entry]) => {
    if (!/^[A-Za-z]\w*$/.test(name)) throw wrong(`${name} in ${hook} is no name: letters, digits and _ only`);
    if (typeof entry === 'function') return [name, { value: entry, similar: entry, filter: entry }] as const;
    if (lists && Array.isArray(entry)) return [name, Object.fromEntries(entry.entries())] as const;
    if (!isObject(entry)) throw wrong(`${name} in ${hook} is no object`);
    return [name, entry] as const;
  });
}

function functionOf(hook: Json, name: string, where: string): void {
  if (typeof hook[name] !== 'function') throw wrong(`${where} has no function ${name}`);
}

function isFunction(exported: Json, name: string, what = name): boolean {
  const given = exported[name];
  if (given !== undefined && typeof given !== 'function') throw wrong(`${what} is no function`);
  return given !== undefined;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** `peakValue`, `peak_value` -> `Peak value`. */
function titleOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const wrong = (what: string): PhyError => new PhyError('input', what);
