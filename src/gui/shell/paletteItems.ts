/** What the palette lists for a text: actions, settings, views, clusters, datasets; those used last come first. */
import { sentenceOf } from '../../core/base/errors.ts';
import type { Param, ParamSpecs } from '../../core/base/params.ts';
import { shownValue } from '../ui/numberField.ts';
import type { SettingsFields, ViewInstance, ViewSpec } from '../view/instance.ts';
import { groupsOf } from './groupsOf.ts';
import { findCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';
import { otherDatasets } from './leave.ts';
import { openSettings } from './panelCommands.ts';
import { fieldsOf } from './settingsFields.ts';
import { suggest } from './snippetLogic.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface PaletteItem {
  readonly kind: 'action' | 'setting' | 'view' | 'cluster' | 'dataset' | 'snippet';
  /** The same at every launch; clusters and snippets are not worth remembering and have none that is. */
  readonly id: string;
  readonly title: string;
  /** Beside the title, dim. */
  readonly hint: string;
  readonly keys: string | null;
  /** Present for what can be on or off. */
  readonly isOn?: boolean;
  /** Why it cannot be used now. */
  readonly reason: string | null;
  readonly run: () => void;
}

export interface PaletteSection {
  readonly heading: string;
  readonly items: readonly PaletteItem[];
}

const MOST_ITEMS = 60;
const MOST_CLUSTERS = 50;
/** Shown before anything is typed. */
const MOST_RECENT = 8;
/** Remembered. */
const MOST_KEPT = 30;
const RECENT_KEY = 'palette_recent';

/** Sections in their order, none of them empty. */
export function paletteSections(desk: Desk, text: string): readonly PaletteSection[] {
  return sectionsFor(desk, text).filter(({ items }) => items.length > 0);
}

function sectionsFor(desk: Desk, text: string): readonly PaletteSection[] {
  const rest = text.slice(1).trim();
  if (text.startsWith('#')) return [{ heading: 'Clusters', items: clusters(desk, rest) }];
  if (text.startsWith('@')) return [{ heading: 'Views', items: best(desk, rest, views(desk)) }];
  if (text.startsWith('=')) {
    const switches = actions(desk).filter(({ isOn }) => isOn !== undefined);
    return [{ heading: 'Settings', items: best(desk, rest, [...settings(desk), ...switches]) }];
  }
  if (text.startsWith(':')) return [{ heading: 'Snippets', items: snippets(desk, text.slice(1)) }];
  const query = text.trim();
  if (query === '') return unasked(desk);
  return [
    { heading: 'Clusters', items: /^\d+$/.test(query) ? clusters(desk, query) : [] },
    { heading: 'Actions', items: best(desk, query, actions(desk)) },
    { heading: 'Settings', items: best(desk, query, settings(desk)) },
    { heading: 'Views', items: best(desk, query, views(desk)) },
    { heading: 'Datasets', items: best(desk, query, datasets(desk)) },
  ];
}

/** Before anything is typed: what was used last, then all actions. */
function unasked(desk: Desk): readonly PaletteSection[] {
  const all = actions(desk);
  const known = new Map([...all, ...settings(desk), ...views(desk)].map((item) => [item.id, item]));
  const recent = recentIds(desk).flatMap((id) => known.get(id) ?? []);
  const first = recent.slice(0, MOST_RECENT);
  return [
    { heading: 'Used last', items: first },
    { heading: 'Actions', items: all.filter((item) => !first.includes(item)).slice(0, MOST_ITEMS) },
  ];
}

/** Ids of what was chosen, newest first. */
function recentIds(desk: Desk): readonly string[] {
  const kept = desk.client.kept('user')[RECENT_KEY];
  return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
}

/** Remembers what was chosen. */
export function rememberItem(desk: Desk, { kind, id }: PaletteItem): void {
  if (kind === 'cluster' || kind === 'snippet' || kind === 'dataset') return;
  const ids = [id, ...recentIds(desk).filter((other) => other !== id)].slice(0, MOST_KEPT);
  desk.client.keep('user', RECENT_KEY, ids);
}

/** How well `query` fits a name; lower is better, null = not at all. Every word must be found; beginnings of words count more. */
export function fit(query: string, name: string): number | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const target = name.toLowerCase().replaceAll('_', ' ');
  let total = 0;
  for (const word of words) {
    const at = target.indexOf(word);
    if (at < 0) return null;
    total += at === 0 ? 0 : target[at - 1] === ' ' ? 1 : 3;
  }
  return total;
}

/** Those that fit, best first; of two that fit alike the one that was used last. */
function best(desk: Desk, query: string, items: readonly PaletteItem[]): readonly PaletteItem[] {
  const recent = recentIds(desk);
  const lately = ({ id }: PaletteItem): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  const ranked = items.flatMap((item, order) => {
    const score = fit(query, `${item.title} ${item.hint}`);
    return score === null ? [] : [{ item, order, score, lately: lately(item) }];
  });
  ranked.sort((a, b) => a.score - b.score || a.lately - b.lately || a.order - b.order);
  return ranked.slice(0, MOST_ITEMS).map(({ item }) => item);
}

function actions(desk: Desk): readonly PaletteItem[] {
  const offered = desk.commands().filter((command) => command.hidden !== true && command.name !== 'command_palette');
  return offered.map((command) => actionItem(desk, command));
}

function actionItem(desk: Desk, command: Command): PaletteItem {
  const enabled = command.enabled();
  return {
    kind: 'action',
    id: `${command.scope}.${command.name}`,
    title: command.prompt === undefined ? command.title : `${command.title}…`,
    hint: groupsOf(command),
    keys: command.keys[0] ?? null,
    isOn: command.checked?.(),
    reason: enabled === true ? null : enabled,
    run: () => desk.start(command),
  };
}

/** Settings of the open views, and of those that could be opened. Settings of the program are actions with a check mark. */
function settings(desk: Desk): readonly PaletteItem[] {
  const open = desk.shelf.open.getState();
  const closed = desk.shelf.specs.filter((spec) => !open.some((view) => view.spec === spec));
  return [
    ...open.flatMap((view) => {
      const fields = fieldsOf(view);
      return offered(fields.specs).map(([name, param]) => settingItem(desk, view, fields, name, param));
    }),
    ...closed.flatMap((spec) => offered(spec.params).map(([name, param]) => closedSetting(spec, name, param))),
  ];
}

const offered = (specs: ParamSpecs): readonly (readonly [string, Param])[] =>
  Object.entries(specs).filter(([, param]) => param.hidden !== true);

const settingId = (view: string, name: string): string => `setting ${view}.${name}`;

function settingItem(desk: Desk, view: ViewInstance, fields: SettingsFields, name: string, param: Param): PaletteItem {
  const value = fields.values()[name] ?? null;
  const shared = {
    kind: 'setting',
    id: settingId(view.id, name),
    title: param.label,
    keys: null,
    reason: null,
  } as const;
  if (param.kind === 'toggle') {
    const isOn = value === true;
    const flip = (): void => {
      fields.change(name, !isOn);
      desk.client.say('info', `${param.label} in ${view.id}: ${isOn ? 'off' : 'on'}.`);
    };
    return { ...shared, hint: view.id, isOn, run: flip };
  }
  return { ...shared, hint: `${view.id} · ${shownValue(param, value)}`, run: () => openSetting(desk, view, name) };
}

function closedSetting(spec: ViewSpec, name: string, param: Param): PaletteItem {
  const reason = `${spec.name} is not open.`;
  const id = settingId(spec.name, name);
  return { kind: 'setting', id, title: param.label, hint: spec.name, keys: null, reason, run: () => undefined };
}

/** Shows the view, and its settings with this one in focus. */
function openSetting(desk: Desk, view: ViewInstance, name: string): void {
  desk.dock?.activate(view.id);
  openSettings(desk, view.id, name);
}

/** Open panels to go to, then what can be added. */
function views(desk: Desk): readonly PaletteItem[] {
  const panels = desk.dock?.panels() ?? [];
  const nameOf = (id: string): string => {
    const title = desk.titles.titleOf(id);
    return title === id ? id : `${title} (${id})`;
  };
  const open = panels.map(
    (id): PaletteItem => ({
      kind: 'view',
      id: `go to ${id}`,
      title: nameOf(id),
      hint: 'go to',
      keys: null,
      reason: null,
      run: () => desk.dock?.activate(id),
    }),
  );
  const closed = desk.shelf.specs.filter(({ name }) => !panels.includes(name));
  const others = closed.map(
    ({ name }): PaletteItem => ({
      kind: 'view',
      id: `go to ${name}`,
      title: name,
      hint: 'open',
      keys: null,
      reason: null,
      run: () => desk.addView(name),
    }),
  );
  return [...open, ...others];
}

function datasets(desk: Desk): readonly PaletteItem[] {
  return otherDatasets(desk).map(({ key, name, folder, open }) => ({
    kind: 'dataset',
    id: `dataset ${key}`,
    title: `Open ${name}`,
    hint: folder,
    keys: null,
    reason: null,
    run: open,
  }));
}

function clusters(desk: Desk, query: string): readonly PaletteItem[] {
  const { rows, snapshot } = desk.client.mirror.getState();
  const ids = (snapshot?.clusterTable.shown ?? []).filter((id) => String(id).startsWith(query));
  const exact = Number(query);
  const ordered = query !== '' && rows.has(exact) ? [exact, ...ids.filter((id) => id !== exact)] : ids;
  return ordered.slice(0, MOST_CLUSTERS).map((id) => ({
    kind: 'cluster',
    id: `cluster ${id}`,
    title: `Select cluster ${id}`,
    hint: String(rows.get(id)?.group ?? ''),
    keys: null,
    reason: null,
    run: () => void desk.client.act('select', [id]),
  }));
}

const snippetItem = (id: string, title: string, hint: string, run: () => void): PaletteItem => ({
  kind: 'snippet',
  id,
  title,
  hint,
  keys: null,
  reason: null,
  run,
});

function snippets(desk: Desk, text: string): readonly PaletteItem[] {
  const commands = desk.commands();
  const name = text.trim().split(/\s+/)[0] ?? '';
  const command = findCommand(commands, name, desk.ui.getState().activePanel);
  const rest = text.trim().slice(name.length).trim();
  const run = (known: Command): void => {
    try {
      desk.run(known, known.parse(rest)).catch((error: unknown) => desk.client.say('error', sentenceOf(error)));
    } catch (error) {
      desk.client.say('error', sentenceOf(error));
    }
  };
  const own = command === undefined ? [] : [snippetItem('run', `Run :${text.trim()}`, command.doc, () => run(command))];
  // Arguments are completed in the snippet bar.
  if (/\s/.test(text.trimStart())) return own;
  const suggestions = suggest(text, commands, vocabularyOf(desk.client.mirror.getState()));
  const others = suggestions.map(({ text: begun, label, doc }) =>
    snippetItem(label, label, doc, () => startSnippet(desk, begun)),
  );
  return [...own, ...others];
}

/** Begins a command by its snippet: asks for arguments where it has some. */
function startSnippet(desk: Desk, text: string): void {
  const name = text.trim().split(/\s+/)[0] ?? '';
  const command = findCommand(desk.commands(), name, desk.ui.getState().activePanel);
  if (command !== undefined) desk.start(command);
}
