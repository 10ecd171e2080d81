/**
 * Looks at a dataset harder than opening does, and says what is wrong and how to mend it (users-and-rivals A10): every file as opening found
 * it, then the rules that hold between files, then whether the raw data contain the spikes at all.
 */
import { PhyError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import type { ClusterFacts } from '../analysis/clusterFacts.ts';
import { backgroundStride, sampleEvenly } from '../analysis/sampling.ts';
import { peakToPeak } from '../analysis/waveforms.ts';
import { readWaveforms, windowLength } from '../analysis/windows.ts';
import type { ClusterReader } from '../curation/state.ts';
import type { Dataset, OpenReport, ReadProgress } from '../dataset/dataset.ts';

/** `error`: something is lost or cannot be shown. `warning`: odd, and worth mending. `note`: good to know. */
type Level = 'error' | 'warning' | 'note';

export interface Finding {
  readonly level: Level;
  /** File the finding is about; null for the dataset as a whole. */
  readonly file: string | null;
  /** One sentence or two: what was found, what was expected, what to do. */
  readonly message: string;
}

/** What checks look at. */
export interface Checked {
  readonly dataset: Dataset;
  readonly clusters: ClusterReader;
  readonly facts: ClusterFacts;
  readonly progress: ReadProgress;
}

const grouped = (count: number): string => count.toLocaleString('en');
const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

/** Rows of large files that are looked at. */
const SAMPLE_ROWS = 10_000;
/** Spikes, and as many places beside them, that the raw data are looked at around. */
const RAW_SPIKES = 300;
/** At spikes the raw data must be so much livelier than elsewhere. */
const LIVELIER = 1.15;

type Check = (checked: Checked) => Promise<readonly Finding[]> | readonly Finding[];

const CHECKS: readonly Check[] = [
  ({ dataset }) => fromReport(dataset.report),
  doubleColumns,
  duplicateSpikes,
  amplitudeValues,
  featureRows,
  similarityMatrix,
  rowsOfNoCluster,
  emptyTemplates,
  rawContainsSpikes,
];

/** Every finding, errors first. */
export async function checkDataset(checked: Checked): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [k, check] of CHECKS.entries()) {
    await checked.progress(k / CHECKS.length);
    findings.push(...(await check(checked)));
  }
  return sortedFindings(findings);
}

/** A dataset that cannot be opened at all has one finding: the sentence about why. Anything but a PhyError is thrown again. */
export function findingOf(error: unknown): Finding {
  if (!(error instanceof PhyError) || error.kind !== 'input') throw error;
  const { file } = error.facts;
  return { level: 'error', file: typeof file === 'string' ? file : null, message: error.message };
}

const ORDER: readonly Level[] = ['error', 'warning', 'note'];
const sortedFindings = (findings: readonly Finding[]): readonly Finding[] =>
  ORDER.flatMap((level) => findings.filter((finding) => finding.level === level));

/** What opening found. A file that is there and cannot be used is an error; what was mended is a warning; what is absent a note. */
function fromReport({ files, warnings }: OpenReport): readonly Finding[] {
  const aboutFiles = files.flatMap(({ name, status, note }): Finding[] => {
    if (status === 'bad') return [{ level: 'error', file: name, message: note }];
    if (status === 'repaired') return [{ level: 'warning', file: name, message: note }];
    if (status === 'missing') return [{ level: 'note', file: name, message: `${name} is missing. ${note}`.trim() }];
    return [];
  });
  const said = new Set(aboutFiles.map(({ message }) => message));
  const others = warnings.filter((warning) => !said.has(warning));
  return [...aboutFiles, ...others.map((message): Finding => ({ level: 'warning', file: null, message }))];
}

/** Two channels that read the same column of the raw data: one of them shows what is not its own. */
function doubleColumns({ dataset: { channels } }: Checked): readonly Finding[] {
  const { map } = channels;
  const second = map.findIndex((column, channelId) => map.indexOf(column) < channelId);
  if (second < 0) return [];
  const message = `channel_map.npy has raw column ${map[second]} for channels ${map.indexOf(map[second])} and ${second}, expected each column once. Correct the channel map.`;
  return [{ level: 'warning', file: 'channel_map.npy', message }];
}

/** Two spikes of one cluster at one sample: the sorter found the same event twice. */
async function duplicateSpikes({ dataset, clusters, progress }: Checked): Promise<readonly Finding[]> {
  const { samples } = dataset.spikes;
  let doubles = 0;
  const affected: number[] = [];
  for (const id of clusters.ids) {
    await progress();
    const spikes = clusters.spikesOf(id);
    const before = doubles;
    for (let k = 1; k < spikes.length; k++) if (samples[spikes[k]] === samples[spikes[k - 1]]) doubles++;
    if (doubles > before) affected.push(id);
  }
  if (doubles === 0) return [];
  const where = `${affected.slice(0, 8).join(', ')}${affected.length > 8 ? ` and ${affected.length - 8} more` : ''}`;
  const message = `${grouped(doubles)} spikes lie at the same sample as another spike of their cluster (clusters ${where}). They count twice in rates and correlograms; most sorters have an option to remove duplicates.`;
  return [{ level: 'warning', file: null, message }];
}

function amplitudeValues({ dataset }: Checked): readonly Finding[] {
  const { amplitudes } = dataset.spikes;
  if (amplitudes === undefined || amplitudes.length === 0) return [];
  let zeros = 0;
  for (let k = 0; k < amplitudes.length; k++) if (amplitudes[k] === 0) zeros++;
  if (zeros < amplitudes.length / 100) return [];
  const share = percent(zeros, amplitudes.length);
  const message = `amplitudes.npy is 0 for ${grouped(zeros)} spikes (${share}), expected scaling factors of templates. Amplitude views show these at 0.`;
  return [{ level: 'warning', file: 'amplitudes.npy', message }];
}

/** A sample of rows of pc_features.npy: numbers that are none, and rows that are nothing but zeros. */
async function featureRows({ dataset, clusters, facts, progress }: Checked): Promise<readonly Finding[]> {
  const { features } = dataset;
  if (features === undefined) return [];
  const sample = sampleEvenly(backgroundStride(dataset.spikes.count, SAMPLE_ROWS), SAMPLE_ROWS);
  let missing = 0;
  let zeros = 0;
  for (let start = 0; start < sample.length; start += 500) {
    await progress();
    for (const spike of sample.subarray(start, start + 500)) {
      const cluster = clusters.clusterOf(spike);
      if (!clusters.has(cluster)) continue;
      const [best] = facts.bestChannels(cluster);
      const values = await features.read(Int32Array.of(spike), [best ?? 0]);
      if (values.every((value) => Number.isNaN(value))) missing++;
      else if (values.every((value) => value === 0)) zeros++;
    }
  }
  const findings: Finding[] = [];
  const file = 'pc_features.npy';
  const looked = `${grouped(sample.length)} spikes looked at`;
  if (zeros > sample.length / 50) {
    const message = `${file} holds nothing but zeros on the best channel for ${percent(zeros, sample.length)} of the ${looked}. Check that pc_feature_ind.npy belongs to it.`;
    findings.push({ level: 'warning', file, message });
  }
  if (missing > sample.length / 10) {
    const message = `${file} has no value on the best channel of their cluster for ${percent(missing, sample.length)} of the ${looked}. These spikes are not drawn in FeatureView, and a lasso asks about them.`;
    findings.push({ level: 'note', file, message });
  }
  return findings;
}

function similarityMatrix({ dataset }: Checked): readonly Finding[] {
  const { similarity } = dataset;
  if (similarity === undefined) return [];
  const { count, data } = similarity;
  let uneven = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) if (Math.abs(data[i * count + j] - data[j * count + i]) > 1e-3) uneven++;
  }
  if (uneven === 0) return [];
  const message = `similar_templates.npy differs between (a, b) and (b, a) for ${grouped(uneven)} pairs, expected a symmetric matrix. The similarity view shows the row of the selected cluster.`;
  return [{ level: 'note', file: 'similar_templates.npy', message }];
}

/** Labels of clusters that have no spikes: left over from an earlier curation, and gone after the next save. */
function rowsOfNoCluster({ dataset, clusters }: Checked): readonly Finding[] {
  const known = new Set(clusters.ids);
  return [...dataset.metadata].flatMap(([field, values]): Finding[] => {
    const strangers = [...values.keys()].filter((id) => !known.has(id));
    if (strangers.length === 0) return [];
    const some = strangers.slice(0, 8).join(', ');
    const message = `The field ${field} has values for ${grouped(strangers.length)} clusters without spikes (${some}${strangers.length > 8 ? ', ...' : ''}). They are not shown, and not written at the next save.`;
    return [{ level: 'note', file: null, message }];
  });
}

function emptyTemplates({ dataset }: Checked): readonly Finding[] {
  const { templates } = dataset;
  if (templates === undefined) return [];
  const used = new Set(dataset.spikes.templates);
  const empty: number[] = [];
  for (const id of used) if (id >= 0 && id < templates.count && !(templates.peakToPeak(id) > 0)) empty.push(id);
  if (empty.length === 0) return [];
  const some = empty
    .sort((a, b) => a - b)
    .slice(0, 8)
    .join(', ');
  const message = `templates.npy is empty for ${grouped(empty.length)} templates that have spikes (${some}${empty.length > 8 ? ', ...' : ''}). Their clusters have no best channel.`;
  return [{ level: 'warning', file: 'templates.npy', message }];
}

/**
 * Compares the raw data at spikes, on the best channel, with the raw data elsewhere. A wrong file, number of channels, offset, type or sample
 * rate makes them alike: the most common mistake of all.
 */
async function rawContainsSpikes(checked: Checked): Promise<readonly Finding[]> {
  const { dataset, clusters } = checked;
  const { traces } = dataset;
  if (traces === undefined || (dataset.templates === undefined && dataset.klusta === undefined)) return [];
  const inside = sampleEvenly(
    Int32Array.from({ length: dataset.spikes.count }, (_, id) => id),
    10 * RAW_SPIKES,
  ).filter((id) => dataset.spikes.samples[id] < traces.sampleCount && clusters.has(clusters.clusterOf(id)));
  const spikes = sampleEvenly(inside, RAW_SPIKES);
  if (spikes.length < 50) return [];
  const at: number[] = [];
  const beside: number[] = [];
  const random = seededRandom(spikes.length);
  for (const id of spikes) {
    await checked.progress();
    at.push(await liveliness(checked, id, dataset.spikes.samples[id]));
    beside.push(await liveliness(checked, id, random.below(Math.max(1, Math.min(traces.sampleCount, 2 ** 31)))));
  }
  const [here, there] = [median(at), median(beside)];
  const files = dataset.dataFiles.map(({ path }) => path).join(', ');
  if (here === 0 && there === 0) {
    const message = `${files} is 0 wherever it was looked at. Check that it is the right file, and n_channels_dat, dtype and offset in params.py.`;
    return [{ level: 'error', file: files, message }];
  }
  if (here > LIVELIER * there) return [];
  const message = `${files} does not seem to contain the spikes: the signal at ${spikes.length} of them is no larger than elsewhere (${here.toFixed(1)} and ${there.toFixed(1)} raw units, peak to peak). Check that it is the right file, and n_channels_dat, dtype, offset and sample_rate in params.py.`;
  return [{ level: 'warning', file: files, message }];
}

/** Peak to peak of the filtered raw data around a sample, on the best channel of a spike's cluster. */
async function liveliness(
  { dataset, clusters, facts, progress }: Checked,
  spike: number,
  sample: number,
): Promise<number> {
  const [best] = facts.bestChannels(clusters.clusterOf(spike));
  const shifted = {
    ...dataset,
    waveformSubset: undefined,
    spikes: { ...dataset.spikes, samples: Float64Array.of(sample) },
  };
  const wave = await readWaveforms(shifted, Int32Array.of(0), Int32Array.of(best ?? 0), 'high_pass', progress);
  return peakToPeak(wave, windowLength(shifted))[0] ?? 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
