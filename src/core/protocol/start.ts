/**
 * The conversation of the start page with the program, before a dataset is open: JSON text both ways, on a socket of its own. Every window
 * of the start page sees the same.
 */

import type { KwikChoice } from '../dataset/readers/kwikModel.ts';
import type { RawChoice } from '../dataset/readers/rawRecording.ts';
import type { DatasetPath } from './messages.ts';

/** Where the start page opens its socket (same origin, same cookie). */
export const START_PATH = '/start';
/** Where the list of recent datasets can be fetched, as a JSON list of RecentDataset; newest first. */
export const RECENT_PATH = '/recent';

/** A dataset that was opened before. What is said of it was so when it was closed last. */
export interface RecentDataset {
  /** Tells entries apart; the same for a params file at every start. */
  readonly key: string;
  /** Name of the dataset. */
  readonly name: string;
  /** Absolute folder of the data. */
  readonly folder: string;
  /** Absolute path of the params file or .kwik file. */
  readonly params: string;
  /** Which part of a .kwik file was asked for. */
  readonly kwik?: KwikChoice;
  /** A raw recording without a sorting, with what was said of it. */
  readonly raw?: RawChoice;
  /** Tells several datasets of one folder apart. */
  readonly scope: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly spikeCount: number;
  readonly clusterCount: number;
  readonly pinned: boolean;
}

/** What is found on the disk about a recent dataset, now. */
export interface RecentFacts {
  readonly key: string;
  /** `unknown`: the disk did not answer in time, or refused. */
  readonly place: 'there' | 'gone' | 'unknown';
  /** Actions in the journal that are not saved. */
  readonly unsaved: number;
  /** False when the journal is long and was not read to its beginning: at least so many. */
  readonly isAll: boolean;
  /** Another phy has it open. */
  readonly isHeld: boolean;
}

/** A name that can follow what is typed. */
export interface ListedEntry {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** `file`: one that can be opened, a params file or a .kwik file. */
  readonly kind: 'folder' | 'file';
  /** A folder with a params.py or ALF files in it. */
  readonly isDataset: boolean;
}

/** Folders, params files and .kwik files in one folder. */
export interface Listing {
  /** Absolute. */
  readonly folder: string;
  /** The folder and those above it, outermost first. */
  readonly crumbs: readonly { readonly name: string; readonly path: string }[];
  readonly isDataset: boolean;
  /** At most 200, in natural order. */
  readonly entries: readonly ListedEntry[];
  /** How many there are, listed or not. */
  readonly total: number;
  /** False when there is no such folder, or not yet: its name may still be being typed. */
  readonly isThere: boolean;
  /** Why nothing could be listed. */
  readonly error: string | null;
}

export type StartRequest =
  /** Names that complete `text`; with `whole` the text is a folder, else its last name may be unfinished. Nothing is opened. */
  | { readonly type: 'list'; readonly id: number; readonly text: string; readonly whole: boolean }
  /** The path as typed. */
  | ({ readonly type: 'open' } & DatasetPath)
  /** Does not wait any longer for the dataset that is being opened. */
  | { readonly type: 'cancel' }
  /** Looks at the disk again. */
  | { readonly type: 'recent' }
  | { readonly type: 'pin'; readonly key: string; readonly pinned: boolean }
  | { readonly type: 'remove'; readonly key: string }
  /** Keeps how the window looks. */
  | { readonly type: 'look'; readonly appearance: Readonly<Record<string, unknown>> }
  | { readonly type: 'quit' };

/** Where the program is, as the start page shows it. */
export type StartPlace =
  | { readonly kind: 'start'; readonly failure: { readonly path: string; readonly message: string } | null }
  | { readonly kind: 'opening'; readonly path: string; readonly text: string; readonly fraction: number | null }
  /** The page has to be loaded again. */
  | { readonly kind: 'open' };

export type StartMessage =
  | { readonly type: 'hello'; readonly version: string; readonly appearance: unknown }
  | { readonly type: 'place'; readonly place: StartPlace }
  /** `trouble`: why the list is empty though there is a file. Facts follow one by one. */
  | { readonly type: 'recent'; readonly datasets: readonly RecentDataset[]; readonly trouble: string | null }
  | { readonly type: 'facts'; readonly facts: RecentFacts }
  | { readonly type: 'listed'; readonly id: number; readonly listing: Listing }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'closing'; readonly reason: string };
