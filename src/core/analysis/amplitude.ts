/** Amplitudes of spikes under their four definitions (spec/views.md 8a). */
import { hasId, intersectIds } from '../base/sortedIds.ts';
import type { Dataset, ReadProgress } from '../dataset/dataset.ts';
import type { FilterName } from './filter.ts';
import { peakToPeak } from './waveforms.ts';
import { hasWaveforms, readWaveforms, spikesWithWaveforms, windowLength } from './windows.ts';

export type AmplitudeKind = 'feature' | 'raw' | 'template' | 'template_feature';

/** What a definition needs to know beside the spikes. */
export interface AmplitudeSettings {
  readonly type: AmplitudeKind;
  /** Channel of `feature` and `raw`. */
  readonly channelId: number;
  /** Principal component of `feature`. */
  readonly pc: number;
  /** Template of `template_feature`. */
  readonly templateId: number;
  /** Filter of `raw`. */
  readonly filter: FilterName;
}

/** Spikes read at a time: bounds the memory of a split over all spikes. */
const BLOCK = 8192;

/** The types whose data the dataset has, in rotation order. */
export function amplitudeKinds(dataset: Dataset): AmplitudeKind[] {
  const kinds: AmplitudeKind[] = [];
  if (dataset.features !== undefined) kinds.push('feature');
  if (hasWaveforms(dataset)) kinds.push('raw');
  if (dataset.spikes.amplitudes !== undefined) kinds.push('template');
  if (dataset.templateFeatures !== undefined) kinds.push('template_feature');
  return kinds;
}

/** The spikes that have a row in the file of that type, or lie in kept chunks of the raw data: those worth sampling. */
export function spikesWithAmplitude(dataset: Dataset, type: AmplitudeKind, spikeIds: Int32Array): Int32Array {
  if (type === 'raw') return spikesWithWaveforms(dataset, spikeIds);
  const rows =
    type === 'feature'
      ? dataset.features?.spikeIds
      : type === 'template_feature'
        ? dataset.templateFeatures?.spikeIds
        : undefined;
  return rows === undefined ? spikeIds : intersectIds(spikeIds, rows);
}

/** Amplitude of each spike, float64; NaN = missing. Reads in blocks and gives up the thread between them. */
export async function amplitudesOf(
  dataset: Dataset,
  settings: AmplitudeSettings,
  spikeIds: Int32Array,
  progress: ReadProgress,
): Promise<Float64Array> {
  const read = amplitudeReader(dataset, settings, progress);
  const out = new Float64Array(spikeIds.length);
  for (let start = 0; start < spikeIds.length; start += BLOCK) {
    await progress(start / spikeIds.length);
    out.set(await read(spikeIds.subarray(start, start + BLOCK)), start);
  }
  return out;
}

type BlockReader = (spikeIds: Int32Array) => Promise<Float64Array> | Float64Array;

function amplitudeReader(dataset: Dataset, settings: AmplitudeSettings, progress: ReadProgress): BlockReader {
  switch (settings.type) {
    case 'template':
      return templateAmplitudes(dataset);
    case 'feature':
      return (spikeIds) => featureAmplitudes(dataset, settings, spikeIds, progress);
    case 'raw':
      return (spikeIds) => rawAmplitudes(dataset, settings, spikeIds, progress);
    case 'template_feature':
      return async (spikeIds) =>
        (await dataset.templateFeatures?.read(spikeIds, [settings.templateId], progress)) ?? nothing(spikeIds);
  }
}

function nothing(spikeIds: Int32Array): Float64Array {
  return new Float64Array(spikeIds.length).fill(Number.NaN);
}

/**
 * amplitudes.npy times the largest peak-to-peak of the spike's template, NaN for a template that is not there; as stored without templates
 * and where they are sizes already.
 */
function templateAmplitudes(dataset: Dataset): (spikeIds: Int32Array) => Float64Array {
  const { amplitudes, amplitudesAreSizes, templates: templateOf } = dataset.spikes;
  if (amplitudes === undefined) return nothing;
  if (amplitudesAreSizes === true) return (spikeIds) => Float64Array.from(spikeIds, (id) => amplitudes[id]);
  const unknown = -1;
  const scales = new Float64Array(dataset.templateCount).fill(unknown);
  return (spikeIds) => {
    const out = new Float64Array(spikeIds.length);
    for (let i = 0; i < out.length; i++) {
      const template = templateOf[spikeIds[i]];
      if (scales[template] === unknown) scales[template] = templateScale(dataset, template);
      out[i] = amplitudes[spikeIds[i]] * (scales[template] ?? templateScale(dataset, template));
    }
    return out;
  };
}

function templateScale({ templates }: Dataset, template: number): number {
  if (templates === undefined) return 1;
  const scale = templates.peakToPeak(template);
  return scale === 0 && templates.get(template) === undefined ? Number.NaN : scale;
}

async function featureAmplitudes(
  { features }: Dataset,
  { channelId, pc }: AmplitudeSettings,
  spikeIds: Int32Array,
  progress: ReadProgress,
): Promise<Float64Array> {
  if (features === undefined || pc >= features.pcCount) return nothing(spikeIds);
  const { pcCount } = features;
  const values = await features.read(spikeIds, [channelId], progress);
  const out = new Float64Array(spikeIds.length);
  for (let i = 0; i < out.length; i++) out[i] = values[i * pcCount + pc];
  return out;
}

/** Peak-to-peak of the displayed waveform on the channel; missing for spikes that were not exported where waveforms were. */
async function rawAmplitudes(
  dataset: Dataset,
  { channelId, filter }: AmplitudeSettings,
  spikeIds: Int32Array,
  progress: ReadProgress,
): Promise<Float64Array> {
  if (!hasWaveforms(dataset)) return nothing(spikeIds);
  const waveforms = await readWaveforms(dataset, spikeIds, Int32Array.of(channelId), filter, progress);
  const amplitudes = peakToPeak(waveforms, windowLength(dataset));
  const exported = dataset.waveformSubset?.spikeIds;
  if (exported === undefined) return amplitudes;
  return amplitudes.map((value, i) => (hasId(exported, spikeIds[i]) ? value : Number.NaN));
}
