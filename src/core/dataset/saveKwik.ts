/**
 * Saving the curation of a klusta dataset (spec/data.md 12.4): clusters and groups go into the `.kwik` file, which is the only file of the
 * dataset that is ever changed; labels, which the format has no place for, into tables beside it.
 */
import { baseName } from '../storage/paths.ts';
import type { Hdf5Edit } from '../storage/hdf5.ts';
import type { Klusta } from './dataset.ts';
import { groupPath } from './readers/kwikModel.ts';
import { tableFiles, type SavedFile, type SaveInput } from './save.ts';

/** `A` -> `a`: group names are compared without case. */
const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** `good` -> `Good`, as klusta writes names; `mua` is an abbreviation. */
function titled(name: string): string {
  return name.toLowerCase() === 'mua' ? 'MUA' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Files of a save in the order in which they are written: the .kwik file, labels by name, cluster_info.tsv. `path` is that of the .kwik. */
export function savedKwikFiles(path: string, { model }: Klusta, input: SaveInput): readonly SavedFile[] {
  const name = baseName(path);
  const edits = kwikEdits(model, input);
  const fields = [...input.metadata.keys()].filter((field) => field !== 'group' && field !== 'next_cluster').sort();
  return [{ name, edits, backup: `${name}.bak` }, ...tableFiles(input, fields)];
}

/** Changes of the .kwik file: names of groups that it does not know, the group of every cluster, the cluster of every spike. */
function kwikEdits(model: Klusta['model'], { spikeClusters, clusterIds, metadata }: SaveInput): readonly Hdf5Edit[] {
  const root = groupPath(model.channelGroup);
  const groups = metadata.get('group');
  const names = new Map(model.groupNames);
  const made: Hdf5Edit[] = [];
  const idOf = (group: string): number => {
    for (const [id, name] of names) if (sameName(name, group)) return id;
    const id = Math.max(-1, ...names.keys()) + 1;
    names.set(id, group);
    const path = `${root}/cluster_groups/${model.clustering}/${id}`;
    made.push({ kind: 'group', path }, { kind: 'attribute', path, name: 'name', value: titled(group) });
    return id;
  };
  const assigned = [...clusterIds]
    .sort((a, b) => a - b)
    .flatMap((cluster): Hdf5Edit[] => {
      const path = `${root}/clusters/${model.clustering}/${cluster}`;
      const value = idOf(String(groups?.get(cluster) ?? 'unsorted'));
      return [
        { kind: 'group', path },
        { kind: 'attribute', path, name: 'cluster_group', value },
      ];
    });
  const clusters: Hdf5Edit = {
    kind: 'dataset',
    path: `${root}/spikes/clusters/${model.clustering}`,
    data: spikeClusters,
  };
  return [...made, ...assigned, clusters];
}
