/** Datasets that were opened in a window: one file in the user's folder, never anything beside the data. */
import { join } from 'node:path';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import type { RawChoice } from '../core/dataset/readers/rawRecording.ts';
import type { Opened } from '../core/engine/session.ts';
import { openSettings, type Settings } from '../core/engine/settings.ts';
import type { DatasetPath } from '../core/protocol/messages.ts';
import type { RecentDataset } from '../core/protocol/start.ts';
import { folderStorage } from './folder.ts';
import { datasetKey, userFolder } from './places.ts';

/** In the user's folder. */
const FILE = 'ts/recent.json';
const MOST = 30;

/** What was asked for beside the path. */
type Choice = Omit<DatasetPath, 'path'>;

export interface RecentList {
  /** Pinned ones first, then the newest. */
  readonly datasets: readonly RecentDataset[];
  /** Why there are none though there is a file. */
  readonly trouble: string | null;
}

export interface RecentDatasets {
  /** Never fails: what cannot be read is in `trouble`. */
  list(): Promise<RecentList>;
  /** A dataset was opened now. Beyond 30 the oldest ones are forgotten, pinned ones last. */
  opened(opened: Opened, choice?: Choice): Promise<void>;
  /** It was closed, with so many clusters. */
  closed(opened: Opened, clusterCount: number): Promise<void>;
  pin(key: string, pinned: boolean): Promise<void>;
  remove(key: string): Promise<void>;
}

/**
 * The list in `~/.phy/ts/recent.json`, read anew each time: other programs write it too. A file that cannot be read is set aside at the next
 * change. `onTrouble` is told when a change could not be written.
 */
export function recentDatasets(onTrouble: (message: string) => void): RecentDatasets {
  let last: Promise<unknown> = Promise.resolve();
  const write = async (apply: (file: Settings) => void): Promise<void> => {
    let isOpen = false;
    // Why it cannot be read was said by `list`; here only what went wrong with writing is news.
    const file = await openFile((message) => isOpen && onTrouble(message));
    isOpen = true;
    apply(file);
    await file.settled();
  };
  const change = (apply: (file: Settings) => void): Promise<void> => {
    const done = last.then(() => write(apply));
    last = done.catch(() => undefined);
    return done;
  };
  return {
    async list() {
      await last;
      let trouble: string | null = null;
      const file = await openFile((message) => {
        trouble = message;
      });
      return { datasets: entriesOf(file), trouble };
    },
    opened: (opened, choice) =>
      change((file) => {
        const key = keyOf(opened);
        const before = readEntry(key, file.values[key]);
        file.keep(key, entryFor(opened, choice ?? {}, before?.pinned === true));
        for (const { key: old } of forgotten(entriesOf(file), key)) file.keep(old, null);
      }),
    closed: (opened, clusterCount) =>
      change((file) => {
        const key = keyOf(opened);
        const before = readEntry(key, file.values[key]);
        if (before !== null && before.clusterCount !== clusterCount) file.keep(key, { ...before, clusterCount });
      }),
    pin: (key, pinned) =>
      change((file) => {
        const before = readEntry(key, file.values[key]);
        if (before !== null) file.keep(key, { ...before, pinned });
      }),
    remove: (key) => change((file) => file.keep(key, null)),
  };
}

function openFile(onTrouble: (message: string) => void): Promise<Settings> {
  const instead = 'The list of recent datasets is empty';
  return openSettings({ storage: folderStorage(userFolder()), name: FILE, now: Date.now, onTrouble, instead });
}

const keyOf = ({ paramsPath, scope }: Opened): string => datasetKey(join(paramsPath, scope));

function entryFor(opened: Opened, { kwik, raw }: Choice, pinned: boolean): RecentDataset {
  const { summary, paramsPath: params, scope, clusterCount } = opened;
  const { folder, spikeCount } = summary;
  const name = [summary.name, ...partsOf(kwik)].join(' · ');
  return {
    key: keyOf(opened),
    name,
    folder,
    params,
    kwik,
    raw,
    scope,
    openedAt: Date.now(),
    spikeCount,
    clusterCount,
    pinned,
  };
}

/** What was asked for in words, nothing for the usual parts. */
function partsOf(kwik: KwikChoice = {}): readonly string[] {
  const group = kwik.channelGroup === undefined ? [] : [`group ${kwik.channelGroup}`];
  return kwik.clustering === undefined ? group : [...group, kwik.clustering];
}

function entriesOf({ values }: Settings): readonly RecentDataset[] {
  const entries = Object.entries(values).flatMap(([key, value]) => readEntry(key, value) ?? []);
  return entries.sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.openedAt - a.openedAt);
}

/** Those beyond the limit; never the one just opened. */
function forgotten(entries: readonly RecentDataset[], justOpened: string): readonly RecentDataset[] {
  const others = entries.filter((entry) => entry.key !== justOpened);
  return others.slice(MOST - 1);
}

function readChoice(value: unknown): KwikChoice | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { channelGroup, clustering }: Partial<Record<string, unknown>> = { ...value };
  return {
    channelGroup: typeof channelGroup === 'number' ? channelGroup : undefined,
    clustering: typeof clustering === 'string' ? clustering : undefined,
  };
}

function readRawChoice(value: unknown): RawChoice | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: Partial<Record<string, unknown>> = { ...value };
  const number = (name: string): number | undefined => (typeof found[name] === 'number' ? found[name] : undefined);
  return {
    sampleRate: number('sampleRate'),
    dtype: typeof found['dtype'] === 'string' ? found['dtype'] : undefined,
    channelCount: number('channelCount'),
    offset: number('offset'),
    fortran: found['fortran'] === true ? true : undefined,
  };
}

/** null for anything that is not an entry. */
function readEntry(key: string, value: unknown): RecentDataset | null {
  if (typeof value !== 'object' || value === null) return null;
  const found: Partial<Record<string, unknown>> = { ...value };
  const text = (name: string): string => (typeof found[name] === 'string' ? found[name] : '');
  const number = (name: string): number => (typeof found[name] === 'number' ? found[name] : 0);
  if (text('params') === '' || text('folder') === '') return null;
  return {
    key,
    name: text('name'),
    folder: text('folder'),
    params: text('params'),
    kwik: readChoice(found['kwik']),
    raw: readRawChoice(found['raw']),
    scope: text('scope'),
    openedAt: number('openedAt'),
    spikeCount: number('spikeCount'),
    clusterCount: number('clusterCount'),
    pinned: found['pinned'] === true,
  };
}
