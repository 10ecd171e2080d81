/** The files that saving writes for a state, in the order in which they are written (spec/data.md 11). */
import { nd } from '../base/nd.ts';
import { columns, rows, type CurationState } from '../curation/curation.ts';
import type { MetricSource } from '../curation/columns.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { encodeNpy } from '../files/npy.ts';
import { writeTable } from '../files/tsv.ts';
import { joinBytes } from '../storage/memory.ts';
import type { FileToSave } from './curator.ts';

export function filesToSave(_dataset: Dataset, state: CurationState, source: MetricSource): readonly FileToSave[] {
  const files: FileToSave[] = [
    { name: 'spike_clusters.npy', bytes: joinBytes(encodeNpy(nd(state.live.spikeClusters))) },
  ];
  for (const field of [...state.metadata.keys()].sort()) {
    if (field === 'next_cluster') continue;
    const values = state.metadata.get(field);
    const cells = state.clustering.ids.flatMap((id) => {
      const value = values?.get(id);
      return value === undefined || value === null ? [] : [[String(id), String(value)]];
    });
    files.push({ name: `cluster_${field}.tsv`, bytes: writeTable([['cluster_id', field], ...cells]) });
  }
  const names = [...columns(state), 'group'];
  const info = rows(state, source).map((row) => names.map((name) => String(row[name] ?? '')));
  files.push({ name: 'cluster_info.tsv', bytes: writeTable([['cluster_id', ...names.slice(1)], ...info]) });
  return files;
}
