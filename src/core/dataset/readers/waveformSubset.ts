/** `_phy_spikes_subset.*`: waveforms that were cut out beforehand (spec/data.md 3, 8.3). */
import { PhyError } from '../../base/errors.ts';
import { readRows } from '../../files/npy.ts';
import type { ReadProgress, WaveformSubset } from '../dataset.ts';
import { checkShape, checkVector, findName, optional, type Reading, readIdMatrix, readIds } from './reading.ts';

const files = ['_phy_spikes_subset.waveforms.npy', '_phy_spikes_subset.channels.npy', '_phy_spikes_subset.spikes.npy'];
/** ALF names may have a label or an id before the extension. */
const candidatesOf = (file: string): readonly string[] => [file, file.replace(/npy$/, '*.npy')];

/** All three files are needed. */
export async function readWaveformSubset(reading: Reading, spikeCount: number): Promise<WaveformSubset | undefined> {
  const present = files.filter((name) => findName(reading, candidatesOf(name)) !== undefined);
  if (present.length === 0) return undefined;
  if (present.length < files.length) {
    const absent = files.filter((name) => !present.includes(name));
    for (const name of present) reading.report.file(name, 'ignored', `${absent.join(' and ')} is missing.`);
    reading.report.warn(
      'missing',
      `The exported waveforms are not used: ${absent.join(' and ')} is missing. Extract them again.`,
    );
    return undefined;
  }
  const spikeIds = await optional(reading, candidatesOf(files[2]), async (npy) => {
    checkVector(npy);
    const ids = await readIds(npy);
    checkSpikes(npy.name, ids, spikeCount);
    return ids;
  });
  if (spikeIds === undefined) {
    for (const name of [files[0], files[1]])
      reading.report.file(name, 'ignored', `It is not used without ${files[2]}.`);
    return undefined;
  }
  const channels = await optional(reading, candidatesOf(files[1]), async (npy) => {
    const [, width] = checkShape(npy, [spikeIds.length, undefined], 'channels of each exported spike');
    return { width, ids: await readIdMatrix(npy) };
  });
  if (channels === undefined) return undefined;
  return optional(
    reading,
    candidatesOf(files[0]),
    async (npy) => {
      const shape = checkShape(npy, [spikeIds.length, undefined, channels.width], 'exported spikes, samples, channels');
      const sampleCount = shape[1];
      const rowOf = new Map<number, number>();
      spikeIds.forEach((spikeId, row) => rowOf.set(spikeId, row));
      const read = async (wanted: Int32Array, channelIds: ArrayLike<number>, progress?: ReadProgress) => {
        const present = Array.from(wanted.keys()).filter((k) => rowOf.has(wanted[k]));
        const rows = present.map((k) => rowOf.get(wanted[k]) ?? 0);
        const values = await readRows(npy, rows, undefined, progress);
        const data = new Float32Array(wanted.length * sampleCount * channelIds.length);
        present.forEach((k, position) => {
          const stored = channels.ids.subarray(rows[position] * channels.width, (rows[position] + 1) * channels.width);
          for (let c = 0; c < channelIds.length; c++) {
            const column = channelIds[c] < 0 ? -1 : stored.indexOf(channelIds[c]);
            if (column < 0) continue;
            for (let sample = 0; sample < sampleCount; sample++) {
              const value = values[(position * sampleCount + sample) * channels.width + column];
              data[(k * sampleCount + sample) * channelIds.length + c] = value;
            }
          }
        });
        return data;
      };
      const spikesOn = spikesByChannel(spikeIds, channels.ids, channels.width);
      return { spikeIds: spikeIds.slice().sort(), sampleCount, spikesOn, read };
    },
    { keepOpen: true },
  );
}

/** Waveforms of spikes that do not exist were cut out for another sorting: those of the others would be of the wrong spikes. */
function checkSpikes(name: string, ids: Int32Array, spikeCount: number): void {
  const stranger = ids.find((id) => id < 0 || id >= spikeCount);
  if (stranger === undefined) return;
  const expected = `0 to ${(spikeCount - 1).toLocaleString('en')}`;
  const message = `${name} names spike ${stranger}, expected ${expected}: it is of another sorting. Give phy extract-waveforms this one.`;
  throw new PhyError('input', message, { file: name, found: stranger, expected });
}

/** Looks up which spikes have a channel, ascending; `channels` is [spike][width], -1 = unused. All lists are made at the first question. */
function spikesByChannel(spikeIds: Int32Array, channels: Int32Array, width: number): (channelId: number) => Int32Array {
  let lists: readonly Int32Array[] | undefined;
  return (channelId) => {
    lists ??= groupByChannel(spikeIds, channels, width);
    return lists[channelId] ?? new Int32Array(0);
  };
}

/** [channel]: ids of the spikes that have it, ascending. */
function groupByChannel(spikeIds: Int32Array, channels: Int32Array, width: number): readonly Int32Array[] {
  const counts: number[] = [];
  for (const channel of channels) if (channel >= 0) counts[channel] = (counts[channel] ?? 0) + 1;
  const lists = Array.from(counts, (count) => new Int32Array(count ?? 0));
  const filled = new Int32Array(lists.length);
  for (let i = 0; i < channels.length; i++) {
    const channel = channels[i];
    if (channel >= 0) lists[channel][filled[channel]++] = spikeIds[Math.floor(i / width)];
  }
  for (const list of lists) list.sort();
  return lists;
}
