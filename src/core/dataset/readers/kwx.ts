/** Features and masks of a klusta dataset: one dataset [spike][feature][feature or mask] of a `.kwx` file (spec/data.md 12.2). */
import { PhyError } from '../../base/errors.ts';
import type { Hdf5File } from '../../storage/hdf5.ts';
import { joinPath } from '../../storage/paths.ts';
import type { Features, Masks, ReadProgress } from '../dataset.ts';
import { groupPath, type KwikModel } from './kwikModel.ts';
import type { Reading } from './reading.ts';

export interface Kwx {
  readonly features: Features;
  readonly masks: Masks;
  /** Channels of a group of spikes: those with a mean mask above 0.1, decreasing, ties by decreasing id; else the four with the largest. */
  bestChannels(spikeIds: Int32Array): Int32Array;
  close(): void;
}

/** Masks held in memory, so that the channels of a new cluster are known at once. */
const HELD_BYTES = 64 * 2 ** 20;
/** Successive spikes that are read together where not all can be held. */
const RUN = 64;
/** Rows between two wanted ones that are read along rather than asked for apart: a call costs as much as a hundred rows. */
const GAP = 100;
const MOST_ROWS = 4096;
/** A cluster with fewer held masks reads some of its own. */
const LEAST_HELD = 20;
const LEAST_MASK = 0.1;
const FEWEST_CHANNELS = 4;

/** Opens the file; undefined when it is absent or cannot be used, which is noted. */
export async function openKwx(reading: Reading, name: string, model: KwikModel): Promise<Kwx | undefined> {
  if (!reading.names.includes(name)) {
    reading.report.file(name, 'missing', 'There are no features and no masks.');
    return undefined;
  }
  let file: Hdf5File | undefined;
  try {
    file = await reading.storage.openHdf5(joinPath(reading.folder, name));
    const matrix = openMatrix(file, name, model);
    const held = await holdMasks(matrix, reading.progress);
    reading.report.file(name, 'read');
    return new OpenKwx(matrix, held);
  } catch (error) {
    file?.close();
    if (!(error instanceof PhyError) || error.kind !== 'input') throw error;
    reading.report.bad(name, `${error.message} It is not used.`);
    return undefined;
  }
}

interface Matrix {
  readonly file: Hdf5File;
  readonly path: string;
  readonly spikeCount: number;
  readonly channelCount: number;
  readonly pcCount: number;
  /** Numbers per spike, and per feature: 2 with masks, 1 without. */
  readonly rowLength: number;
  readonly depth: number;
}

function openMatrix(
  file: Hdf5File,
  name: string,
  { channelGroup, channelOrder, params, timeSamples }: KwikModel,
): Matrix {
  const path = `${groupPath(channelGroup)}/features_masks`;
  const shape = file.shape(path);
  const [spikes, columns, depth = 1] = shape ?? [];
  const channelCount = channelOrder.length;
  const pcCount = params.featuresPerChannel;
  if (spikes !== timeSamples.length || columns === undefined || columns < channelCount * pcCount) {
    const found = shape === undefined ? `no ${path}` : `shape (${shape.join(', ')})`;
    const expected = `(${timeSamples.length}, ${channelCount * pcCount}, 2)`;
    throw new PhyError('input', `${name} has ${found}, expected ${expected}.`, { file: name, found, expected });
  }
  return { file, path, spikeCount: spikes, channelCount, pcCount, rowLength: columns * depth, depth };
}

/** Calls `use` for each wanted spike with the numbers and where its row begins. Ids ascend. */
async function eachRow(
  { file, path, rowLength }: Matrix,
  spikeIds: ArrayLike<number>,
  use: (k: number, values: ArrayLike<number>, at: number) => void,
  progress?: ReadProgress,
): Promise<void> {
  for (const { first, last } of runsOf(spikeIds)) {
    await progress?.();
    const start = spikeIds[first];
    const values = file.rows(path, start, spikeIds[last] + 1);
    for (let k = first; k <= last; k++) use(k, values, (spikeIds[k] - start) * rowLength);
  }
}

/** Neighbours in the list that are worth reading together. */
function* runsOf(spikeIds: ArrayLike<number>): Generator<{ readonly first: number; readonly last: number }> {
  for (let first = 0; first < spikeIds.length; ) {
    let last = first;
    while (
      last + 1 < spikeIds.length &&
      spikeIds[last + 1] >= spikeIds[last] &&
      spikeIds[last + 1] - spikeIds[last] <= GAP &&
      spikeIds[last + 1] - spikeIds[first] < MOST_ROWS
    )
      last++;
    yield { first, last };
    first = last + 1;
  }
}

interface Held {
  /** Ascending. */
  readonly spikeIds: Int32Array;
  /** [held spike][channel] */
  readonly masks: Float32Array;
}

/** Masks of all spikes, or of runs of spikes spread over the recording where all would take too much memory. */
async function holdMasks(matrix: Matrix, progress?: ReadProgress): Promise<Held> {
  const { spikeCount, channelCount } = matrix;
  const room = Math.max(RUN, Math.floor(HELD_BYTES / (4 * Math.max(1, channelCount))));
  const spikeIds =
    spikeCount <= room ? Int32Array.from({ length: spikeCount }, (_, id) => id) : spreadRuns(spikeCount, room);
  const masks = new Float32Array(spikeIds.length * channelCount);
  await eachRow(matrix, spikeIds, (k, values, at) => copyMasks(matrix, values, at, masks, k * channelCount), progress);
  return { spikeIds, masks };
}

function spreadRuns(spikeCount: number, room: number): Int32Array {
  const runs = Math.floor(room / RUN);
  const step = spikeCount / runs;
  return Int32Array.from({ length: runs * RUN }, (_, k) =>
    Math.min(spikeCount - 1, Math.floor(Math.floor(k / RUN) * step) + (k % RUN)),
  );
}

/** Masks of one spike on all channels: that of a channel's first feature; 1 where the file has none. */
function copyMasks(
  { channelCount, pcCount, depth }: Matrix,
  values: ArrayLike<number>,
  at: number,
  into: Float32Array,
  to: number,
): void {
  for (let channel = 0; channel < channelCount; channel++) {
    into[to + channel] = depth > 1 ? values[at + channel * pcCount * depth + 1] : 1;
  }
}

class OpenKwx implements Kwx {
  readonly features: Features;
  readonly masks: Masks;
  private readonly matrix: Matrix;
  private readonly held: Held;

  constructor(matrix: Matrix, held: Held) {
    this.matrix = matrix;
    this.held = held;
    this.features = {
      pcCount: matrix.pcCount,
      read: (spikeIds, channelIds, progress) => readFeatures(matrix, spikeIds, channelIds, progress),
    };
    this.masks = { read: (spikeIds, channelIds, progress) => readMasks(matrix, spikeIds, channelIds, progress) };
  }

  bestChannels(spikeIds: Int32Array): Int32Array {
    const { channelCount } = this.matrix;
    const sums = new Float64Array(channelCount);
    let count = this.addHeld(spikeIds, sums);
    if (count < Math.min(LEAST_HELD, spikeIds.length)) count += this.addOwn(spikeIds, sums);
    const means = sums.map((sum) => sum / Math.max(1, count));
    const order = Int32Array.from(means.keys()).sort((a, b) => means[b] - means[a] || b - a);
    const above = order.filter((channel) => means[channel] > LEAST_MASK);
    return above.length > 0 ? above : order.subarray(0, FEWEST_CHANNELS);
  }

  close(): void {
    this.matrix.file.close();
  }

  /** Adds the masks of the spikes that are held; both lists ascend. Returns how many there were. */
  private addHeld(spikeIds: Int32Array, sums: Float64Array): number {
    const { spikeIds: held, masks } = this.held;
    const { channelCount } = this.matrix;
    let count = 0;
    for (let k = 0, h = 0; k < spikeIds.length && h < held.length; ) {
      if (held[h] < spikeIds[k]) h++;
      else if (held[h] > spikeIds[k]) k++;
      else {
        for (let channel = 0; channel < channelCount; channel++) sums[channel] += masks[h * channelCount + channel];
        count++;
        k++;
        h++;
      }
    }
    return count;
  }

  /** Adds the masks of a few spikes, read now: they are too few to have been among those held. */
  private addOwn(spikeIds: Int32Array, sums: Float64Array): number {
    const { matrix } = this;
    const step = Math.max(1, Math.floor(spikeIds.length / LEAST_HELD));
    const row = new Float32Array(matrix.channelCount);
    let count = 0;
    for (let k = 0; k < spikeIds.length && count < LEAST_HELD; k += step, count++) {
      copyMasks(matrix, matrix.file.rows(matrix.path, spikeIds[k], spikeIds[k] + 1), 0, row, 0);
      for (const [channel, mask] of row.entries()) sums[channel] += mask;
    }
    return count;
  }
}

async function readFeatures(
  matrix: Matrix,
  spikeIds: Int32Array,
  channelIds: ArrayLike<number>,
  progress?: ReadProgress,
): Promise<Float32Array> {
  const { channelCount, pcCount, depth } = matrix;
  const width = channelIds.length * pcCount;
  const out = new Float32Array(spikeIds.length * width).fill(NaN);
  const copy = (k: number, values: ArrayLike<number>, at: number): void => {
    for (let c = 0; c < channelIds.length; c++) {
      const channel = channelIds[c];
      if (channel < 0 || channel >= channelCount) continue;
      for (let pc = 0; pc < pcCount; pc++) {
        out[k * width + c * pcCount + pc] = values[at + (channel * pcCount + pc) * depth];
      }
    }
  };
  await eachRow(matrix, spikeIds, copy, progress);
  return out;
}

async function readMasks(
  matrix: Matrix,
  spikeIds: Int32Array,
  channelIds: ArrayLike<number>,
  progress?: ReadProgress,
): Promise<Float32Array> {
  const out = new Float32Array(spikeIds.length * channelIds.length);
  const all = new Float32Array(matrix.channelCount);
  const copy = (k: number, values: ArrayLike<number>, at: number): void => {
    copyMasks(matrix, values, at, all, 0);
    for (let c = 0; c < channelIds.length; c++) out[k * channelIds.length + c] = all[channelIds[c]] ?? 0;
  };
  await eachRow(matrix, spikeIds, copy, progress);
  return out;
}
