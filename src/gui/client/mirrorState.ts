/** How the mirror changes with each message of the engine: pure functions over immutable values. */
import type { Row } from '../../core/curation/state.ts';
import type { EngineMessage, Snapshot, SnapshotChange, UpdateMessage } from '../../core/protocol/messages.ts';
import type { Message, Mirror } from './client.ts';

/** At most this many messages are kept (Help > Messages). */
const MESSAGE_LIMIT = 500;

/** The mirror before the first welcome. */
export function emptyMirror(): Mirror {
  return {
    connection: 'connecting',
    retryAt: null,
    version: '',
    guiName: 'phy',
    startedAt: 0,
    dataset: null,
    report: null,
    snapshot: null,
    rows: new Map(),
    lastChange: null,
    recovery: null,
    keymap: { path: '', text: null, trouble: null },
    busy: null,
    layouts: {},
    plugins: null,
    acting: 0,
    messages: [],
  };
}

/** A welcome replaces everything but what was said. */
export function welcomed(mirror: Mirror, welcome: EngineMessage & { readonly type: 'welcome' }): Mirror {
  return {
    ...mirror,
    connection: 'open',
    retryAt: null,
    version: welcome.version,
    guiName: welcome.guiName,
    startedAt: welcome.startedAt,
    dataset: welcome.dataset,
    report: welcome.report,
    snapshot: welcome.state.snapshot,
    rows: new Map(welcome.state.rows.map((row) => [row.id, row])),
    lastChange: null,
    recovery: welcome.recovery,
    keymap: welcome.keymap,
    layouts: welcome.layouts,
    plugins: welcome.plugins,
    busy: null,
  };
}

/** Applies one update; an update older than the mirror is dropped. */
export function updated(mirror: Mirror, update: UpdateMessage): Mirror {
  if (mirror.snapshot === null || update.snapshot.revision < mirror.snapshot.revision) return mirror;
  return {
    ...mirror,
    snapshot: sharing(mirror.snapshot, update.snapshot),
    rows: patchRows(mirror.rows, update),
    lastChange: update.change ?? mirror.lastChange,
    // Whichever window answered, nothing is left to restore in any of them.
    recovery: update.change?.action === 'recover' ? null : mirror.recovery,
  };
}

/**
 * `last` with what changed. The engine leaves out what is the very same; of the small parts that it makes anew for every state, those that
 * say the same as before stay the same object, so that nothing that shows them has anything to do.
 */
function sharing(last: Snapshot, change: SnapshotChange): Snapshot {
  const next: Snapshot = { ...last, ...change };
  const selection = {
    clusters: kept(last.selection.clusters, next.selection.clusters),
    similar: kept(last.selection.similar, next.selection.similar),
  };
  return {
    ...next,
    selection: kept(last.selection, selection),
    columns: kept(last.columns, next.columns),
    wizard: kept(last.wizard, next.wizard),
    groups: kept(last.groups, next.groups),
    actions: kept(last.actions, next.actions),
  };
}

const kept = <T>(last: T, next: T): T => (isEqual(last, next) ? last : next);

/** By value, as deep as plain lists and objects go. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((value, k) => isEqual(value, b[k]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(b)) return false;
  const [before, after] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return (
    before.length === after.size && before.every(([key, value]) => after.has(key) && isEqual(value, after.get(key)))
  );
}

/** The same map when no row changed, so that tables have nothing to compare. */
function patchRows(rows: ReadonlyMap<number, Row>, update: UpdateMessage): ReadonlyMap<number, Row> {
  if (update.rows.length === 0 && update.removedRows.length === 0) return rows;
  const next = new Map(rows);
  for (const id of update.removedRows) next.delete(id);
  for (const row of update.rows) next.set(row.id, row);
  return next;
}

/** Adds a message. A quiet one (selection, sorting) takes the place of a quiet one before it, so that Messages keeps what mattered. */
export function said(mirror: Mirror, message: Message): Mirror {
  const last = mirror.messages.at(-1);
  const replaces = message.quiet === true && last?.quiet === true;
  const kept = replaces ? mirror.messages.slice(0, -1) : mirror.messages;
  return { ...mirror, messages: [...kept, message].slice(-MESSAGE_LIMIT) };
}
