/**
 * The journal: one JSON line per accepted action, enough to repeat it exactly on the files of the last save.
 *
 * Lines. `open` heads every session that writes (fingerprint of the files it started from); actions; `save` (twice: `begin` before the files
 * are replaced, `done` after); `discard` when unsaved actions were set aside. Nothing is ever removed from the file.
 *
 * What counts as unsaved: the actions after the last `save done` or `discard`. If the program died between `begin` and `done` and the files
 * have the fingerprint of `begin`, that save counts as done.
 *
 * Undo across a save: the files hold the state of the save, not what lay before it. So an undo or redo of an action that the unsaved part
 * of the journal does not contain is written with its whole effect (`effect`): clusters that vanish, clusters that appear with their spikes and
 * metadata, or the values of a field. Replaying it performs the effect and also adds the action itself to the replayed history, so that later
 * undos and redos find it. Every other undo or redo is a line without effect. Therefore: files of the last save + unsaved lines = live state.
 */
import { PhyError } from '../base/errors.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import type { Values } from './metadata.ts';
import { clustersText, counted, grouped, listed } from './sentences.ts';
import type { Selection } from './state.ts';

/** The rule that made the labels of a split, with every parameter: enough to do it again. */
export interface SplitBy {
  /** As people know it: `K-means`. */
  readonly splitter: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Clusters that appear: id and encoded spikes; null spikes = all that the vanished clusters held. */
type Appearing = readonly (readonly [clusterId: number, spikes: string | null])[];

/** What an undo or redo does, for replaying it without knowing the action (see above). */
export type RecordedEffect =
  | {
      readonly kind: 'clusters';
      readonly removed: readonly number[];
      readonly added: Appearing;
      readonly metadata: Readonly<Record<string, Values>>;
    }
  | { readonly kind: 'metadata'; readonly field: string; readonly values: Values };

interface ActionBase {
  /** Canonical action name (`move_best_to_good`). */
  readonly action: string;
  readonly before: Selection;
  readonly after: Selection;
}
export interface MergeRecord extends ActionBase {
  readonly op: 'merge';
  readonly ids: readonly number[];
  readonly to: number;
}
export interface SplitRecord extends ActionBase {
  readonly op: 'split';
  /** `encodeInts` of the listed spikes, ascending. */
  readonly spikes: string;
  readonly spikeCount: number;
  /** `encodeInts` of their labels; absent = one group. */
  readonly labels?: string;
  /** Absent for a split by hand. */
  readonly by?: SplitBy;
  /** First new id. */
  readonly first: number;
  readonly removed: readonly number[];
  readonly added: readonly number[];
}
export interface LabelRecord extends ActionBase {
  readonly op: 'label';
  readonly field: string;
  readonly ids: readonly number[];
  readonly value: MetadataValue;
}
export interface StepRecord extends ActionBase {
  readonly op: 'undo' | 'redo';
  /** `merge of 2 and 24`. */
  readonly label: string;
  readonly effect?: RecordedEffect;
  /** With `effect` only: name of the action that is undone or redone, and the selection when it started. */
  readonly of?: string;
  readonly start?: Selection;
}
/** An accepted action, as `reduce` gives it. */
export type JournalRecord = MergeRecord | SplitRecord | LabelRecord | StepRecord;

interface OpenMarker {
  readonly op: 'open';
  readonly version: 1;
  /** Fingerprint of the curation files when the session began. */
  readonly base: string;
}
interface SaveMarker {
  readonly op: 'save';
  readonly phase: 'begin' | 'done';
  readonly generation: number;
  /** Fingerprint of the files that this save writes. */
  readonly base: string;
}
interface DiscardMarker {
  readonly op: 'discard';
  /** Number of actions set aside. */
  readonly count: number;
  readonly base: string;
}
export type JournalLine = JournalRecord | OpenMarker | SaveMarker | DiscardMarker;
/** `seq` grows by one per line of the file, `time` is in milliseconds since 1970; both are given by the caller. */
export type JournalEntry = JournalLine & { readonly seq: number; readonly time: number };
export type ActionEntry = JournalRecord & { readonly seq: number; readonly time: number };

/** One line of the journal with its line end. An `open` line begins with a line end too, so that it never continues a torn one. */
export function encodeEntry(entry: JournalEntry): string {
  const line = `${JSON.stringify(entry)}\n`;
  return entry.op === 'open' ? `\n${line}` : line;
}

export interface ParsedJournal {
  readonly entries: readonly JournalEntry[];
  /** True when the last line was cut off (the program died while writing it); it is left out. */
  readonly torn: boolean;
}

/**
 * Reads a journal. A cut-off line is left out where one can be: at the end, or before the `open` line of a later session.
 * Throws `input` for any other line that is not an entry.
 */
export function parseJournal(text: string, file = 'journal.jsonl'): ParsedJournal {
  const lines = text.split('\n');
  const entries: JournalEntry[] = [];
  let broken: number | undefined;
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const entry = parseLine(line);
    if (broken !== undefined && entry?.op !== 'open') throw damaged(file, broken);
    broken = entry === undefined ? index + 1 : undefined;
    if (entry !== undefined) entries.push(entry);
  });
  return { entries, torn: broken !== undefined };
}

function damaged(file: string, line: number): PhyError {
  const message = `${file} line ${line} is not a journal entry, so the actions after it cannot be restored. The file is left as it is.`;
  return new PhyError('input', message, { file, line });
}

type Check = (value: unknown) => boolean;
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Check = (value) => typeof value === 'string';
const isIds: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isSelection: Check = (value) =>
  isObject(value) && 'clusters' in value && 'similar' in value && isIds(value.clusters) && isIds(value.similar);
const isMissingOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const STEP = { label: isText, effect: isMissingOr(isObject), of: isMissingOr(isText), start: isMissingOr(isSelection) };
/** What each kind of entry must have, besides the parts that all have. */
const FIELDS: Readonly<Record<JournalLine['op'], Readonly<Record<string, Check>>>> = {
  merge: { ids: isIds, to: isNumber },
  split: {
    spikes: isText,
    labels: isMissingOr(isText),
    first: isNumber,
    removed: isIds,
    added: isIds,
    by: isMissingOr(isObject),
  },
  label: { field: isText, ids: isIds, value: (value) => value !== undefined && !isObject(value) },
  undo: STEP,
  redo: STEP,
  open: { base: isText },
  save: { phase: (value) => value === 'begin' || value === 'done', generation: isNumber, base: isText },
  discard: { count: isNumber, base: isText },
};
const ACTION = { action: isText, before: isSelection, after: isSelection };
const MARKERS = ['open', 'save', 'discard'];

const hasAll = (value: object, checks: Readonly<Record<string, Check>>): boolean =>
  Object.entries(checks).every(([name, check]) => check(Reflect.get(value, name)));

function isEntry(value: unknown): value is JournalEntry {
  if (!isObject(value) || !('op' in value) || typeof value.op !== 'string') return false;
  const fields = Object.entries(FIELDS).find(([op]) => op === value.op)?.[1];
  if (fields === undefined || !hasAll(value, { seq: isNumber, time: isNumber, ...fields })) return false;
  return MARKERS.includes(value.op) || hasAll(value, ACTION);
}

function parseLine(line: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for entries that change clusters or metadata. */
function isAction(entry: JournalEntry): entry is ActionEntry {
  return entry.op !== 'open' && entry.op !== 'save' && entry.op !== 'discard';
}

export interface Unsaved {
  /** Oldest first. */
  readonly entries: readonly ActionEntry[];
  /** Fingerprint of the files that these actions apply to; null for an empty journal. */
  readonly base: string | null;
}

/**
 * The actions that the files do not hold, and the fingerprint the files must have for them to apply. `found` is the fingerprint of
 * the files as they are, and decides whether a save that was interrupted took place.
 */
export function unsavedEntries(entries: readonly JournalEntry[], found?: string): Unsaved {
  let pending: ActionEntry[] = [];
  let base: string | null = null;
  for (const entry of entries) {
    if (isAction(entry)) pending.push(entry);
    else if (entry.op === 'discard' || (entry.op === 'save' && entry.phase === 'done')) {
      pending = [];
      base = entry.base;
    } else if (entry.op === 'open' && pending.length === 0) base = entry.base;
  }
  const last = entries.findLast((entry) => entry.op !== 'open');
  if (last?.op === 'save' && last.phase === 'begin' && last.base === found) return { entries: [], base: last.base };
  return { entries: pending, base };
}

/**
 * How many actions wait at the end of a journal of which `tail` is the last part, without looking at the files they belong to: an
 * interrupted save counts as not done. `isSettled`: the part reaches back to the last save; else there may be more before it.
 */
export function countWaiting(tail: string): { readonly count: number; readonly isSettled: boolean } {
  let count = 0;
  for (const line of tail.split('\n').reverse()) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    if (isAction(entry)) count += 1;
    else if (entry.op === 'discard' || (entry.op === 'save' && entry.phase === 'done')) {
      return { count, isSettled: true };
    }
  }
  return { count, isSettled: false };
}

/** ` by K-means` */
const byWords = ({ by }: Pick<SplitRecord, 'by'>): string =>
  typeof by?.splitter === 'string' ? ` by ${by.splitter}` : '';

/** What a split is called in Undo: `split`, `split by template`, `split by K-means`. */
export function splitWords(record: Pick<SplitRecord, 'action' | 'by'>): string {
  return record.action === 'split_init' ? 'split by template' : `split${byWords(record)}`;
}

/** One sentence about an entry, for the list of unsaved actions. */
export function describeEntry(entry: JournalLine): string {
  switch (entry.op) {
    case 'merge':
      return `Merged ${listed(entry.ids)} into ${entry.to}.`;
    case 'split':
      return `Split ${listed(entry.removed)} into ${listed(entry.added)}${byWords(entry)} (${counted(entry.spikeCount, 'spike')} listed).`;
    case 'label':
      if (entry.field === 'group') return `Moved ${clustersText(entry.ids)} to ${entry.value ?? 'unsorted'}.`;
      if (entry.value === null) return `Removed ${entry.field} of ${clustersText(entry.ids)}.`;
      return `Set ${entry.field} of ${clustersText(entry.ids)} to ${entry.value}.`;
    case 'undo':
      return `Undid: ${entry.label}.`;
    case 'redo':
      return `Redid: ${entry.label}.`;
    case 'open':
      return 'Opened the dataset.';
    case 'save':
      return entry.phase === 'begin' ? 'Began to save.' : `Saved (generation ${entry.generation}).`;
    case 'discard':
      return `Set aside ${grouped(entry.count)} unsaved ${entry.count === 1 ? 'action' : 'actions'}.`;
  }
}

/**
 * Whole numbers as text: differences in base 36, equal neighbours counted (`5,2*300` = 5, then 300 steps of 2). Short for spike ids, which
 * ascend, and for labels, which repeat.
 */
export function encodeInts(values: ArrayLike<number>): string {
  const parts: string[] = [];
  let previous = 0;
  for (let i = 0; i < values.length; ) {
    const step = values[i] - previous;
    let end = i + 1;
    while (end < values.length && values[end] - values[end - 1] === step) end += 1;
    parts.push(end - i === 1 ? step.toString(36) : `${step.toString(36)}*${(end - i).toString(36)}`);
    previous = values[end - 1];
    i = end;
  }
  return parts.join(',');
}

/** The numbers of `encodeInts`. Throws `input` for anything else. */
export function decodeInts(text: string): number[] {
  const values: number[] = [];
  let previous = 0;
  for (const part of text === '' ? [] : text.split(',')) {
    const [step, count = '1'] = part.split('*');
    const size = Number.parseInt(step, 36);
    if (!/^-?[0-9a-z]+(\*[0-9a-z]+)?$/.test(part))
      throw new PhyError('input', `The journal holds ${part}, expected numbers.`);
    for (let n = Number.parseInt(count, 36); n > 0; n--) values.push((previous += size));
  }
  return values;
}

const hex = (part: number): string => (part >>> 0).toString(16).padStart(8, '0');

/** Spikes between two pauses of `fingerprint`: about a millisecond of work. */
const SPIKES_PER_STEP = 2 ** 19;

/**
 * A short text that changes when the assignment or one of the texts does (contents of the metadata files in a fixed order): tells whether
 * files are those that a journal belongs to. Not a protection against intent. `pause` is called now and then: this looks at every spike.
 */
export async function fingerprint(
  spikeClusters: Int32Array,
  texts: readonly string[],
  pause?: () => Promise<void>,
): Promise<string> {
  const mixer = new Mixer();
  for (let start = 0; start < spikeClusters.length; start += SPIKES_PER_STEP) {
    if (start > 0) await pause?.();
    mixer.mixAll(spikeClusters.subarray(start, start + SPIKES_PER_STEP));
  }
  for (const text of texts) {
    mixer.mixAll(Int32Array.of(text.length));
    mixer.mixAll(Int32Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
  }
  return `${spikeClusters.length}-${mixer.text}`;
}

/** Two 32-bit sums of all numbers and their order. */
class Mixer {
  private low = 0x811c9dc5 | 0;
  private high = 0x9e3779b9 | 0;

  mixAll(values: Int32Array): void {
    let { low, high } = this;
    for (let i = 0; i < values.length; i++) {
      low = Math.imul(low ^ values[i], 0x01000193);
      high = Math.imul(high ^ values[i] ^ (low >>> 15), 0x85ebca6b);
    }
    this.low = low;
    this.high = high;
  }

  get text(): string {
    return `${hex(this.low)}${hex(this.high)}`;
  }
}
