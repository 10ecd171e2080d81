/** Which files curation stands on: a fingerprint that the journal keeps, and signs that they changed behind our back. */
import { fingerprint } from '../curation/journal.ts';
import type { Storage } from '../storage/storage.ts';

/** A file with values of clusters; `cluster_info` is only an output. */
const isMetadataFile = (name: string): boolean =>
  /^cluster_.*\.(tsv|csv)$/.test(name) && !name.startsWith('cluster_info.');

/**
 * Fingerprint of the assignment and of the metadata files, `<clusters>/<metadata>`. `written` are contents that are about to replace files
 * of those names; `pause` is called now and then.
 */
export async function curationFingerprint(
  spikeClusters: Int32Array,
  storage: Storage,
  written: ReadonlyMap<string, Uint8Array> = new Map(),
  pause?: () => Promise<void>,
): Promise<string> {
  const found = (await storage.list()).map((entry) => entry.name).filter(isMetadataFile);
  const names = [...new Set([...found, ...[...written.keys()].filter(isMetadataFile)])].sort();
  const texts: string[] = [];
  for (const name of names) {
    texts.push(name, new TextDecoder().decode(written.get(name) ?? (await storage.readAll(name))));
  }
  const clusters = await fingerprint(spikeClusters, [], pause);
  return `${clusters}/${await fingerprint(new Int32Array(0), texts)}`;
}

/** What two fingerprints have in common: all, the assignment only, or nothing. */
export function compareFingerprints(a: string, b: string): 'same' | 'metadata differs' | 'clusters differ' {
  if (a === b) return 'same';
  return a.split('/')[0] === b.split('/')[0] ? 'metadata differs' : 'clusters differ';
}

/** Names with size and time of the files that curation starts from: cheap to compare, without reading them. */
export async function fileSigns(storage: Storage): Promise<ReadonlyMap<string, string>> {
  const entries = await storage.list();
  const curated = entries.filter(
    ({ name }) => isMetadataFile(name) || /spike[_s.]*clusters.*\.npy$|\.kwik$/.test(name),
  );
  return new Map(curated.map(({ name, size, modifiedMs }) => [name, `${size} ${modifiedMs}`]));
}

/** The files that were changed, added or removed between two signs. */
export function changedFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => before.get(name) !== after.get(name));
}
