/**
 * One open sorting: the dataset, its curation, the answers to questions about it. The same object stands behind the window, `phy query` and
 * `phy run`. Nothing here knows a view by name: queries are handed in.
 */
import type { Signal } from '../base/scope.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import type { ClusterReader, Row } from '../curation/state.ts';
import type { Dataset, OpenReport } from '../dataset/dataset.ts';
import type { KwikChoice } from '../dataset/readers/kwikModel.ts';
import type { RawChoice } from '../dataset/readers/rawRecording.ts';
import type {
  ActionResult,
  DatasetSummary,
  EngineMessage,
  KeymapFile,
  PluginSummary,
  Recovery,
  SavedState,
  Snapshot,
  StateUpdate,
} from '../protocol/messages.ts';
import type { Storage, WritableStorage } from '../storage/storage.ts';
import type { Additions } from './additions.ts';
import type { Answered } from './answer.ts';
import type { ExportRequest } from './exports.ts';
import type { LayoutChange, NamedLayouts } from './layouts.ts';
import type { Lock } from './lock.ts';
import type { Busy } from './longWork.ts';
import type { QueryTable } from './query.ts';

/** Where the files of one dataset are. */
export interface Places {
  /** Folder of the data: what is saved goes there. */
  readonly data: WritableStorage;
  /** `.phy/ts` beside the data, or what stands for it when that cannot be written. */
  readonly home: WritableStorage;
  /** True when `home` is beside the data. */
  readonly isBeside: boolean;
  /** Held while this engine curates. */
  readonly lock: Lock;
  /** Held in the user's folder while the dataset is open, so that a second start is told; nothing is written beside the data for it. */
  readonly presence: Lock;
}

export interface SessionOptions {
  /** Folder of params.py. */
  readonly storage: Storage;
  /** Name of the params file in it. */
  readonly paramsName: string;
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** What a person says of a raw file that is opened without a sorting. */
  readonly raw?: RawChoice;
  /** Files that a person chose in place of raw files that are not where params.py says, by the path there. */
  readonly chosenFiles?: Readonly<Record<string, string>>;
  /**
   * Says where the files of the dataset are, once its folder is known. `scope` tells several datasets of one folder apart; with `elsewhere`
   * nothing is kept beside the data.
   */
  readonly places: (dataFolder: string, scope: string, elsewhere: boolean) => Promise<Places>;
  /** The user's folder (`~/.phy`). */
  readonly userHome: WritableStorage;
  /** Runs a change of the user's settings while no other program makes one. */
  readonly exclusively?: (write: () => Promise<void>) => Promise<void>;
  readonly queries: QueryTable;
  /** Splitters, and what plugins bring. */
  readonly additions?: Additions;
  /** What windows are told of plugins. */
  readonly plugins?: PluginSummary;
  /** Notes that the person allows the plugins beside the data. */
  readonly allowPlugins?: () => Promise<void>;
  /** Waited for before anything is closed. */
  readonly onClosing?: () => Promise<void>;
  /** Called when the session has ended. */
  readonly onClosed?: () => Promise<void>;
  readonly guiName: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Lets everything else that waits run once. */
  readonly yieldThread: () => Promise<void>;
  /** Resolves after so many milliseconds; without it nothing is computed before it is asked for. */
  readonly rest?: (milliseconds: number) => Promise<void>;
  /** False for readers such as `phy query`: another engine may hold the dataset, and saved settings are not looked at. */
  readonly curates: boolean;
  /** False where settings of the window play no part (`phy run`). */
  readonly usesSettings: boolean;
  /** Limit of the answer cache in bytes. */
  readonly cacheBytes?: number;
  readonly onProgress?: (text: string, fraction: number) => void;
  /** A sentence for whoever started the program: at the terminal. */
  readonly onTold?: (sentence: string) => void;
}

export interface Notice {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
}

export interface Kept {
  readonly scope: 'user' | 'dataset';
  readonly key: string;
  readonly value: unknown;
  /** Who keeps it, where that is known. */
  readonly by?: object;
}
export interface KeptValues {
  readonly user: SavedState;
  readonly dataset: SavedState;
}

/** What a starting program wants to say. */
export interface Opened {
  readonly summary: DatasetSummary;
  /** Absolute. */
  readonly paramsPath: string;
  /** Tells several datasets of one folder apart. */
  readonly scope: string;
  readonly clusterCount: number;
  readonly report: OpenReport;
  /** Unsaved actions of an earlier session. */
  readonly recoverable: number;
  /** A sentence when the journal cannot be read, so that nobody knows what was not saved; null when all is well. */
  readonly journalTrouble: string | null;
}

export interface Session {
  readonly dataset: Dataset;
  readonly facts: ClusterFacts;
  /** The clusters as they are now. */
  readonly clusters: ClusterReader;
  /** All queries by name, those of the tables among them. */
  readonly queries: QueryTable;
  readonly updates: Signal<StateUpdate>;
  readonly notices: Signal<Notice>;
  readonly busy: Signal<Busy>;
  /** keymap.json, when it holds something else. */
  readonly keymaps: Signal<KeymapFile>;
  /** All of them, after each change. */
  readonly layouts: Signal<NamedLayouts>;
  /** A setting that somebody keeps. */
  readonly keeping: Signal<Kept>;
  /** What windows are told of plugins. */
  readonly plugins: PluginSummary;
  opened(): Opened;
  /** The whole state, for a client that has just come. */
  welcome(): EngineMessage & { readonly type: 'welcome' };
  snapshot(): Snapshot;
  /** One for each cluster. */
  rows(): readonly Row[];
  recovery(): Recovery | null;
  /** See Answerer.ask. */
  ask(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered>;
  /** Some selection may be about to come: computes ahead what views would ask about it, while nobody waits. */
  expect(clusters: readonly number[]): void;
  /** As `ask`, for a plugin: waits for no action and no value of a plugin, because the question may come from what these wait for. */
  askAtOnce(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Answered>;
  /** Runs an action, after those before it. Never rejects for what a person did: `ok` is false and `message` says why. */
  act(action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  /** Replays the unsaved actions of an earlier session, or sets them aside in the journal. */
  recover(choice: 'restore' | 'discard'): Promise<ActionResult>;
  /** Replays them without writing anything, for a reader. Throws `refused` when they do not fit. */
  replayInMemory(): void;
  /** Settings between launches; empty where they play no part. */
  kept(): KeptValues;
  /** `by` is left out when others are told. */
  keep(scope: 'user' | 'dataset', key: string, value: unknown, by?: object): void;
  /** Replaces keymap.json, unless it holds something else than `before` by now. */
  writeKeymap(before: string | null, text: string): Promise<ActionResult>;
  /** Looks whether keymap.json was edited. */
  rereadKeymap(): Promise<void>;
  /** Says something to whoever started the program; the same sentence only once. */
  tell(sentence: string): void;
  /** `data` is base64. */
  screenshot(view: string, format: 'png' | 'svg', data: string): Promise<ActionResult>;
  /** Answers a query and writes what it holds into the user's folder. */
  export(request: ExportRequest): Promise<ActionResult>;
  changeLayouts(change: LayoutChange): Promise<ActionResult>;
  /** Remembers that the plugins beside the data may run; they do from the next opening on. */
  allowPlugins(): Promise<ActionResult>;
  /** Something went wrong that nobody asked for: said in every window, and at the terminal. */
  trouble(sentence: string): void;
  /** Stops whatever `busy` says can be stopped. */
  stop(): void;
  /** Actions that are in the journal only, and that the next session will be asked about. */
  unsaved(): number;
  /** Before the program ends: saves, or sets what is not saved aside in the journal. */
  finish(choice: 'save' | 'discard'): Promise<ActionResult>;
  /**
   * Does ahead, after opening, what the first table, action and selection would have to wait for, a few milliseconds at a time; the last part
   * ends when the first question comes. Writes nothing.
   */
  warmUp(): Promise<void>;
  /** Puts the address of the window where a second start finds it. */
  announce(url: string): Promise<void>;
  /** Writes what is still to be written and gives the dataset free. Unsaved actions stay in the journal. */
  close(): Promise<void>;
}
