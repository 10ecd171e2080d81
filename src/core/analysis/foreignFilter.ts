/**
 * Raw data through a filter of a plugin. To everything else it is another recording: what is read of it was read with some of its surroundings,
 * filtered, and cut.
 */
import type { Dataset, ForeignFilter, ReadProgress, Traces } from '../dataset/dataset.ts';
import type { SignalSource } from './signal.ts';

/** Windows filtered at a time: bounds memory. */
const WINDOWS_AT_ONCE = 64;

/** The source with the filter already in its recording, where it is one of a plugin. */
export function throughForeign(source: SignalSource, { filters }: Pick<Dataset, 'filters'>): SignalSource {
  const filter = filters?.get(source.filter);
  return filter === undefined ? source : { ...source, traces: filteredTraces(source.traces, filter), filter: 'raw' };
}

export function filteredTraces(traces: Traces, filter: ForeignFilter): Traces {
  const read: Traces['read'] = async (start, end, channelIds, progress = never) => {
    const [first, last] = [Math.max(0, start), Math.min(end, traces.sampleCount)];
    if (last <= first) return new Float32Array(0);
    const [from, to] = [Math.max(0, first - filter.context), Math.min(traces.sampleCount, last + filter.context)];
    const known = channelsToRead(filter, channelIds);
    if (known.length === 0) return new Float32Array((last - first) * channelIds.length);
    const data = await traces.read(from, to, known, progress);
    const shown = await filter.apply(data, to - from, known.length, progress);
    return cut(shown, to - from, known, { first: first - from, count: last - first, channelIds });
  };
  return {
    sampleCount: traces.sampleCount,
    chunkBounds: traces.chunkBounds,
    microvolts: traces.microvolts,
    read,
    async windows(spikeSamples, before, sampleCount, channelIds, progress = never) {
      const size = sampleCount * channelIds.length;
      const out = new Float32Array(spikeSamples.length * size);
      const wide = { before: before + filter.context, count: sampleCount + 2 * filter.context };
      const places = Array.from(spikeSamples, (_, place) => place);
      const isInside = (place: number): boolean => {
        const first = spikeSamples[place] - wide.before;
        return first >= 0 && first + wide.count <= traces.sampleCount;
      };
      const inside = places.filter(isInside);
      const known = channelsToRead(filter, channelIds);
      if (known.length === 0) return out;
      for (let at = 0; at < inside.length; at += WINDOWS_AT_ONCE) {
        const block = inside.slice(at, at + WINDOWS_AT_ONCE);
        const samples = block.map((place) => spikeSamples[place]);
        const data = await traces.windows(samples, wide.before, wide.count, known, progress);
        const shown = await filter.apply(data, wide.count, known.length, progress);
        const wanted = { first: filter.context, count: sampleCount, channelIds };
        const windows = cut(shown, wide.count, known, wanted);
        block.forEach((place, k) => out.set(windows.subarray(k * size, (k + 1) * size), place * size));
      }
      // The filter sees no zeros that stand for what is beyond the recording.
      for (const place of places.filter((each) => !isInside(each))) {
        const first = spikeSamples[place] - before;
        const data = await read(first, first + sampleCount, channelIds, progress);
        out.set(data, place * size + Math.max(0, -first) * channelIds.length);
      }
      return out;
    },
  };
}

const never: ReadProgress = () => Promise.resolve();

/** All channels when the filter wants them together. -1 stands for a channel that is zero: it is not read. */
function channelsToRead({ allChannels }: ForeignFilter, channelIds: ArrayLike<number>): Int32Array {
  return allChannels ?? Int32Array.from(channelIds).filter((id) => id >= 0);
}

interface Wanted {
  /** First sample of each window. */
  readonly first: number;
  readonly count: number;
  readonly channelIds: ArrayLike<number>;
}

/** Part of windows [window][sample][channel]: samples from `first` on, and some of the channels. */
function cut(
  windows: Float32Array,
  sampleCount: number,
  known: Int32Array,
  { first, count, channelIds }: Wanted,
): Float32Array {
  const size = sampleCount * known.length;
  const columns = Array.from(channelIds, (id) => known.indexOf(id));
  const width = columns.length;
  const out = new Float32Array((windows.length / size) * count * width);
  for (let from = first * known.length, to = 0; to < out.length; from += size) {
    for (let sample = 0, at = from; sample < count; sample++, at += known.length) {
      for (const column of columns) out[to++] = column < 0 ? 0 : windows[at + column];
    }
  }
  return out;
}
