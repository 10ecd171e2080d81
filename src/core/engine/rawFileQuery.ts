/** For the window: whether a file can be the raw data of the dataset, before it is chosen in place of one that moved. */
import { text } from '../base/params.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { rawFault, rawNeeds } from '../dataset/readers/movedFiles.ts';
import { baseName } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import { defineQuery, type Query } from './query.ts';

export interface RawFileAnswer {
  /** Why it cannot be it, in a sentence; null when it can. */
  readonly fault: string | null;
}

const params = { path: text({ default: '', label: 'File', doc: 'Path of the file, absolute.' }) };

/** The query `rawFile` over one dataset. */
export function rawFileQuery(dataset: Dataset, storage: Storage): Query<typeof params, RawFileAnswer> {
  const { rawChannelCount, rawDtype, rawOffset, sampleRate, channels, spikes, dataFiles, klusta } = dataset;
  // A flat file of klusta has the channels of the group where the .kwik does not say how many there are.
  const columns = klusta === undefined ? rawChannelCount : (rawChannelCount ?? channels.count);
  const facts = { rawChannelCount: columns, dtype: rawDtype, offset: rawOffset, sampleRate };
  const needs = rawNeeds(baseName(dataset.paramsPath), facts, channels, spikes, dataFiles.length);
  const recording = klusta === undefined ? undefined : (klusta.model.recordings[0]?.id ?? 0);
  return defineQuery({
    name: 'rawFile',
    service: true,
    uncached: true,
    params,
    maxClusters: 0,
    missing: () => [],
    async run(_context, { path }) {
      if (path.trim() === '') return { fault: 'Give the path of a file.' };
      return { fault: await rawFault(storage, path, { ...needs, recording }) };
    },
  });
}
