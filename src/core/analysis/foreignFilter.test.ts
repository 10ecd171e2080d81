import { expect, test } from 'vitest';
import type { ForeignFilter, Traces } from '../dataset/dataset.ts';
import { filteredTraces, throughForeign } from './foreignFilter.ts';

const [SAMPLES, CHANNELS, RADIUS] = [60, 3, 4];
const raw = Float32Array.from({ length: SAMPLES * CHANNELS }, (_, i) => ((i * 7919) % 101) - 50);
const at = (sample: number, channel: number): number => raw[sample * CHANNELS + channel];

const traces: Traces = {
  sampleCount: SAMPLES,
  chunkBounds: Float64Array.of(0, SAMPLES),
  read: async (start, end, ids) => {
    const [from, to] = [Math.max(0, start), Math.min(SAMPLES, end)];
    return Float32Array.from({ length: (to - from) * ids.length }, (_, i) =>
      at(from + Math.floor(i / ids.length), ids[i % ids.length]),
    );
  },
  windows: async (spikes, before, count, ids) =>
    Float32Array.from({ length: spikes.length * count * ids.length }, (_, i) => {
      const spike = Math.floor(i / (count * ids.length));
      const sample = spikes[spike] - before + (Math.floor(i / ids.length) % count);
      const channel = ids[i % ids.length];
      return sample < 0 || sample >= SAMPLES || channel < 0 ? 0 : at(sample, channel);
    }),
};

/** Sum over the samples within RADIUS that there are, and over all channels that it is given. */
const summing = (allChannels?: Int32Array): ForeignFilter => ({
  context: RADIUS,
  ...(allChannels === undefined ? {} : { allChannels }),
  async apply(windows, sampleCount, channelCount) {
    const size = sampleCount * channelCount;
    return windows.map((_, i) => {
      const start = i - (i % size);
      const sample = Math.floor((i % size) / channelCount);
      let sum = 0;
      for (let near = Math.max(0, sample - RADIUS); near <= Math.min(sampleCount - 1, sample + RADIUS); near++) {
        if (allChannels === undefined) sum += windows[start + near * channelCount + (i % channelCount)];
        else for (let c = 0; c < channelCount; c++) sum += windows[start + near * channelCount + c];
      }
      return sum;
    });
  },
});

/** Of the whole recording, as a filter that sees all of it would have it. */
function expected(sample: number, channel: number, over: readonly number[]): number {
  if (sample < 0 || sample >= SAMPLES || channel < 0) return 0;
  let sum = 0;
  for (let near = Math.max(0, sample - RADIUS); near <= Math.min(SAMPLES - 1, sample + RADIUS); near++) {
    for (const each of over) sum += at(near, each);
  }
  return sum;
}

test('an interval is a part of the filtered recording, at its ends too', async () => {
  const through = filteredTraces(traces, summing());
  for (const [start, end] of [
    [-5, 7],
    [20, 31],
    [50, 90],
    [70, 80],
  ]) {
    const [from, to] = [Math.max(0, start), Math.max(0, Math.min(SAMPLES, end))];
    const values = Array.from({ length: Math.max(0, to - from) }, (_, k) => [
      expected(from + k, 2, [2]),
      expected(from + k, 0, [0]),
    ]);
    expect([...(await through.read(start, end, [2, 0]))]).toEqual(values.flat());
  }
});

test('windows are too: inside, across the ends, and for a channel that is none', async () => {
  const through = filteredTraces(traces, summing());
  const spikes = [30, 2, 58, 31];
  const windows = await through.windows(spikes, 3, 8, [1, -1]);
  const values = spikes.flatMap((spike) =>
    Array.from({ length: 8 }, (_, k) => [expected(spike - 3 + k, 1, [1]), 0]).flat(),
  );
  expect([...windows]).toEqual(values);
});

test('a filter that wants all channels gets them, whichever are shown', async () => {
  const all = Int32Array.of(0, 1, 2);
  const source = { traces, sampleRate: 1, channelIds: Int32Array.of(1), filter: 'sum' };
  const through = throughForeign(source, { filters: new Map([['sum', summing(all)]]) });
  expect(through.filter).toBe('raw');
  const values = Array.from({ length: 5 }, (_, k) => expected(20 + k, 1, [0, 1, 2]));
  expect([...(await through.traces.read(20, 25, [1]))]).toEqual(values);
  expect(throughForeign({ ...source, filter: 'high_pass' }, {}).filter).toBe('high_pass');
});
