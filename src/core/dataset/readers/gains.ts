/** How many µV a raw unit is, where a SpikeGLX `.meta` file beside the raw data says it (users-and-rivals A7, A35). */
import { PhyError } from '../../base/errors.ts';
import { parseElementType } from '../../files/elements.ts';
import { spikeGlxMicrovolts } from '../../files/spikeGlxMeta.ts';
import { baseName, extensionOf } from '../../storage/paths.ts';
import type { Channels } from '../dataset.ts';
import type { Reading } from './reading.ts';

/** The `.meta` file that belongs to a raw file. */
export const metaOf = (path: string): string => `${path.slice(0, path.length - extensionOf(path).length)}.meta`;

/**
 * float64 [channel]: µV per raw unit; undefined when no file says it for every raw file and channel. What is odd becomes a note or a warning:
 * values are then shown in raw units. `paths` are those of the raw files, `columnCount` the number of their columns.
 */
export async function readMicrovolts(
  reading: Reading,
  paths: readonly string[],
  columnCount: number,
  dtype: string,
  channels: Channels,
): Promise<Float64Array | undefined> {
  const columns: (Float64Array | undefined)[] = [];
  for (const path of paths) columns.push(await readGains(reading, metaOf(path)));
  const known = columns.filter((one) => one !== undefined);
  if (known.length === 0) return undefined;
  const [first] = known;
  const names = paths.map((path) => baseName(metaOf(path))).join(', ');
  const without = (why: string): undefined => {
    reading.report.warn('data', `${names}: ${why}. Values are shown in raw units.`);
    return undefined;
  };
  if (known.length < paths.length) return without(`only ${known.length} of ${paths.length} raw files have gains`);
  if (parseElementType(dtype)?.name !== 'int16')
    return without(`gains are for int16 data, params.py has dtype = ${dtype}`);
  const wrong = known.find((one) => one.length !== columnCount);
  if (wrong !== undefined)
    return without(`there are ${wrong.length} columns, params.py has n_channels_dat = ${columnCount}`);
  if (!known.every((one) => one.every((value, k) => Object.is(value, first[k]))))
    return without('gains differ between the raw files');
  const microvolts = Float64Array.from(channels.map, (column) => first[column]);
  if (microvolts.some((value) => !(value > 0))) return without('the channel map has a column without a gain');
  return microvolts;
}

/** µV per raw unit of each column by one file; undefined without it, or when it is of another program or cannot be used. */
export async function readGains(reading: Reading, path: string): Promise<Float64Array | undefined> {
  const name = baseName(path);
  try {
    const entry = await reading.storage.stat(path);
    if (entry === undefined || entry.isFolder) return undefined;
    const microvolts = spikeGlxMicrovolts(new TextDecoder().decode(await reading.storage.readAll(path)), name);
    if (microvolts === undefined) reading.report.file(name, 'ignored', 'It is not of SpikeGLX.');
    else reading.report.file(name, 'read', `One raw unit is ${rangeText(microvolts)} µV.`);
    return microvolts;
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    reading.report.bad(name, error.message);
    return undefined;
  }
}

/** `2.344`, or `2.344 to 4.688`. */
function rangeText(values: Float64Array): string {
  const analog = values.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...analog), Math.max(...analog)].map((value) => String(Number(value.toPrecision(4))));
  return low === high ? low : `${low} to ${high}`;
}
