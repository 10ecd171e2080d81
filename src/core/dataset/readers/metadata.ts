/** cluster_*.tsv and other tables with a cluster_id column (spec/data.md 5.1), and the next free cluster id (14.3). */
import { PhyError } from '../../base/errors.ts';
import { isFieldName } from '../../base/fieldNames.ts';
import { type ClusterTable, readClusterTable } from '../../files/tsv.ts';
import { extensionOf, joinPath } from '../../storage/paths.ts';
import type { MetadataValue } from '../dataset.ts';
import type { Reading } from './reading.ts';

export interface MetadataFiles {
  readonly metadata: ReadonlyMap<string, ReadonlyMap<number, MetadataValue>>;
  /** Per field: whole values written as floats (see FloatText). */
  readonly floatLabels: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Reads every .csv, then every .tsv, by name; a field of a later file replaces that of an earlier one. */
export async function readMetadata(reading: Reading): Promise<MetadataFiles> {
  const metadata = new Map<string, ReadonlyMap<number, MetadataValue>>();
  const floatLabels = new Map<string, ReadonlySet<number>>();
  const tables = ['.csv', '.tsv'].flatMap((extension) =>
    reading.names.filter((name) => extensionOf(name) === extension),
  );
  for (const name of tables) {
    if (/^cluster_info\.[ct]sv$/.test(name)) {
      reading.report.file(name, 'ignored', 'A summary that is written at every save.');
      continue;
    }
    try {
      const table = readClusterTable(await reading.storage.readAll(joinPath(reading.folder, name)));
      for (const field of table.fields) {
        if (!isFieldName(field.name)) {
          reading.report.warn('data', `${name} has a column ${field.name}, which cannot be a label. It is not used.`);
          continue;
        }
        metadata.set(field.name, field.values);
        floatLabels.set(field.name, field.floatValues);
      }
      noteTable(
        reading,
        name,
        table.fields.map((field) => field.name),
        table.hasClusterIds,
      );
      warnOfRows(reading, name, table);
    } catch (error) {
      reading.report.bad(name, `${tableFault(name, error)} It is not used. Write it again or remove it.`);
    }
  }
  return { metadata, floatLabels };
}

/** What is wrong with a table; anything unexpected is thrown again. */
function tableFault(name: string, error: unknown): string {
  if (error instanceof PhyError && error.kind === 'input') return error.message;
  if (error instanceof RangeError) return `${name} ${error.message}, expected a table with cluster_id.`;
  throw error;
}

/** Rows that the program cannot keep are not in the file any more after a save. */
function warnOfRows(reading: Reading, name: string, { strayRows, repeatedIds }: ClusterTable): void {
  if (strayRows.length > 0) {
    const first = strayRows[0].slice(0, 40);
    const rows = strayRows.length === 1 ? '1 row' : `${strayRows.length} rows`;
    reading.report.warn(
      'data',
      `${name} has ${rows} without a whole number as cluster_id (the first begins with “${first}”). ` +
        'What stands there is not used, and not written at the next save.',
    );
  }
  if (repeatedIds.length > 0) {
    const ids = `${repeatedIds.slice(0, 5).join(', ')}${repeatedIds.length > 5 ? ', …' : ''}`;
    reading.report.warn('data', `${name} has several rows for the same cluster (${ids}). The last one counts.`);
  }
}

function noteTable(reading: Reading, name: string, fields: readonly string[], hasClusterIds: boolean): void {
  if (!hasClusterIds) {
    reading.report.file(name, 'ignored', 'It has no column cluster_id.');
    // Other tables are of other things.
    if (!name.startsWith('cluster_')) return;
    const sentence = `${name} has no column cluster_id, expected one. It is not used. Give the column with the clusters that name.`;
    reading.report.warn('data', sentence);
    return;
  }
  const list = fields.length === 0 ? 'no fields' : fields.join(', ');
  const isPlain = fields.length === 1 && name === `cluster_${fields[0]}.tsv`;
  const groupWithout = name === 'cluster_group.tsv' && !fields.includes('group');
  const note = groupWithout
    ? `It holds ${list}, not group: no cluster has a group yet.`
    : isPlain
      ? ''
      : `It holds ${list}.`;
  reading.report.file(name, 'read', note);
}

/** Labels of a klusta dataset, which its format has no place for: files of ours beside it. Groups are in the .kwik file. */
export async function readKwikLabels(reading: Reading): Promise<MetadataFiles> {
  const names = reading.names.filter((name) => /^cluster_.+\.tsv$/.test(name) && name !== 'cluster_group.tsv');
  return readMetadata({ ...reading, names });
}

/** Ids of clusters are int32. */
const LARGEST_ID = 2 ** 31 - 1;

/** The next cluster id that the Python program would use; undefined without the file. */
export async function readNewClusterId(
  reading: Reading,
  newIdFile = '.phy/new_cluster_id.json',
): Promise<number | undefined> {
  const name = joinPath(reading.folder, newIdFile);
  if ((await reading.storage.stat(name)) === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await reading.storage.readAll(name)));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof PhyError)) throw error;
  }
  const id: unknown =
    typeof value === 'object' && value !== null && 'new_cluster_id' in value ? value.new_cluster_id : undefined;
  const isWhole = typeof id === 'number' && Number.isInteger(id) && id >= 0;
  if (isWhole && id <= LARGEST_ID) {
    reading.report.file(newIdFile, 'read');
    return id;
  }
  const most = LARGEST_ID.toLocaleString('en');
  const fault = isWhole
    ? `has new_cluster_id ${id}, expected ${most} at most`
    : 'does not hold {"new_cluster_id": number}';
  reading.report.bad(
    newIdFile,
    `${newIdFile} ${fault}. New clusters are numbered from the largest id on. Remove the file.`,
  );
  return undefined;
}
