/** Names and members that can stand at the caret, with signature and one line each. Nothing is ever called or computed for it. */
import { allActions } from '../../core/actions/index.ts';
import {
  CLUSTERING_DOCS,
  CONTROLLER_DOCS,
  METADATA_DOCS,
  MODEL_DOCS,
  SUPERVISOR_DOCS,
  type MemberDoc,
} from '../../core/scripting/docs.ts';
import { functionText } from './describe.ts';
import { callAround, pathBefore } from './jsText.ts';
import type { Completions } from './workerMessages.ts';

export interface Known {
  /** The names of the code, and those of the language. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Names that were there before: of the language, and of workers. */
  readonly builtIn: ReadonlySet<string>;
}

type Docs = Readonly<Record<string, MemberDoc>>;

const ACTION_DOCS: Docs = Object.fromEntries(
  allActions().map(({ name, usage, doc }) => [name, { signature: `(${usage})`, doc }]),
);
/** Quick plots, as code types them. */
export const PLOT_DOCS: Docs = {
  line: { signature: '(y), (x, y), {title, xlabel, ylabel}', doc: 'Lines; several for a list of lists.' },
  hist: { signature: '(values, bins), {range, title}', doc: 'Histogram, 50 bins unless stated.' },
  scatter: { signature: '(x, y), {size, title}', doc: 'Points.' },
  image: { signature: '(rows), {range, title}', doc: 'Values as colours, the first row at the top.' },
};
export const ARRAY_DOCS: Docs = {
  sum: { signature: '(values)', doc: 'Sum.' },
  mean: { signature: '(values)', doc: 'Mean.' },
  std: { signature: '(values)', doc: 'Standard deviation of the whole.' },
  min: { signature: '(values)', doc: 'Smallest value; NaN when there is one, or nothing.' },
  max: { signature: '(values)', doc: 'Largest value; NaN when there is one, or nothing.' },
  median: { signature: '(values)', doc: 'Median.' },
  diff: { signature: '(values)', doc: 'Differences of neighbours.' },
  unique: { signature: '(values)', doc: 'Different values, ascending.' },
  argsort: { signature: '(values)', doc: 'Places that sort the values.' },
  take: { signature: '(values, places)', doc: 'Values at these places.' },
  range: { signature: '(end), (start, end, step?)', doc: 'Whole numbers.' },
  linspace: { signature: '(start, end, count?)', doc: 'Evenly spaced numbers.' },
};
/** Names that the code finds. */
export const NAME_DOCS: Docs = {
  m: { signature: 'model', doc: 'The dataset: spikes, templates, features, waveforms.' },
  c: { signature: 'controller', doc: 'Limits of the views, queries, facts of clusters.' },
  s: { signature: 'supervisor', doc: 'Selection, clusters, actions.' },
  model: { signature: 'm', doc: 'The dataset.' },
  controller: { signature: 'c', doc: 'Limits of the views, queries, facts of clusters.' },
  supervisor: { signature: 's', doc: 'Selection, clusters, actions.' },
  plot: { signature: 'line, hist, scatter, image', doc: 'Quick plots below the code and in PlotView.' },
  array: { signature: 'sum, mean, std, ...', doc: 'What one needs of numbers.' },
  print: { signature: '(...values)', doc: 'Writes values.' },
  display: { signature: '(value)', doc: 'Shows a value as the last one of a statement is shown.' },
  connect: { signature: '(event, f)', doc: 'Calls f at every select, cluster or event of emit; returns how to stop.' },
  emit: { signature: '(event, ...values)', doc: 'Calls what this console connected to the event; what it returned.' },
  gui: { signature: 'actions', doc: 'The actions of s, as in the Python program.' },
  _: { signature: 'value', doc: 'The last value.' },
};

const DOCS: Readonly<Record<string, Docs>> = {
  '': NAME_DOCS,
  m: MODEL_DOCS,
  model: MODEL_DOCS,
  'c.model': MODEL_DOCS,
  c: CONTROLLER_DOCS,
  controller: CONTROLLER_DOCS,
  s: SUPERVISOR_DOCS,
  supervisor: SUPERVISOR_DOCS,
  'c.supervisor': SUPERVISOR_DOCS,
  's.clustering': CLUSTERING_DOCS,
  'supervisor.clustering': CLUSTERING_DOCS,
  's.cluster_meta': METADATA_DOCS,
  'supervisor.cluster_meta': METADATA_DOCS,
  's.actions': ACTION_DOCS,
  'supervisor.actions': ACTION_DOCS,
  'gui.actions': ACTION_DOCS,
  plot: PLOT_DOCS,
  array: ARRAY_DOCS,
};

/** Of the language, what one may want to type. */
const LANGUAGE = (
  'Array ArrayBuffer Boolean Date Error Float32Array Float64Array Infinity Int32Array JSON Map Math NaN Number Object Promise RegExp ' +
  'Set String Uint8Array isFinite isNaN parseFloat parseInt setTimeout structuredClone'
).split(' ');
const WORDS =
  'async await break case catch class const continue else false for function if let new null return switch this throw true try typeof undefined while'.split(
    ' ',
  );

export function complete(known: Known, code: string, caret: number): Completions | null {
  const path = pathBefore(code, caret);
  if (path === null) return null;
  const { owner, start } = path;
  const word = code.slice(start, caret);
  const docs = DOCS[owner.join('.')] ?? {};
  const names = owner.length === 0 ? namesIn(known) : membersOf(valueAt(known, owner), Object.keys(docs));
  const found = names
    .filter((name) => matches(name, word))
    .sort((a, b) => order(docs, a) - order(docs, b) || compare(a, b));
  return { start, candidates: found.map((label) => ({ label, detail: detailOf(known, owner, docs, label) })) };
}

/** What is known of the call that the caret stands in, else of the name at it. */
export function inspect(known: Known, code: string, caret: number): string {
  const word = /^[\w$]*/.exec(code.slice(caret))?.[0] ?? '';
  const path = pathBefore(code, caret + word.length);
  const named = path === null ? [] : [...path.owner, code.slice(path.start, caret + word.length)];
  for (const names of [named, callAround(code, caret) ?? []]) {
    const name = names.at(-1) ?? '';
    if (name === '') continue;
    const owner = names.slice(0, -1);
    const text = detailOf(known, owner, DOCS[owner.join('.')] ?? {}, name);
    if (text !== '') return `${names.join('.')}  ${text}`;
  }
  return '';
}

const matches = (name: string, word: string): boolean => name.startsWith(word) && /^[\p{ID_Start}$_]/u.test(name);
/** What is documented comes first. */
const order = (docs: Docs, name: string): number => (Object.hasOwn(docs, name) ? 0 : 1);
const compare = (a: string, b: string): number => (a < b ? -1 : 1);

function namesIn({ scope, builtIn }: Known): string[] {
  const own = Object.getOwnPropertyNames(scope).filter((name) => !builtIn.has(name) || Object.hasOwn(NAME_DOCS, name));
  return [...new Set([...own, ...LANGUAGE, ...WORDS])];
}

function membersOf(value: unknown, documented: readonly string[]): string[] {
  const names = new Set(documented);
  for (let at = objectOf(value); at !== null && at !== Object.prototype; at = prototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== 'constructor') names.add(name);
  }
  return [...names];
}

/** The value of a path of members; undefined where something would have to be computed. */
function valueAt({ scope }: Known, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const name of path) {
    const descriptor = descriptorOf(value, name);
    if (descriptor === undefined || !('value' in descriptor)) return undefined;
    value = descriptor.value;
  }
  return value;
}

function descriptorOf(value: unknown, name: string): PropertyDescriptor | undefined {
  for (let at = objectOf(value); at !== null; at = prototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectOf(value: unknown): object | null {
  if (value === null || value === undefined) return null;
  return Object(value) as object;
}
const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null;

function detailOf(known: Known, owner: readonly string[], docs: Docs, name: string): string {
  const documented = Object.hasOwn(docs, name) ? docs[name] : undefined;
  if (documented !== undefined) return `${documented.signature}  ${documented.doc}`;
  const value = valueAt(known, [...owner, name]);
  if (typeof value === 'function') return functionText(value);
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  return value === undefined || owner.length > 0 ? '' : typeof value;
}
