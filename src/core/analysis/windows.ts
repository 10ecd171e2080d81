/** Windows of raw data around spikes: how long they are, where the spike is in them, which spikes may be taken (spec/data.md 6.4, 9). */
import { intersectIds } from '../base/sortedIds.ts';
import type { Dataset, ForeignFilter, Klusta, ReadProgress, Templates, Traces } from '../dataset/dataset.ts';
import { designBandPass, filterMirrored } from './bandPass.ts';
import { filterFor } from './filter.ts';
import type { Filter, FilterName } from './filter.ts';
import { filteredTraces } from './foreignFilter.ts';
import { keptChunks, spikesInChunks } from './sampling.ts';
import { cleanWaveforms, scaleChannels, slicesOfFiltered } from './waveforms.ts';

/** Length of a window where no template says it: 82 samples at 30 kHz, as usual for templates. */
const DEFAULT_WINDOW_SECONDS = 82 / 30_000;
/** The peak of a template may lie this many samples beside the spike's sample without being a different alignment. */
const PEAK_TOLERANCE = 1;

/** True when single waveforms can be shown: from raw data, or exported ones (spec/data.md 8.3). */
export function hasWaveforms({ traces, waveformSubset }: Dataset): boolean {
  return traces !== undefined || waveformSubset !== undefined;
}

/** Number of samples of a window: klusta's own, that of the exported waveforms where there are any, else that of the templates. */
export function windowLength({ sampleRate, templates, waveformSubset, klusta }: Dataset): number {
  if (klusta !== undefined) return klusta.samplesBefore + klusta.samplesAfter;
  const fallback = Math.max(2, Math.round(sampleRate * DEFAULT_WINDOW_SECONDS));
  const length = waveformSubset?.sampleCount ?? templates?.sampleCount ?? 0;
  return length > 0 ? length : fallback;
}

/** What displayed waveforms are in: µV where the gain of the raw data is known. Exported waveforms do not say what they are in. */
export function waveformUnit({ traces, waveformSubset }: Dataset): 'raw' | 'uV' {
  return waveformSubset === undefined && traces?.microvolts !== undefined ? 'uV' : 'raw';
}

/** Index of the spike's sample in a window of a dataset. */
export function spikeSampleIn(dataset: Dataset): number {
  return dataset.klusta?.samplesBefore ?? spikeSampleOf(windowLength(dataset));
}

/** Index of the spike's sample in a window of raw data: half of its length, rounded down. */
export function spikeSampleOf(sampleCount: number): number {
  return Math.floor(sampleCount / 2);
}

/**
 * The spikes that waveforms may be taken from: those exported, where waveforms were exported, else those in kept chunks of the raw data.
 * The list itself when everything is kept.
 */
export function spikesWithWaveforms(dataset: Dataset, spikeIds: Int32Array): Int32Array {
  const { traces, waveformSubset } = dataset;
  if (waveformSubset !== undefined) return intersectIds(spikeIds, waveformSubset.spikeIds);
  if (traces === undefined) return spikeIds.subarray(0, 0);
  const intervals = keptChunks(traces.chunkBounds);
  if (intervals.length / 2 === traces.chunkBounds.length - 1) return spikeIds;
  return spikesInChunks(spikeIds, dataset.spikes.samples, intervals);
}

/** What the filter runs over: each short window by itself, as the reference does, or the trace around it. */
export type FilterExtent = 'window' | 'trace';

/**
 * Displayed waveforms of spikes for which `spikesWithWaveforms` has one: float32 [spike][sample][channel], median removed and filtered
 * (spec/views.md 1.17), in `waveformUnit`. Exported waveforms replace raw data; a filter can only run over them. Empty without either.
 */
export async function readWaveforms(
  dataset: Dataset,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  filterName: FilterName,
  progress: ReadProgress,
  extent: FilterExtent = 'window',
): Promise<Float32Array> {
  const foreign = dataset.filters?.get(filterName);
  if (foreign !== undefined) return await readThrough(foreign, dataset, spikeIds, channelIds, progress);
  const { traces, waveformSubset, klusta, sampleRate } = dataset;
  const filter = filterFor(filterName, sampleRate);
  const isFromRaw = waveformSubset === undefined && klusta === undefined;
  const isCut = extent === 'trace' && filter !== undefined && traces !== undefined && isFromRaw;
  const windows = isCut
    ? await cutFromTrace(dataset, traces, spikeIds, channelIds, filter, progress)
    : await cleanedWindows(dataset, spikeIds, channelIds, filter, progress);
  const microvolts = waveformUnit(dataset) === 'uV' ? traces?.microvolts : undefined;
  if (microvolts !== undefined)
    scaleChannels(
      windows,
      Float64Array.from(channelIds, (id) => microvolts[id] ?? 0),
    );
  return windows;
}

/** Waveforms through a plugin's filter: of the recording around them, or over exported ones, which are all that is known. */
async function readThrough(
  filter: ForeignFilter,
  dataset: Dataset,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  progress: ReadProgress,
): Promise<Float32Array> {
  const { traces, waveformSubset } = dataset;
  if (waveformSubset === undefined) {
    const through = traces === undefined ? dataset : { ...dataset, traces: filteredTraces(traces, filter) };
    return await readWaveforms({ ...through, filters: undefined }, spikeIds, channelIds, 'raw', progress);
  }
  const windows = await readWaveforms({ ...dataset, filters: undefined }, spikeIds, channelIds, 'raw', progress);
  return await filter.apply(windows, windowLength(dataset), channelIds.length, progress);
}

async function cleanedWindows(
  dataset: Dataset,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  filter: Filter | undefined,
  progress: ReadProgress,
): Promise<Float32Array> {
  if (dataset.klusta !== undefined) return readKlustaWaveforms(dataset, dataset.klusta, spikeIds, channelIds, progress);
  const sampleCount = windowLength(dataset);
  const windows = await readWindows(dataset, spikeIds, sampleCount, channelIds, progress);
  await cleanWaveforms(windows, sampleCount, channelIds.length, filter, progress);
  return windows;
}

/** klusta's waveforms: its band-pass filter over a few samples more on either side, which are then cut off; no median, no other filter. */
async function readKlustaWaveforms(
  { spikes, traces, sampleRate }: Dataset,
  klusta: Klusta,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  progress: ReadProgress,
): Promise<Float32Array> {
  if (traces === undefined) return new Float32Array(0);
  const margin = 3 * klusta.filterOrder;
  const ahead = Math.floor(margin / 2);
  const count = klusta.samplesBefore + klusta.samplesAfter;
  const whole = count + margin;
  const spikeSamples = Float64Array.from(spikeIds, (id) => spikes.samples[id]);
  const raw = await traces.windows(spikeSamples, klusta.samplesBefore + ahead, whole, channelIds, progress);
  const half = sampleRate / 2;
  const filter = designBandPass(klusta.filterOrder, klusta.filterLow / half, 2 * klusta.filterHighFactor);
  const width = channelIds.length;
  const out = new Float32Array(spikeIds.length * count * width);
  const signal = new Float64Array(whole);
  for (let spike = 0; spike < spikeIds.length; spike++) {
    await progress();
    for (let channel = 0; channel < width; channel++) {
      for (let s = 0; s < whole; s++) signal[s] = raw[(spike * whole + s) * width + channel];
      const shown = filter === undefined ? signal : filterMirrored(filter, signal);
      for (let s = 0; s < count; s++) out[(spike * count + s) * width + channel] = shown[ahead + s];
    }
  }
  return out;
}

/** A high-pass at 150 Hz has forgotten all but a ten-thousandth of an edge after this long. */
const FILTER_MEMORY_SECONDS = 0.02;
/** Spikes cut out at a time: bounds memory. */
const SPIKES_PER_CUT = 64;

/** Slices of the filtered trace around spikes. */
async function cutFromTrace(
  dataset: Dataset,
  traces: Traces,
  spikeIds: Int32Array,
  channelIds: Int32Array,
  filter: Filter,
  progress: ReadProgress,
): Promise<Float32Array> {
  const wanted = windowLength(dataset);
  const margin = Math.ceil(FILTER_MEMORY_SECONDS * dataset.sampleRate);
  const before = spikeSampleOf(wanted) + margin;
  const sampleCount = wanted + 2 * margin;
  const channelCount = channelIds.length;
  const out = new Float32Array(spikeIds.length * wanted * channelCount);
  for (let start = 0; start < spikeIds.length; start += SPIKES_PER_CUT) {
    const block = spikeIds.subarray(start, start + SPIKES_PER_CUT);
    const samples = Float64Array.from(block, (id) => dataset.spikes.samples[id]);
    const data = await traces.windows(samples, before, sampleCount, channelIds, progress);
    const range = (spike: number): readonly [number, number] => {
      const first = samples[spike] - before;
      return [Math.max(0, -first), Math.min(sampleCount, traces.sampleCount - first)];
    };
    const slices = await slicesOfFiltered({ data, sampleCount, channelCount, margin, range }, filter, progress);
    out.set(slices, start * wanted * channelCount);
  }
  return out;
}

async function readWindows(
  { spikes, traces, waveformSubset }: Dataset,
  spikeIds: Int32Array,
  sampleCount: number,
  channelIds: Int32Array,
  progress: ReadProgress,
): Promise<Float32Array> {
  if (waveformSubset !== undefined) return waveformSubset.read(spikeIds, channelIds, progress);
  if (traces === undefined) return new Float32Array(0);
  const spikeSamples = Float64Array.from(spikeIds, (id) => spikes.samples[id]);
  return traces.windows(spikeSamples, spikeSampleOf(sampleCount), sampleCount, channelIds, progress);
}

/**
 * Index of the spike's sample in the sorter's templates where it differs from the middle of a window, else undefined. Sorters cut
 * templates with the spike elsewhere (Kilosort: one third) and no file says where, so it is the most common position of the largest
 * absolute value on a template's best channel (spec/users-and-rivals.md B8).
 */
export function templateAlignSample(templates: Templates, templateIds: Iterable<number>): number | undefined {
  const votes = new Int32Array(templates.sampleCount);
  for (const id of new Set(templateIds)) {
    const template = templates.get(id);
    if (template !== undefined) votes[peakSample(template.waveform, template.channelIds.length)]++;
  }
  const most = votes.reduce((a, b) => Math.max(a, b), 0);
  const middle = spikeSampleOf(templates.sampleCount);
  const candidates = Array.from(votes.keys()).filter((sample) => votes[sample] === most);
  const nearest = candidates.reduce((a, b) => (Math.abs(b - middle) < Math.abs(a - middle) ? b : a), 0);
  return most > 0 && Math.abs(nearest - middle) > PEAK_TOLERANCE ? nearest : undefined;
}

/** Sample of the largest absolute value in the first column of [sample][channel]. */
function peakSample(waveform: Float32Array, channelCount: number): number {
  let peak = 0;
  for (let i = 0; i < waveform.length; i += channelCount)
    if (Math.abs(waveform[i]) > Math.abs(waveform[peak])) peak = i;
  return peak / channelCount;
}
