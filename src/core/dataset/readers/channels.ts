/** Channel map, positions, shanks and probes (spec/data.md 3, 4 steps 6 to 8). */
import { PhyError } from '../../base/errors.ts';
import type { Channels } from '../dataset.ts';
import type { TemplateParams } from './params.ts';
import { checkShape, checkVector, optional, type Reading, readIds, readRealNumbers, required } from './reading.ts';

export interface ChannelFiles {
  readonly channels: Channels;
  /** Whether Python would hold these as floats (spec/data.md 5.3). */
  readonly floatShanks: boolean;
  readonly floatPositions: boolean;
}

/** Throws `input` when the map or the positions are absent or wrong. */
export async function readChannels(reading: Reading, params: TemplateParams): Promise<ChannelFiles> {
  const map = await required(
    reading,
    ['channel_map.npy', 'channels.rawInd*.npy'],
    'the raw column of each channel',
    async (npy) => {
      checkVector(npy);
      const columns = await readIds(npy);
      checkMap(npy.name, columns, params);
      return columns;
    },
  );
  const count = map.length;
  let floatPositions = true;
  const positions = await required(
    reading,
    ['channel_positions.npy', 'channels.localCoordinates*.npy'],
    'where the channels are',
    async (npy) => {
      checkShape(npy, [count, 2], 'x and y of each channel of the channel map (channel_map.npy)');
      floatPositions = npy.header.type.name.startsWith('float');
      const data = Float64Array.from((await readRealNumbers(reading, npy)).data);
      return separated(reading, npy.name, data, () => {
        floatPositions = true;
      });
    },
  );
  const shanks = await readPerChannel(reading, ['channel_shanks.npy', 'channels.shanks*.npy'], count);
  const probes = await readPerChannel(reading, ['channel_probe.npy', 'channels.probes*.npy'], count);
  const labels = Array.from(map, (column, channelId) => String(params.showMappedChannels ? column : channelId));
  const channels = { count, map, positions, shanks: shanks.values, probes: probes.values, labels };
  return { channels, floatShanks: shanks.isFloat, floatPositions };
}

function checkMap(name: string, map: Int32Array, { rawChannelCount, isThere }: TemplateParams): void {
  if (map.length === 0)
    throw new PhyError('input', `${name} has no channels, expected at least one. Export the sorting again.`, {
      file: name,
    });
  for (const column of map) {
    if (column >= 0 && (rawChannelCount === null || column < rawChannelCount)) continue;
    const columns = isThere ? `n_channels_dat = ${rawChannelCount}` : `the raw file has ${rawChannelCount}`;
    const expected = rawChannelCount === null ? '0 or more' : `0 to ${rawChannelCount - 1} (${columns})`;
    const todo = isThere ? 'Correct n_channels_dat in params.py or the channel map.' : 'Correct the channel map.';
    const message = `${name} refers to raw column ${column}, expected ${expected}. ${todo}`;
    throw new PhyError('input', message, { file: name, found: column, expected });
  }
}

/** Two channels at one place make every distance meaningless: all are put on one line instead. */
function separated(reading: Reading, name: string, positions: Float64Array, onLine: () => void): Float64Array {
  const seen = new Map<string, number>();
  const count = positions.length / 2;
  for (let channelId = 0; channelId < count; channelId++) {
    const key = `${positions[2 * channelId]},${positions[2 * channelId + 1]}`;
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, channelId);
      continue;
    }
    const sentence = `${name} puts channels ${other} and ${channelId} at the same position; all channels are shown on one line instead. Correct the positions.`;
    reading.report.repaired(name, sentence);
    onLine();
    const line = new Float64Array(positions.length);
    for (let k = 0; k < count; k++) line[2 * k + 1] = k / Math.max(1, count - 1);
    return line;
  }
  return positions;
}

async function readPerChannel(reading: Reading, candidates: readonly string[], count: number) {
  const found = await optional(reading, candidates, async (npy) => {
    checkVector(npy, count, 'channel');
    const isFloat = npy.header.type.name.startsWith('float');
    return { values: Float64Array.from((await readRealNumbers(reading, npy)).data), isFloat };
  });
  return found ?? { values: new Float64Array(count), isFloat: false };
}
