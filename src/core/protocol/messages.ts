/**
 * The whole conversation between engine and GUI. Client messages are JSON text; engine messages are frames (frame.ts: JSON head plus
 * aligned arrays), so an answer's typed arrays arrive without copying. One engine may have several clients: all see the same state.
 */
import type { ActionSpec } from '../actions/action.ts';
import type { ParamValue } from '../base/params.ts';
import type { MovedFile, OpenReport } from '../dataset/dataset.ts';
import type { ClusterGroup } from '../curation/groups.ts';
import type { KwikChoice } from '../dataset/readers/kwikModel.ts';
import type { RawChoice } from '../dataset/readers/rawRecording.ts';
import type { ExportRequest } from '../engine/exports.ts';
import type { Busy } from '../engine/longWork.ts';
import type { LayoutChange, NamedLayouts } from '../engine/layouts.ts';
import type { Declaration } from '../plugins/declare.ts';
import type { Change, Row, Selection, ShownTable, SimilarityTable, WizardSettings } from '../curation/state.ts';

export const PROTOCOL_VERSION = 1;

/** Where the GUI opens its WebSocket (same origin, same cookie). */
export const SOCKET_PATH = '/socket';
/** Text that a page sends over any of its sockets when it has heard nothing for a while, and what it is answered at once. */
export const PING = '{"type":"ping"}';
export const PONG = '{"type":"pong"}';
/** Where a frame announced by a BlobNotice lies; each can be fetched once. */
export const BLOB_PATH = '/blob/';
/** Below it actions, questions and changes are had over plain HTTP (docs/protocol.md). */
export const API_PATH = '/api/';
/** Below it lie the files of plugins that windows load (WindowPlugin). */
export const PLUGIN_PATH = '/plugins/';
/** The server ends a line with this code when the page at the other end has to be loaded again: it shows what is not open any more. */
export const MOVED_CODE = 4000;
/**
 * Engine messages are binary frames. The one text message is this JSON: the frame is large (over 100 kB) and lies at `BLOB_PATH + blob`,
 * where `fetch` gets it faster than the socket would (spec/tech-evidence.md 4).
 */
export interface BlobNotice {
  readonly blob: string;
  /** The frame is an answer: nothing needs to wait for it. */
  readonly answer: boolean;
}

/** A plugin, as windows load it. */
export interface WindowPlugin {
  readonly declaration: Declaration;
  /** Absolute path on the engine's machine, for people. */
  readonly file: string;
  /** Address of its module on this server. */
  readonly module: string;
}
export interface PluginSummary {
  readonly plugins: readonly WindowPlugin[];
  /** Sentences about plugins that could not be loaded. */
  readonly troubles: readonly string[];
  /** Plugins beside the data that were never allowed: they are not run. */
  readonly asking: {
    readonly folder: string;
    readonly names: readonly string[];
    /** What to open again once they are allowed. */
    readonly open: DatasetPath;
  } | null;
}

/** What the GUI knows of the dataset without asking. */
export interface DatasetSummary {
  readonly name: string;
  readonly folder: string;
  /** What was opened, absolute. */
  readonly paramsPath?: string;
  readonly format: 'template' | 'kwik' | 'raw';
  readonly spikeCount: number;
  readonly channelCount: number;
  readonly templateCount: number;
  readonly sampleRate: number;
  readonly durationSeconds: number;
  readonly channelLabels: readonly string[];
  readonly shankCount: number;
  /** False when nothing says where the channels are. */
  readonly knowsSites?: boolean;
  readonly has: {
    readonly traces: boolean;
    /** Single waveforms: of raw data, or exported ones. */
    readonly waveforms: boolean;
    readonly templates: boolean;
    readonly features: boolean;
    readonly templateFeatures: boolean;
    readonly amplitudes: boolean;
    readonly similarity: boolean;
    readonly reorderedTimes: boolean;
  };
  /** Names of the attributes of spikes that can be drawn: each has a view of its own. */
  readonly spikeAttributes: readonly string[];
  /** Which part of a .kwik file was asked for. */
  readonly kwik?: KwikChoice;
  /** Raw files that are not where params.py or the .kwik file says. */
  readonly movedFiles?: readonly MovedFile[];
  /** Base names of the raw data files, and the sentences of the views that miss something: `{traces: "recording.dat was not found ..."}`. */
  readonly missingBecause: Readonly<Record<string, string>>;
}

/** The curation state as clients mirror it. Sent whole in `welcome`; afterwards only what changed. */
export interface Snapshot {
  /** Grows by one with every state. */
  readonly revision: number;
  readonly selection: Selection;
  /** Columns of the cluster view in order, `id` first (without `group`, `is_masked`). */
  readonly columns: readonly string[];
  readonly clusterTable: ShownTable;
  readonly similarityTable: SimilarityTable;
  readonly wizard: WizardSettings;
  /** The groups that clusters are moved to, built-in ones first. */
  readonly groups: readonly ClusterGroup[];
  /** Actions beside those of core/actions: of splitters and plugins. */
  readonly actions: readonly ActionSpec[];
  /** Sentences such as `merge of 2 and 24`; null when there is nothing to undo or redo. */
  readonly undo: string | null;
  readonly redo: string | null;
  readonly dirty: boolean;
  /** Actions since the last save (history distance). */
  readonly unsavedCount: number;
  /** Milliseconds since 1970, null when not saved in this session. */
  readonly savedAt: number | null;
  readonly savedFiles: readonly string[];
  /** When the journal last grew; null before the first action. */
  readonly journalAt: number | null;
  readonly newClusterId: number;
}
export interface StateUpdate {
  readonly snapshot: Snapshot;
  /** Rows that are new or changed. */
  readonly rows: readonly Row[];
  readonly removedRows: readonly number[];
  /** null in `welcome` and when another client merely joined. */
  readonly change: Change | null;
}

/** A snapshot as it travels: parts that are left out are as they were. */
export type SnapshotChange = Pick<Snapshot, 'revision'> & Partial<Snapshot>;
export interface UpdateMessage extends Omit<StateUpdate, 'snapshot'> {
  readonly snapshot: SnapshotChange;
}

/** Saved settings: view name -> setting -> value (spec/curation.md 4.7). */
export type SavedState = Readonly<Record<string, unknown>>;

export interface ActionResult {
  readonly action: string;
  readonly ok: boolean;
  readonly message: string;
  readonly change: Change | null;
  /** Only for save. */
  readonly files?: readonly string[];
  /** Only for a save that was refused because another program changed this file: `save over` replaces it. */
  readonly changedFile?: string;
  /** Only for split: spikes without a coordinate. */
  readonly missing?: number;
}

/** What can be opened. */
export interface DatasetPath {
  /** A params file, its folder, a .kwik file, or a raw file. */
  readonly path: string;
  /** Which part of a .kwik file. */
  readonly kwik?: KwikChoice;
  /** Opens the raw data alone, with what a person says of them. */
  readonly raw?: RawChoice;
  /** Files to read from now on in place of raw files that are not where params.py says, by the path there; null forgets one. */
  readonly chosenFiles?: Readonly<Record<string, string | null>>;
}

/** What the window goes on with once its dataset is closed: another dataset, or the start page (null). */
export interface Next {
  readonly open: DatasetPath | null;
}

export interface Recovery {
  readonly count: number;
  /** Milliseconds since 1970 of the last unsaved action. */
  readonly lastAt: number;
  /** One line per unsaved action, oldest first, at most 50. */
  readonly actions: readonly string[];
}

/** keymap.json of the user (spec/curation.md 6.6), as it lies on the disk. */
export interface KeymapFile {
  readonly path: string;
  /** null when there is none, or when it cannot be read. */
  readonly text: string | null;
  /** Why it cannot be read. */
  readonly trouble: string | null;
}

export type ClientMessage =
  | { readonly type: 'hello'; readonly protocol: number }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly query: string;
      readonly clusters: readonly number[];
      readonly params: Readonly<Record<string, ParamValue>>;
    }
  | { readonly type: 'cancel'; readonly id: number }
  /** `args` is a list of words and values as the snippet parser gives them, or one JSON object. */
  | {
      readonly type: 'act';
      readonly id: number;
      readonly action: string;
      readonly args: readonly unknown[] | Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'keep'; readonly scope: 'user' | 'dataset'; readonly key: string; readonly value: unknown }
  /** Replaces keymap.json, unless it holds something else than `before` by now. */
  | { readonly type: 'keymap'; readonly id: number; readonly before: string | null; readonly text: string }
  /** Asks to look whether keymap.json was edited; a `keymap` message comes when it was. */
  | { readonly type: 'reread_keymap' }
  /** A selection that may be about to come (the pointer rests on a row): it may be computed ahead. Nothing is answered. */
  | { readonly type: 'expect'; readonly clusters: readonly number[] }
  /** A sentence for the terminal too, where the program was started. */
  | { readonly type: 'tell'; readonly text: string }
  | { readonly type: 'recover'; readonly id: number; readonly choice: 'restore' | 'discard' }
  /** A picture for ~/.phy/screenshots; `data` is base64. Answered by `acted` whose message names the path. */
  | {
      readonly type: 'screenshot';
      readonly id: number;
      readonly view: string;
      readonly format: 'png' | 'svg';
      readonly data: string;
    }
  /** What a view shows, into ~/.phy/exports. Answered by `acted` whose message names the folder. */
  | ({ readonly type: 'export'; readonly id: number } & ExportRequest)
  /** Named layouts. Answered by `acted`; every client gets the new list. */
  | { readonly type: 'layouts'; readonly id: number; readonly change: LayoutChange }
  /** The person allows the plugins beside the data, once and for all as long as they stay the same. */
  | { readonly type: 'allow_plugins'; readonly id: number }
  /** Stops whatever `busy` says can be stopped. */
  | { readonly type: 'stop' }
  /**
   * Closes the dataset after the GUI asked save, discard or cancel, and ends the program or goes on with `next`. Unsaved actions stay in the
   * journal unless discarded.
   */
  | { readonly type: 'exit'; readonly id: number; readonly choice: 'save' | 'discard'; readonly next?: Next };

export type EngineMessage =
  | {
      readonly type: 'welcome';
      readonly protocol: number;
      readonly version: string;
      readonly guiName: string;
      /** Milliseconds since 1970: another number is another start of the program. */
      readonly startedAt: number;
      readonly dataset: DatasetSummary;
      readonly report: OpenReport;
      readonly state: StateUpdate;
      readonly kept: { readonly user: SavedState; readonly dataset: SavedState };
      readonly keymap: KeymapFile;
      readonly layouts: NamedLayouts;
      readonly recovery: Recovery | null;
      readonly plugins: PluginSummary;
    }
  | { readonly type: 'state'; readonly update: UpdateMessage }
  | {
      readonly type: 'answer';
      readonly id: number;
      /** Revision of the state it was computed on. */
      readonly revision: number;
      readonly params: Readonly<Record<string, ParamValue>>;
      readonly answer: unknown;
      readonly engineMs: number;
    }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly kind: string;
      readonly message: string;
      readonly facts: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'keymap'; readonly keymap: KeymapFile }
  | { readonly type: 'acted'; readonly id: number; readonly result: ActionResult }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly message: string }
  | ({ readonly type: 'busy' } & Busy)
  /** Another client kept a setting. */
  | { readonly type: 'kept'; readonly scope: 'user' | 'dataset'; readonly key: string; readonly value: unknown }
  | { readonly type: 'layouts'; readonly layouts: NamedLayouts }
  /** `goesOn`: the program does not end. The line is ended when the page can be loaded again, and then shows what is next. */
  | { readonly type: 'closing'; readonly reason: string; readonly goesOn: boolean };
