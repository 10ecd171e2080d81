/** From the words of a snippet, or one JSON object, to what is to be done. Wrong arguments are `usage` errors that name what was expected. */
import { PhyError } from '../base/errors.ts';
import type { Command, TableName } from '../curation/command.ts';
import { readGroups } from '../curation/groups.ts';
import { sortBy, type SortColumn } from '../curation/state.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import type { ActionSpec } from './action.ts';

/** Words and values as the snippet parser gives them, or one object with named arguments. */
export type ActionArguments = readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * What happens to spikes without a coordinate: refuse the split, leave them with the unlassoed part, give them to the part with the nearer
 * centroid, or put them into a cluster of their own.
 */
export const MISSING_MODES = ['cancel', 'remainder', 'nearest', 'own'] as const;
export type MissingMode = (typeof MISSING_MODES)[number];

/** A lasso over all spikes of the clusters that a view shows (spec/commands.md 3). The engine turns it into a split. */
export interface LassoRequest {
  readonly view: string;
  /** At least three vertices. */
  readonly polygon: readonly (readonly [number, number])[];
  /** Only for feature: `0A`, `time`. */
  readonly x?: string;
  readonly y?: string;
  readonly space: 'data' | 'ndc';
  readonly params: Readonly<Record<string, unknown>>;
  /** Default: the selected ones. */
  readonly clusters?: readonly number[];
  /** Where spikes without a coordinate go. */
  readonly missing: MissingMode;
}

export type ActionCall =
  | { readonly kind: 'curation'; readonly command: Command }
  | { readonly kind: 'lasso'; readonly request: LassoRequest }
  /** `over`: also over files that another program changed. */
  | { readonly kind: 'save'; readonly over: boolean }
  /** Done by the window: needs a person at a screen. */
  | { readonly kind: 'window'; readonly action: string };

const WINDOW_ACTIONS = [
  'enable_snippet_mode',
  'exit',
  'toggle_spike_reorder',
  'switch_raw_data_filter',
  'show_all_shortcuts',
  'about',
];

/** What an action with these arguments is to do. Throws `usage`. */
export function parseArguments(spec: ActionSpec, args: ActionArguments): ActionCall {
  const given = new Given(spec, args);
  if (spec.name === 'save') return { kind: 'save', over: given.flag('over') };
  if (WINDOW_ACTIONS.includes(spec.name)) return { kind: 'window', action: spec.name };
  if (spec.name === 'split' && given.named?.polygon !== undefined) return { kind: 'lasso', request: lasso(given) };
  const command = spec.move === undefined ? commandOf(spec.name, given) : moveBy(spec.name, spec.move, given);
  return { kind: 'curation', command };
}

/** The arguments of one call, with checks that name the action. */
class Given {
  readonly words: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>> | undefined;
  private readonly spec: ActionSpec;

  constructor(spec: ActionSpec, args: ActionArguments) {
    this.spec = spec;
    this.words = isList(args) ? args : [];
    this.named = isList(args) ? undefined : args;
  }

  refuse(expected: string): never {
    throw new PhyError('usage', `Invalid action arguments: ${this.spec.name} expects ${expected}.`, {
      action: this.spec.name,
      usage: this.spec.usage,
    });
  }

  none<T>(result: T): T {
    return this.words.length === 0 && Object.keys(this.named ?? {}).length === 0 ? result : this.refuse('no arguments');
  }

  /** Whether the only word there may be was given. */
  flag(word: string): boolean {
    if (this.named === undefined && this.words.length > 0)
      return this.words.join() === word || this.refuse(`“${word}” or no arguments`);
    const { [word]: flag = false, ...rest } = this.named ?? {};
    return typeof flag === 'boolean' && Object.keys(rest).length === 0 ? flag : this.refuse(`${word}: true or false`);
  }

  /** Argument by name, or the word in that place. */
  value(name: string, place: number): unknown {
    return this.named === undefined ? this.words[place] : this.named[name];
  }

  /** Ids by name, or all words from a place on; undefined when there are none. */
  ids(name: string, place: number, what = 'cluster ids'): readonly number[] | undefined {
    const found = this.named === undefined ? this.words.slice(place) : this.named[name];
    if (found === undefined || (this.named === undefined && this.words.length <= place)) return undefined;
    const flat: readonly unknown[] = isList(found) ? found.flat() : [found];
    return flat.every(isId) ? flat : this.refuse(what);
  }

  id(): number {
    const id = this.value('id', 0);
    return isId(id) ? id : this.refuse('a cluster id');
  }

  text(name: string, place: number, expected: string): string {
    const value = this.value(name, place);
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && value !== '' ? value : this.refuse(expected);
  }

  atMost(count: number): void {
    if (this.words.length > count) this.refuse(this.spec.usage === '' ? 'no arguments' : this.spec.usage);
  }

  table(place: number): TableName {
    const table = this.value('table', place) ?? 'clusters';
    return table === 'clusters' || table === 'similar' ? table : this.refuse('the table clusters or similar');
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isId = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isNumbers = (value: unknown): value is readonly number[] =>
  isList(value) && value.every((item) => typeof item === 'number');

const moveBy = (action: string, move: NonNullable<ActionSpec['move']>, given: Given): Command =>
  given.none({ type: 'move', ...move, action });

function commandOf(name: string, given: Given): Command {
  if (name.startsWith('sort_by_')) {
    return given.none({ type: 'sort', table: 'clusters', column: name.slice(8), direction: 'desc', action: name });
  }
  switch (name) {
    case 'undo':
    case 'redo':
    case 'split_init':
    case 'next':
    case 'previous':
    case 'next_best':
    case 'previous_best':
    case 'first':
    case 'last':
    case 'reset_wizard':
    case 'unselect_similar':
      return given.none({ type: name });
    case 'clear_filter':
      return { type: 'filter', table: given.table(0), text: '', action: name };
    case 'merge':
      return { type: 'merge', ids: given.ids('ids', 0), ...mergeTarget(given) };
    case 'split':
      return split(given);
    case 'move':
      return move(given);
    case 'label':
      return label(given);
    case 'select':
    case 'select_similar':
    case 'select_more':
      return { type: name, ids: given.ids('ids', 0) ?? given.refuse('one cluster id or more') };
    case 'toggle':
    case 'extend':
      return { type: name, table: given.table(1), id: given.id() };
    case 'promote_similar':
    case 'demote_cluster':
      return { type: name, id: given.id() };
    case 'select_first_similar':
    case 'select_n_similar':
      return similarCount(name, given);
    case 'skip_noise_and_mua':
      return { type: name, value: trueOrFalse(given) };
    case 'filter':
      return {
        type: 'filter',
        table: given.named === undefined ? 'clusters' : given.table(1),
        text: filterText(given),
      };
    case 'sort':
      return sort(given);
    case 'set_groups':
      return {
        type: name,
        groups: readGroups(given.named?.groups ?? given.refuse('an object with the list “groups”')),
      };
    default:
      throw new PhyError('usage', `${name} is not an action of the engine.`);
  }
}

function mergeTarget(given: Given): { to?: number } {
  const to = given.named?.to;
  if (to === undefined) return {};
  return isId(to) ? { to } : given.refuse('a cluster id for “to”');
}

function split(given: Given): Command {
  const spikes = given.ids('spikes', 0, 'spike ids') ?? [];
  const labels = given.named?.labels;
  if (labels === undefined) return { type: 'split', spikes };
  return isNumbers(labels) ? { type: 'split', spikes, labels } : given.refuse('one whole number per spike as labels');
}

function move(given: Given): Command {
  const noGroup = given.named?.group === null;
  const group = noGroup ? 'unsorted' : given.text('group', 0, 'a group, then best, similar, all or cluster ids');
  const which = given.value('which', 1) ?? given.named?.ids;
  if (which === 'best' || which === 'similar' || which === 'all') {
    given.atMost(2);
    return { type: 'move', group, which };
  }
  const ids = given.ids(given.named?.which === undefined ? 'ids' : 'which', 1);
  return { type: 'move', group, which: ids ?? given.refuse('best, similar, all or cluster ids after the group') };
}

function label(given: Given): Command {
  const name = given.text('name', 0, 'a name and a value');
  const value = given.value('value', 1);
  if (value === undefined) given.refuse('a name and a value');
  const ids = given.ids('ids', 2);
  return { type: 'label', name, value: cellValue(value, given), ...(ids === undefined ? {} : { ids }) };
}

function cellValue(value: unknown, given: Given): MetadataValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (isList(value)) return value.join(',');
  return given.refuse('text or a number as value');
}

function similarCount(name: string, given: Given): Command {
  given.atMost(1);
  const count = given.value('count', 0) ?? given.named?.n;
  if (count === undefined && name === 'select_first_similar') return { type: 'select_first_similar' };
  if (!isId(count) || count === 0) return given.refuse('a positive integer');
  return { type: 'select_first_similar', count, action: name };
}

function trueOrFalse(given: Given): boolean | undefined {
  given.atMost(1);
  const value = given.value('value', 0);
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return given.refuse('true or false');
}

/** The whole remainder of a line is one word; separate words are joined again. */
function filterText(given: Given): string {
  if (given.named === undefined) return given.words.join(' ');
  const { text = '' } = given.named;
  return typeof text === 'string' ? text : given.refuse('an expression as text');
}

function sort(given: Given): Command {
  const by = given.named?.by;
  if (by !== undefined) return { type: 'sort', table: given.table(0), ...sortBy(sortedColumns(by, given)) };
  given.atMost(2);
  const column = given.text('column', 0, 'a column, then asc or desc');
  const direction = given.value('direction', 1) ?? given.named?.dir ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') return given.refuse('asc or desc after the column');
  const table = given.named === undefined ? 'clusters' : given.table(2);
  return { type: 'sort', table, column, direction };
}

function sortedColumns(by: unknown, given: Given): readonly SortColumn[] {
  const columns = isList(by) ? by.flatMap(sortColumn) : [];
  return isList(by) && by.length > 0 && columns.length === by.length
    ? columns
    : given.refuse('a list of columns for “by”, each {"column": NAME, "direction": "asc" or "desc"}');
}

function sortColumn(value: unknown): readonly SortColumn[] {
  if (typeof value !== 'object' || value === null || !('column' in value)) return [];
  const { column, direction = 'desc' }: { column: unknown; direction?: unknown } = value;
  if (typeof column !== 'string' || (direction !== 'asc' && direction !== 'desc')) return [];
  return [{ column, direction }];
}

function lasso(given: Given): LassoRequest {
  const named = given.named ?? {};
  const { view, x, y, space = 'data', params = {} } = named;
  const missing = MISSING_MODES.find((mode) => mode === (named.missing ?? 'cancel'));
  const polygon = isList(named.polygon) ? named.polygon.filter(isPoint) : [];
  if (typeof view !== 'string') return given.refuse('the name of a view');
  if (polygon.length < 3 || !isList(named.polygon) || polygon.length < named.polygon.length) {
    return given.refuse('a polygon of three points [x, y] or more');
  }
  if (space !== 'data' && space !== 'ndc') return given.refuse('the space data or ndc');
  if (missing === undefined) return given.refuse('cancel, remainder, nearest or own for missing');
  const dims = { x: dimension(x, given), y: dimension(y, given) };
  return {
    view,
    polygon,
    ...dims,
    space,
    params: paramsOf(params, given),
    clusters: given.ids('clusters', 0),
    missing,
  };
}

const isPoint = (value: unknown): value is readonly [number, number] =>
  isNumbers(value) && value.length === 2 && value.every(Number.isFinite);

function dimension(value: unknown, given: Given): string | undefined {
  return value === undefined || typeof value === 'string' ? value : given.refuse('x and y as text, such as "0A"');
}

function paramsOf(value: unknown, given: Given): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value)) return given.refuse('an object of parameters');
  return { ...value };
}
