/** What template-describe tells about an open dataset (spec/data.md 13.5, spec/commands.md 4). */
import { pretty } from '../files/pythonText.ts';
import type { Dataset, FileNote, Klusta, OpenReport } from './dataset.ts';

/** What the session knows beyond the files. */
export interface DescribeExtra {
  readonly clusterCount: number;
  readonly newClusterId: number;
  readonly unsavedActions: number;
  /** Columns of the cluster table. */
  readonly columns: readonly string[];
  /** Clusters per group; `unsorted` includes those without a group. */
  readonly groups: Readonly<Record<string, number>>;
  /** Label fields without `group`. */
  readonly labels: readonly string[];
}

/** The object that `template-describe --json` prints. */
export interface Description extends DescribeExtra {
  readonly format: Dataset['format'];
  readonly folder: string;
  readonly paramsPath: string;
  readonly dataFiles: Dataset['dataFiles'];
  readonly durationSeconds: number;
  readonly sampleRate: number;
  readonly dtype: string;
  readonly offset: number;
  readonly channelCount: number;
  readonly rawChannelCount: number | null;
  readonly templateCount: number;
  readonly usedTemplateCount: number;
  readonly spikeCount: number;
  readonly waveformSampleCount: number;
  readonly templateChannelCount: number;
  readonly featuresPerChannel: number | null;
  readonly shanks: readonly number[];
  readonly probes: readonly number[];
  readonly has: Readonly<Record<DatasetPart, boolean>>;
  readonly spikeAttributes: readonly string[];
  readonly files: readonly FileNote[];
  readonly warnings: readonly string[];
  /** Only of a .kwik file. */
  readonly channelGroup?: number;
  readonly channelGroups?: readonly number[];
  readonly clustering?: string;
  readonly clusterings?: readonly string[];
  readonly recordings?: readonly number[];
}

export type DatasetPart =
  | 'traces'
  | 'templates'
  | 'sparseTemplates'
  | 'features'
  | 'templateFeatures'
  | 'amplitudes'
  | 'similarity'
  | 'whitening'
  | 'waveformSubset'
  | 'reorderedTimes';

/** The JSON object, and the lines of the text form. */
export function describeDataset(
  dataset: Dataset,
  extra: DescribeExtra,
): { readonly description: Description; readonly lines: readonly string[] } {
  return { description: descriptionOf(dataset, extra), lines: linesOf(dataset, extra) };
}

function descriptionOf(dataset: Dataset, extra: DescribeExtra): Description {
  const { spikes, channels, templates, report } = dataset;
  return {
    format: dataset.format,
    folder: dataset.folder,
    paramsPath: dataset.paramsPath,
    dataFiles: dataset.dataFiles,
    durationSeconds: dataset.duration,
    sampleRate: dataset.sampleRate,
    dtype: dataset.rawDtype,
    offset: dataset.rawOffset,
    channelCount: channels.count,
    rawChannelCount: dataset.rawChannelCount,
    templateCount: dataset.templateCount,
    usedTemplateCount: distinct(spikes.templates).filter((id) => id >= 0).length,
    spikeCount: spikes.count,
    waveformSampleCount: templates?.sampleCount ?? klustaSamples(dataset),
    templateChannelCount: templates?.localChannelCount ?? 0,
    featuresPerChannel: dataset.features?.pcCount ?? null,
    shanks: distinct(channels.shanks),
    probes: distinct(channels.probes),
    has: {
      traces: dataset.traces !== undefined,
      templates: templates !== undefined,
      sparseTemplates: templates?.sparse ?? false,
      features: dataset.features !== undefined,
      templateFeatures: dataset.templateFeatures !== undefined,
      amplitudes: spikes.amplitudes !== undefined,
      similarity: dataset.similarity !== undefined,
      whitening: dataset.hasWhitening,
      waveformSubset: dataset.waveformSubset !== undefined,
      reorderedTimes: spikes.reorderedSeconds !== undefined,
    },
    spikeAttributes: [...dataset.spikeAttributes.keys()],
    files: report.files,
    warnings: report.warnings,
    ...extra,
    ...kwikFacts(dataset),
  };
}

const klustaSamples = ({ klusta }: Dataset): number =>
  klusta === undefined ? 0 : klusta.samplesBefore + klusta.samplesAfter;

function kwikFacts({ klusta }: Dataset): Partial<Description> {
  if (klusta === undefined) return {};
  const { channelGroup, channelGroups, clustering, clusterings, recordings } = klusta.model;
  return { channelGroup, channelGroups, clustering, clusterings, recordings: recordings.map(({ id }) => id) };
}

function distinct(values: Int32Array | Float64Array): number[] {
  const seen = new Set<number>();
  for (const value of values) seen.add(value);
  return [...seen].sort((a, b) => a - b);
}

function linesOf(dataset: Dataset, extra: DescribeExtra): string[] {
  if (dataset.klusta !== undefined) return kwikLines(dataset, dataset.klusta, extra);
  const rows: readonly (readonly [string, string])[] = [
    ['Data files', dataset.dataFiles.map((file) => file.path).join(', ')],
    ['Directory', dataset.folder],
    ['Duration', `${pretty(dataset.duration, 1)}s`],
    ['Sample rate', `${pretty(dataset.sampleRate / 1000, 1)} kHz`],
    ['Data type', dataset.rawDtype],
    ['# of channels', String(dataset.channels.count)],
    ['# of channels (raw)', dataset.rawChannelCount === null ? '' : String(dataset.rawChannelCount)],
    ['# of templates', String(dataset.templateCount)],
    ['# of spikes', dataset.spikes.count.toLocaleString('en')],
  ];
  return rows.map(([label, value]) => `${label.padEnd(24)}${value}`.trimEnd());
}

const starred = (known: readonly (number | string)[], active: number | string): string =>
  known.map((name) => (name === active ? `${name}*` : String(name))).join(', ');

/** Lines of spec/data.md 12.5; the active channel group and clustering carry a star. */
function kwikLines(dataset: Dataset, { model }: Klusta, { clusterCount }: DescribeExtra): string[] {
  const rows: readonly (readonly [string, string])[] = [
    ['Kwik file', dataset.paramsPath],
    ['Recordings', model.recordings.map(({ id }) => id).join(', ')],
    ['List of shanks', starred(model.channelGroups, model.channelGroup)],
    ['Clusterings', starred(model.clusterings, model.clustering)],
    ['Channels', String(dataset.channels.count)],
    ['Spikes', dataset.spikes.count.toLocaleString('en')],
    ['Clusters', String(clusterCount)],
    ['Duration', `${pretty(dataset.duration, 0)}s`],
  ];
  return rows.map(([label, value]) => `${label.padEnd(24)}${value}`.trimEnd());
}

/** The opening report as text: warnings first, then what is not simply read. */
export function reportLines(report: OpenReport): string[] {
  const lines = report.warnings.map((warning) => `Warning: ${warning}`);
  const count = report.files.filter((file) => file.status === 'read' || file.status === 'repaired').length;
  lines.push(`Read ${count} ${count === 1 ? 'file' : 'files'}.`);
  for (const status of ['missing', 'ignored'] as const) {
    for (const file of report.files.filter((other) => other.status === status)) {
      lines.push(
        `${status === 'missing' ? 'Missing' : 'Ignored'}: ${file.name}${file.note === '' ? '' : ` (${file.note.replace(/\.$/, '')})`}`,
      );
    }
  }
  return lines;
}
