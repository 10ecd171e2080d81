/** What the window knows of a dataset without asking. */
import { drawableAttributes } from '../analysis/spikeAttributes.ts';
import { hasWaveforms } from '../analysis/windows.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { isAlf } from '../dataset/readers/alf.ts';
import { NO_RAW_BESIDE } from '../dataset/readers/rawData.ts';
import type { KwikChoice } from '../dataset/readers/kwikModel.ts';
import type { DatasetSummary } from '../protocol/messages.ts';

/** `kwik` is the part of a .kwik file that was asked for, so that the same can be opened again. */
export function summarize(dataset: Dataset, kwik?: KwikChoice): DatasetSummary {
  return {
    name: dataset.name,
    folder: dataset.folder,
    paramsPath: dataset.paramsPath,
    format: dataset.format,
    spikeCount: dataset.spikes.count,
    channelCount: dataset.channels.count,
    templateCount: dataset.templateCount,
    sampleRate: dataset.sampleRate,
    durationSeconds: dataset.duration,
    channelLabels: dataset.channels.labels,
    shankCount: new Set(dataset.channels.shanks).size,
    knowsSites: dataset.knowsSites,
    has: {
      traces: dataset.traces !== undefined,
      waveforms: hasWaveforms(dataset),
      templates: dataset.templates !== undefined,
      features: dataset.features !== undefined,
      templateFeatures: dataset.templateFeatures !== undefined,
      amplitudes: dataset.spikes.amplitudes !== undefined,
      similarity: dataset.similarity !== undefined,
      reorderedTimes: dataset.spikes.reorderedSeconds !== undefined,
    },
    movedFiles: dataset.movedFiles,
    kwik: dataset.klusta === undefined ? undefined : kwik,
    spikeAttributes: drawableAttributes(dataset),
    missingBecause: missingBecause(dataset),
  };
}

/** The sentence for each part that is absent: what a view that needs it says. */
function missingBecause(dataset: Dataset): Readonly<Record<string, string>> {
  if (dataset.format === 'raw') return {};
  if (dataset.klusta !== undefined) return missingFromKlusta(dataset);
  const because: Record<string, string> = {};
  if (dataset.traces === undefined) because['traces'] = noRawData(dataset);
  const files: readonly (readonly [string, string, unknown])[] = [
    ['templates', 'templates.npy', dataset.templates],
    ['features', 'pc_features.npy', dataset.features],
    ['templateFeatures', 'template_features.npy', dataset.templateFeatures],
    ['amplitudes', 'amplitudes.npy', dataset.spikes.amplitudes],
    ['similarity', 'similar_templates.npy', dataset.similarity],
  ];
  const where = isAlf(dataset.paramsPath) ? `in ${dataset.folder}` : 'beside params.py';
  for (const [part, file, present] of files) {
    if (present === undefined) because[part] = noteOf(dataset, file) ?? `${file} was not found ${where}.`;
  }
  return because;
}

const never = (what: string): string => `klusta datasets (.kwik) have no ${what}.`;

/** A .kwik dataset has no templates by nature; features and masks are in the .kwx beside it. */
function missingFromKlusta(dataset: Dataset): Readonly<Record<string, string>> {
  const because: Record<string, string> = {
    templates: never('templates'),
    templateFeatures: never('template features'),
    amplitudes: never('template amplitudes'),
    similarity: never('template similarity'),
  };
  const kwx = `${dataset.name}.kwx`;
  if (dataset.features === undefined) {
    because['features'] = noteOf(dataset, kwx) ?? `${kwx} was not found beside the .kwik file.`;
  }
  if (dataset.traces === undefined) {
    const absent = dataset.dataFiles.find((file) => !file.exists)?.path ?? 'The raw file';
    because['traces'] =
      `${absent} was not found. Put the file beside the .kwik file; File > Locate raw data… finds it elsewhere.`;
  }
  return because;
}

function noRawData({ dataFiles, paramsPath }: Dataset): string {
  const absent = dataFiles.find((file) => !file.exists);
  if (absent !== undefined)
    return `${absent.path} was not found. Correct dat_path in params.py, or put the file there; File > Locate raw data… finds it elsewhere.`;
  if (dataFiles.length === 0) return isAlf(paramsPath) ? NO_RAW_BESIDE : 'params.py names no raw data (dat_path).';
  return `${dataFiles[0].path} could not be read.`;
}

/** What the opening report says about a file that is there but could not be used. */
function noteOf({ report }: Dataset, name: string): string | undefined {
  const note = report.files.find((file) => file.name === name && file.status === 'bad')?.note;
  return note === '' ? undefined : note;
}
