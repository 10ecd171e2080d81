/** What the palette lists for a text. */
import { sentenceOf } from '../../core/base/errors.ts';
import { groupsOf } from './groupsOf.ts';
import { findCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';
import { suggest } from './snippetLogic.ts';
import { vocabularyOf } from './vocabulary.ts';

export interface PaletteItem {
  readonly kind: 'action' | 'view' | 'cluster' | 'snippet';
  readonly id: string;
  readonly title: string;
  /** Beside the title, dim. */
  readonly hint: string;
  readonly keys: string | null;
  /** Why it cannot be used now. */
  readonly reason: string | null;
  readonly run: () => void;
}

const MOST_ACTIONS = 60;
const MOST_CLUSTERS = 50;

export function paletteItems(desk: Desk, text: string): readonly PaletteItem[] {
  const rest = text.slice(1).trim();
  if (text.startsWith('#')) return clusters(desk, rest);
  if (text.startsWith('@')) return views(desk, rest);
  if (text.startsWith(':')) return snippets(desk, text.slice(1));
  const number = /^\d+$/.test(text.trim()) ? clusters(desk, text.trim()) : [];
  return [...number, ...actions(desk, text.trim()), ...(text.trim() === '' ? [] : views(desk, text.trim()))];
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

function best<T>(query: string, list: readonly T[], nameOf: (item: T) => string, most: number): readonly T[] {
  const ranked = list.flatMap((item, order) => {
    const score = fit(query, nameOf(item));
    return score === null ? [] : [{ item, order, score }];
  });
  ranked.sort((a, b) => a.score - b.score || a.order - b.order);
  return ranked.slice(0, most).map(({ item }) => item);
}

function actions(desk: Desk, query: string): readonly PaletteItem[] {
  const offered = desk.commands().filter((command) => command.hidden !== true && command.name !== 'command_palette');
  const found = best(query, offered, (command) => `${command.title} ${groupsOf(command)}`, MOST_ACTIONS);
  return found.map((command) => actionItem(desk, command));
}

function actionItem(desk: Desk, command: Command): PaletteItem {
  const enabled = command.enabled();
  return {
    kind: 'action',
    id: `${command.scope}.${command.name}`,
    title: command.prompt === undefined ? command.title : `${command.title}…`,
    hint: groupsOf(command),
    keys: command.keys[0] ?? null,
    reason: enabled === true ? null : enabled,
    run: () => desk.start(command),
  };
}

function views(desk: Desk, query: string): readonly PaletteItem[] {
  const panels = desk.dock?.panels() ?? [];
  const nameOf = (id: string): string => {
    const title = desk.titles.titleOf(id);
    return title === id ? id : `${title} (${id})`;
  };
  const open = best(query, panels, nameOf, MOST_ACTIONS).map(
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
  return open;
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
  const command = findCommand(commands, name);
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
  const command = findCommand(desk.commands(), name);
  if (command !== undefined) desk.start(command);
}
