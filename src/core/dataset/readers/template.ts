/** A template dataset: the folder of files that Kilosort and others export (spec/data.md 3 and 4). Opening writes nothing. */
import type { Dataset, Features, Spikes, WaveformSubset } from '../dataset.ts';
import { readChannels } from './channels.ts';
import { computedFeatures } from './computedFeatures.ts';
import { readFeatures, readTemplateFeatures } from './features.ts';
import { readMetadata, readNewClusterId } from './metadata.ts';
import type { TemplateParams } from './params.ts';
import { openRawData, type RawData, warnOfSpikesAfter } from './rawData.ts';
import { findName, type Reading } from './reading.ts';
import { readSpikeAttributes, readSpikes, SPIKE_TEMPLATES } from './spikes.ts';
import { readSimilarity, readTemplates, TEMPLATES } from './templates.ts';
import { readWaveformSubset } from './waveformSubset.ts';

export interface TemplateDatasetNames {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly paramsPath: string;
}

/** Reads all parts in the order of spec/data.md 4. Throws `input` when a core file is absent or wrong. */
export async function readTemplateDataset(
  reading: Reading,
  params: TemplateParams,
  names: TemplateDatasetNames,
): Promise<Dataset> {
  const spikes = await readSpikes(reading, params.sampleRate);
  const { channels, floatShanks, floatPositions } = await readChannels(reading, params);
  reading.step('templates', 0.6);
  const { templates, hasWhitening } = await readTemplates(reading, params, channels);
  const templateCount = templates?.count ?? maximum(spikes.templates) + 1;
  noteTemplateIds(reading, spikes, templateCount, templates !== undefined);
  const similarity = await readSimilarity(reading, templateCount);
  reading.step('raw data', 0.85);
  const raw = await openRawData(reading, params, channels, spikes);
  const duration = durationOf(reading, spikes, raw, params);
  reading.step('features', 0.9);
  const stored = await readFeatures(reading, spikes.templates, templateCount, channels.count);
  const templateFeatures = await readTemplateFeatures(reading, spikes.templates, templateCount);
  const waveformSubset = await readWaveformSubset(reading, spikes.count);
  const features = stored ?? featuresFromWaveforms(reading, waveformSubset);
  const spikeAttributes = await readSpikeAttributes(reading, spikes.count);
  const { metadata, floatLabels } = await readMetadata(reading);
  const storedNewClusterId = await readNewClusterId(reading);
  noteRest(reading);
  reading.step('', 1);
  const floatColumns = new Set(['fr']);
  if (templates !== undefined) floatColumns.add('amp');
  if (floatPositions) floatColumns.add('depth');
  if (floatShanks) floatColumns.add('sh');
  return {
    format: 'template',
    ...names,
    sampleRate: params.sampleRate,
    duration,
    rawDtype: params.dtype,
    rawOffset: params.offset,
    rawChannelCount: params.rawChannelCount,
    dataFiles: raw.dataFiles,
    movedFiles: raw.movedFiles,
    spikes,
    channels,
    templates,
    similarity,
    features,
    templateFeatures,
    traces: raw.traces,
    waveformSubset,
    spikeAttributes,
    metadata,
    floatText: { columns: floatColumns, labels: floatLabels },
    templateCount,
    hasWhitening,
    storedNewClusterId,
    report: reading.report.build(),
    close: async () => {
      for (const npy of reading.open.splice(0)) await npy.file.close();
      await raw.close();
    },
  };
}

function maximum(ids: Int32Array): number {
  let largest = -1;
  for (let k = 0; k < ids.length; k++) if (ids[k] > largest) largest = ids[k];
  return largest;
}

/** Length of the raw data, else the time of the last spike. */
function durationOf(reading: Reading, spikes: Spikes, raw: RawData, { sampleRate, isThere }: TemplateParams): number {
  const lastSample = spikes.count === 0 ? 0 : spikes.samples[spikes.count - 1];
  if (raw.traces === undefined) return lastSample / sampleRate;
  const todo = isThere
    ? 'Check sample_rate, n_channels_dat and dtype in params.py.'
    : 'Check that it is the right file.';
  warnOfSpikesAfter(reading, spikes, raw, todo);
  return raw.traces.sampleCount / sampleRate;
}

/** Without stored features they are worked out from exported waveforms, where there are any. */
function featuresFromWaveforms(reading: Reading, subset: WaveformSubset | undefined): Features | undefined {
  if (subset === undefined) return undefined;
  const spikes = subset.spikeIds.length.toLocaleString('en');
  const note = `Features of ${spikes} spikes are computed from the exported waveforms.`;
  if (!reading.names.includes('pc_features.npy')) reading.report.file('pc_features.npy', 'missing', note);
  return computedFeatures(subset);
}

/** Some exporters label spikes with templates that do not exist (spec/data.md 17.3). */
function noteTemplateIds(reading: Reading, spikes: Spikes, templateCount: number, hasTemplates: boolean): void {
  if (!hasTemplates) return;
  let outside = 0;
  for (const id of spikes.templates) if (id < 0 || id >= templateCount) outside++;
  if (outside === 0) return;
  const ids = findName(reading, SPIKE_TEMPLATES);
  const templates = findName(reading, TEMPLATES);
  const share = `${outside.toLocaleString('en')} of ${spikes.count.toLocaleString('en')} spikes`;
  reading.report.warn(
    'data',
    `${ids} names templates beyond the ${templateCount} of ${templates} for ${share}; these have no template.`,
  );
}

const knownExtras: Readonly<Record<string, string>> = {
  'pc_feature_ind.npy': 'pc_features.npy is not there.',
  'pc_feature_spike_ids.npy': 'pc_features.npy is not there.',
  'template_feature_ind.npy': 'template_features.npy is not there.',
  'template_feature_spike_ids.npy': 'template_features.npy is not there.',
  'templates_ind.npy': 'Templates are stored on all channels.',
  'ops.npy': 'Settings of the sorter.',
  'kept_spikes.npy': 'Which spikes the sorter kept.',
  'whitening_mat_dat.npy': 'Whitening of the raw data; templates use whitening_mat.npy.',
  'channel_map_si.npy': 'Channel names of the exporter.',
  'channel_groups.npy': 'Channel groups of the exporter.',
};

/** `object.attribute.npy`, perhaps with a label (spec/data.md 15.2). */
const ALF_FILE =
  /^_?(kilosort_whitening|clusters|spikes|templates|channels|waveforms|drift|drift_depths)\.\w+(\..+)?\.npy$/;

/** Every other array in the folder is named, so that a misspelt file is noticed. */
function noteRest(reading: Reading): void {
  for (const name of reading.names) {
    if (reading.report.has(name) || !name.endsWith('.npy')) continue;
    const alf = ALF_FILE.test(name) ? 'It is an ALF file that nothing here needs.' : 'It is not part of the format.';
    reading.report.file(name, 'ignored', knownExtras[name] ?? alf);
  }
}
