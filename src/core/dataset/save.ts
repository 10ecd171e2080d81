/**
 * Saving the curation of a template dataset (spec/data.md 11, 5.2, 5.3): the same files with the same bytes as the reference, each
 * replaced in one step, with the set of files before kept as a generation.
 */
import { nd } from '../base/nd.ts';
import { encodeNpy } from '../files/npy.ts';
import { pretty, pythonText } from '../files/pythonText.ts';
import { writeTable } from '../files/tsv.ts';
import type { Hdf5Edit } from '../storage/hdf5.ts';
import type { WritableStorage } from '../storage/storage.ts';
import type { FloatText, Metadata, MetadataValue } from './dataset.ts';
import { dropGeneration, finishGeneration, keepGeneration, restoreGeneration } from './generations.ts';

/** One row of the cluster table: `id`, and the other columns under their names. */
export interface InfoRow {
  readonly id: number;
  readonly [column: string]: MetadataValue | undefined;
}

export interface SaveInput {
  /** Cluster of every spike. */
  readonly spikeClusters: Int32Array;
  /** Clusters that have spikes; labels of others are not written. */
  readonly clusterIds: Iterable<number>;
  /** Every label that was loaded or given, and `group`. */
  readonly metadata: Metadata;
  /** The whole cluster table regardless of filters, any order; `columns` may name columns that no row has. */
  readonly clusterInfoRows: { readonly columns: readonly string[]; readonly rows: readonly InfoRow[] };
  /** Of the dataset: which whole numbers are written as floats. */
  readonly floatText?: FloatText;
}

/** A file that is replaced. */
export interface WrittenFile {
  readonly name: string;
  readonly parts: readonly Uint8Array[];
}
/** An HDF5 file that is edited; a copy of it is kept under the name `backup` when there is none yet. */
export interface EditedFile {
  readonly name: string;
  readonly edits: readonly Hdf5Edit[];
  readonly backup: string;
}
export type SavedFile = WrittenFile | EditedFile;

/** The files of a save that are replaced: those whose contents are known before. */
export const writtenFiles = (files: readonly SavedFile[]): readonly WrittenFile[] =>
  files.filter((file) => 'parts' in file);

/** Without a dataset that says otherwise: these metrics are floats in the reference. */
const usualFloats: FloatText = { columns: new Set(['amp', 'depth', 'fr']), labels: new Map() };

/** The files of a save in the order in which they are written: clusters, labels by name, cluster_info.tsv last. */
export function savedFiles(input: SaveInput): WrittenFile[] {
  // `group` is written even when no cluster has one; next_cluster is no label but the reference's own note.
  const fields = [...new Set([...input.metadata.keys(), 'group'])].filter((field) => field !== 'next_cluster').sort();
  return [{ name: 'spike_clusters.npy', parts: encodeNpy(nd(input.spikeClusters)) }, ...tableFiles(input, fields)];
}

/** The tables of some labels, and cluster_info.tsv. */
export function tableFiles(input: SaveInput, fields: readonly string[]): WrittenFile[] {
  const floats = input.floatText ?? usualFloats;
  const ids = [...input.clusterIds].sort((a, b) => a - b);
  const taken = new Set([INFO_FILE]);
  const labels = fields.map((field) => {
    const file = labelFile(field, ids, input.metadata.get(field) ?? new Map(), floats);
    let { name } = file;
    // Readers take the name of a label from its header: another name of the file does no harm, one file for two labels loses one.
    while (taken.has(name)) name = name.replace(/\.tsv$/, '_.tsv');
    taken.add(name);
    return { ...file, name };
  });
  return [...labels, infoFile(input, floats)];
}

const INFO_FILE = 'cluster_info.tsv';

/** `cluster_<field>.tsv` of the given clusters that have a value (spec/data.md 5.2). */
export function labelFile(
  field: string,
  clusterIds: readonly number[],
  values: ReadonlyMap<number, MetadataValue>,
  floats: FloatText,
): WrittenFile {
  const rows = [['cluster_id', field]];
  for (const id of clusterIds) {
    const value = values.get(id);
    if (value === undefined || value === null) continue;
    rows.push([String(id), pythonText(value, isFloatLabel(floats, field, value))]);
  }
  return { name: `cluster_${fileSafe(field)}.tsv`, parts: [writeTable(rows)] };
}

/** A label may be called `a/b`; a file may not. */
function fileSafe(field: string): string {
  return field.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_');
}

function isFloatLabel(floats: FloatText, field: string, value: MetadataValue): boolean {
  return typeof value === 'number' && floats.labels.get(field)?.has(value) === true;
}

function infoFile(input: SaveInput, floats: FloatText): WrittenFile {
  const { columns, rows } = input.clusterInfoRows;
  const names = new Set(columns);
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  for (const name of ['id', 'cluster_id', 'is_masked']) names.delete(name);
  const sorted = [...names].sort();
  const ordered = [...rows].sort((a, b) => a.id - b.id);
  const table = [
    ['cluster_id', ...sorted],
    ...ordered.map((row) => [String(row.id), ...sorted.map((name) => infoText(floats, name, row[name]))]),
  ];
  return { name: INFO_FILE, parts: [writeTable(table)] };
}

/** Floats have 8 decimals in cluster_info.tsv, everything else is as in Python's str. */
function infoText(floats: FloatText, column: string, value: MetadataValue | undefined): string {
  if (typeof value !== 'number') return pythonText(value, false);
  const isFloat = !Number.isInteger(value) || floats.columns.has(column) || isFloatLabel(floats, column, value);
  return isFloat ? pretty(value) : pythonText(value, false);
}

/** `.phy/new_cluster_id.json`, which keeps the Python program from using an id again (spec/data.md 11). */
export function newClusterIdFile(newClusterId: number, name = '.phy/new_cluster_id.json'): WrittenFile {
  const text = JSON.stringify({ new_cluster_id: newClusterId }, null, 2);
  return { name, parts: [new TextEncoder().encode(text)] };
}

/**
 * Writes the files one after the other, after keeping the present ones as a generation. When one of them cannot be written, those already
 * replaced are put back and the error (`refused`) is thrown: the folder then holds the former set. Returns the names written.
 */
export async function saveDataset(
  storage: WritableStorage,
  files: readonly SavedFile[],
  time: Date,
  scope = '',
): Promise<readonly string[]> {
  const named = await Promise.all(files.map(async (file) => ({ ...file, name: await nameOnDisk(storage, file.name) })));
  const generation = await keepGeneration(
    storage,
    named.map((file) => file.name),
    time,
    scope,
  );
  try {
    for (const file of named) await write(storage, file);
  } catch (error) {
    await putBack(storage, generation, scope);
    throw error;
  }
  await finishGeneration(storage, generation, scope);
  return named.map((file) => file.name);
}

async function write(storage: WritableStorage, file: SavedFile): Promise<void> {
  if ('parts' in file) return await storage.replace(file.name, file.parts);
  if ((await storage.stat(file.backup)) === undefined) {
    await storage.replace(file.backup, await storage.readAll(file.name));
  }
  await storage.editHdf5(file.name, file.edits);
}

/** What cannot be put back now stays an unfinished generation, from which the next start can restore. */
async function putBack(storage: WritableStorage, generation: string, scope: string): Promise<void> {
  try {
    await restoreGeneration(storage, generation, scope);
    await dropGeneration(storage, generation, scope);
  } catch {
    // The error that made the save fail is the one to tell.
  }
}

/** Clusters go to the file they came from: an ALF folder has another name for it. */
export async function nameOnDisk(storage: WritableStorage, name: string): Promise<string> {
  if (name !== 'spike_clusters.npy' || (await storage.stat(name)) !== undefined) return name;
  const alf = (await storage.list()).find((entry) => /^spikes\.clusters.*\.npy$/.test(entry.name));
  return alf?.name ?? name;
}
