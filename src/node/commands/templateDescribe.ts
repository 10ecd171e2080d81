/** `phy template-describe`: what a dataset consists of, as text or JSON (spec/commands.md 4). Nothing is written into its folder. */
import type { Dataset } from '../../core/dataset/dataset.ts';
import type { Session } from '../../core/engine/session.ts';
import { jsonPieces } from '../../core/protocol/json.ts';
import { queries } from '../../views/queries.ts';
import { openForReading } from '../openForReading.ts';
import { printAnswer } from '../output.ts';
import { reportLines } from '../printReport.ts';

/** Prints the description; always 0, an unreadable dataset throws. */
export async function templateDescribe(params: string | undefined, json: boolean): Promise<number> {
  const session = await openForReading(params ?? '.', queries, false);
  try {
    await printAnswer(json ? jsonPieces(describeDataset(session)) : [describeAsText(session.dataset)]);
    if (json) await printAnswer(['\n']);
    return 0;
  } finally {
    await session.close();
  }
}

/** The object that `--json` prints. */
export function describeDataset(session: Session): object {
  const { dataset } = session;
  const { spikes, templates, features, channels } = dataset;
  const snapshot = session.snapshot();
  const labels = [...dataset.metadata.keys()].filter((field) => field !== 'group');
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
    usedTemplateCount: countDistinct(spikes.templates),
    spikeCount: spikes.count,
    clusterCount: session.clusters.ids.length,
    newClusterId: snapshot.newClusterId,
    waveformSampleCount: templates?.sampleCount ?? 0,
    templateChannelCount: templates?.localChannelCount ?? 0,
    featuresPerChannel: features?.pcCount ?? null,
    shanks: distinct(channels.shanks),
    probes: distinct(channels.probes),
    has: {
      traces: dataset.traces !== undefined,
      templates: templates !== undefined,
      sparseTemplates: templates?.sparse ?? false,
      features: features !== undefined,
      templateFeatures: dataset.templateFeatures !== undefined,
      amplitudes: spikes.amplitudes !== undefined,
      similarity: dataset.similarity !== undefined,
      whitening: dataset.hasWhitening,
      waveformSubset: isRead(dataset, '_phy_spikes_subset.waveforms.npy'),
      reorderedTimes: spikes.reorderedSeconds !== undefined,
    },
    spikeAttributes: [...dataset.spikeAttributes.keys()],
    labels,
    columns: snapshot.columns,
    groups: countGroups(session),
    unsavedActions: session.recovery()?.count ?? 0,
    files: dataset.report.files.map((file) => ({
      name: file.name,
      status: file.status,
      dtype: file.dtype ?? null,
      shape: file.shape ?? null,
      note: file.note,
    })),
    warnings: dataset.report.warnings,
  };
}

/** The lines of the reference (spec/data.md 13.5), then what opening found. */
export function describeAsText(dataset: Dataset): string {
  const lines: readonly (readonly [string, string])[] = [
    ['Data files', dataset.dataFiles.map((file) => file.path).join(', ')],
    ['Directory', dataset.folder],
    ['Duration', `${dataset.duration.toFixed(1)}s`],
    ['Sample rate', `${(dataset.sampleRate / 1000).toFixed(1)} kHz`],
    ['Data type', dataset.rawDtype],
    ['# of channels', String(dataset.channels.count)],
    ['# of channels (raw)', dataset.rawChannelCount === null ? 'None' : String(dataset.rawChannelCount)],
    ['# of templates', String(dataset.templateCount)],
    ['# of spikes', dataset.spikes.count.toLocaleString('en-US')],
  ];
  const text = lines.map(([label, value]) => `${label.padEnd(24)}${value}`.trimEnd());
  return `${[...text, ...reportLines(dataset.report)].join('\n')}\n`;
}

const distinct = (values: ArrayLike<number>): readonly number[] =>
  [...new Set(Array.from(values))].sort((a, b) => a - b);

function countDistinct(values: Int32Array): number {
  const seen = new Set<number>();
  for (const value of values) seen.add(value);
  return seen.size;
}

function isRead({ report }: Dataset, name: string): boolean {
  return report.files.some((file) => file.name === name && (file.status === 'read' || file.status === 'repaired'));
}

/** Clusters per group; those without one count as unsorted. */
function countGroups({ clusters }: Session): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const id of clusters.ids) {
    const group = String(clusters.metadata('group', id) ?? 'unsorted');
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
