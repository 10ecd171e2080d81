/**
 * An ALF folder without a params.py, as those of the International Brain Laboratory are: what params.py would say is found in the spike files
 * and in the raw data beside them, where there are any. Nothing is guessed, and no params.py is written.
 */
import { PhyError } from '../../base/errors.ts';
import { headerPathOf, parseMtscompHeader } from '../../files/mtscomp.ts';
import { type NpyFile, openNpy, readRows, squeezeTo } from '../../files/npy.ts';
import { spikeGlxFacts } from '../../files/spikeGlxMeta.ts';
import { baseName, extensionOf, joinPath } from '../../storage/paths.ts';
import { metaOf } from './gains.ts';
import type { TemplateParams } from './params.ts';
import { findName, type Reading } from './reading.ts';

const TIMES = /^spikes\.times(\..+)?\.npy$/;

/** The file that stands for an ALF folder without a params.py. */
export const alfNameOf = (names: readonly string[]): string | undefined =>
  names.filter((name) => TIMES.test(name)).sort()[0];

/** True for its path: what is opened is then the folder. */
export const isAlf = (path: string): boolean => TIMES.test(baseName(path));

/** The params.py that the folder would have. Throws `input` in a sentence when the sampling rate cannot be known. */
export async function readAlfParams(reading: Reading): Promise<TemplateParams> {
  const clocks = await readClocks(reading);
  const raw = await findRaw(reading);
  const fits = raw === undefined || clocks === undefined || isNear(raw.sampleRate, clocks.samplesPerSecond);
  if (!fits) {
    const found = `${grouped(raw.sampleRate)} Hz, spikes.samples and spikes.times ${grouped(clocks.samplesPerSecond)}`;
    reading.report.warn('data', `${baseName(raw.path)} was recorded at ${found}. It is not read.`);
  }
  const used = fits ? raw : undefined;
  const sampleRate = used?.sampleRate ?? (clocks === undefined ? refuse(reading) : rateOf(clocks));
  const source = used === undefined ? 'spikes.samples.npy and spikes.times.npy' : used.describedBy;
  const note = `The sampling rate is ${grouped(sampleRate)} Hz by ${source}.`;
  reading.report.file('params.py', 'missing', note);
  return {
    isThere: false,
    dataPaths: used === undefined ? [] : [{ path: used.path, literal: used.path }],
    rawChannelCount: used?.columnCount ?? null,
    dtype: used?.dtype ?? 'int16',
    offset: 0,
    sampleRate,
    folder: undefined,
    templateScaling: 1,
    showMappedChannels: true,
    closestChannelCount: 12,
    amplitudeThreshold: 0,
  };
}

const grouped = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 6 });
/** Two clocks that both count at some rate differ by far less than this. */
const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3 * b;

function refuse({ storage, folder }: Reading): never {
  const where = joinPath(storage.folder, folder);
  const found =
    'there is no params.py, no spikes.samples.npy with two spikes or more, and no raw file with its .ch or .meta';
  const todo = 'Write a params.py with sample_rate = 30000 (or what it is) into the folder.';
  throw new PhyError('input', `The sampling rate of ${where} cannot be known: ${found}. ${todo}`, {
    file: 'params.py',
  });
}

// ---- the rate by the spikes

/** Some spikes by both clocks, ascending. */
interface Clocks {
  readonly samples: ArrayLike<number>;
  readonly seconds: ArrayLike<number>;
  readonly samplesPerSecond: number;
}

const LOOKED_AT = 2000;

/** undefined where there are no samples beside the times, or too few spikes. */
async function readClocks(reading: Reading): Promise<Clocks | undefined> {
  const samples = await someOf(reading, 'spikes.samples*.npy');
  const seconds = await someOf(reading, 'spikes.times*.npy');
  if (samples === undefined || samples.length !== seconds?.length) return undefined;
  const samplesPerSecond = medianSlope(samples, seconds);
  return samplesPerSecond > 0 ? { samples, seconds, samplesPerSecond } : undefined;
}

/** Values of a vector at even distances. */
async function someOf(reading: Reading, pattern: string): Promise<ArrayLike<number> | undefined> {
  const name = findName(reading, [pattern]);
  if (name === undefined) return undefined;
  const npy = await openNpy(reading.storage, joinPath(reading.folder, name));
  try {
    return await spreadRows(npy);
  } finally {
    await npy.file.close();
  }
}

async function spreadRows(npy: NpyFile): Promise<ArrayLike<number> | undefined> {
  const shape = squeezeTo(npy.header.shape, 1);
  if (shape.length !== 1) return undefined;
  const [count] = shape;
  const wanted = Math.min(count, LOOKED_AT);
  const rows = Array.from({ length: wanted }, (_, k) => Math.floor((k * (count - 1)) / Math.max(1, wanted - 1)));
  return await readRows({ ...npy, header: { ...npy.header, shape } }, rows);
}

/** Of spikes half the recording apart: one wrong time moves none of the others. 0 without two different times. */
function medianSlope(samples: ArrayLike<number>, seconds: ArrayLike<number>): number {
  const half = Math.floor(samples.length / 2);
  const slopes: number[] = [];
  for (let k = 0; k + half < samples.length; k++) {
    const slope = (samples[k + half] - samples[k]) / (seconds[k + half] - seconds[k]);
    if (slope > 0 && Number.isFinite(slope)) slopes.push(slope);
  }
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}

/** Times may be on the clock of the experiment, which is not quite that of the recording: so far a usual rate may be off. */
const CLOCKS_APART = 2e-4;

/**
 * The rate at which samples are times: exactly, else to the sample (times may be rounded). Where there is none, the times are on another
 * clock: then the usual rate (a multiple of 100 Hz) that is near, or what was measured.
 */
function rateOf(clocks: Clocks): number {
  const { samplesPerSecond } = clocks;
  const usual = 100 * Math.round(samplesPerSecond / 100);
  const candidates = [usual, Math.round(samplesPerSecond), Number(samplesPerSecond.toPrecision(10))];
  for (const tolerance of [1e-4, 0.51]) {
    const fitting = candidates.find((rate) => isWithin(clocks, rate, tolerance));
    if (fitting !== undefined) return fitting;
  }
  return Math.abs(usual - samplesPerSecond) <= CLOCKS_APART * usual ? usual : Number(samplesPerSecond.toPrecision(7));
}

/** Whether every time is its sample at that rate, to `tolerance` samples; late times have fewer digits for their fractions. */
function isWithin({ samples, seconds }: Clocks, rate: number, tolerance: number): boolean {
  for (let k = 0; k < samples.length; k++) {
    const digits = tolerance < 0.5 ? 1e-12 : 1e-7;
    if (Math.abs(samples[k] - seconds[k] * rate) > tolerance + digits * samples[k]) return false;
  }
  return true;
}

// ---- raw data

/** Raw data, and what the file beside them says. */
interface FoundRaw {
  /** Absolute. */
  readonly path: string;
  readonly describedBy: string;
  readonly sampleRate: number;
  readonly columnCount: number;
  readonly dtype: string;
}

/** The one raw file of the folder, or of the folder of its probe in the session (`<session>/raw_ephys_data/<probe>` for `<session>/alf/<probe>/...`). */
async function findRaw(reading: Reading): Promise<FoundRaw | undefined> {
  const folder = joinPath(reading.storage.folder, reading.folder);
  const session = /^(.*)[\\/]alf[\\/]([^\\/]+)/.exec(folder);
  const places = [folder, ...(session === null ? [] : [`${session[1]}/raw_ephys_data/${session[2]}`])];
  const untold: string[] = [];
  for (const place of places) {
    const names = await namesIn(reading, place);
    const found: FoundRaw[] = [];
    for (const name of names.filter(isNeural)) {
      const one = await describe(reading, joinPath(place, name));
      if (one === undefined) untold.push(name);
      else found.push(one);
    }
    const wide = found.filter(({ path }) => /\.ap\.\w+$/.test(path));
    const likely = wide.length > 0 ? wide : found;
    if (likely.length === 1) return likely[0];
    if (likely.length > 1) return severalRaw(reading, likely);
  }
  if (untold.length > 0) {
    const sentence = `${untold.join(', ')}: no .ch or .meta beside it says how it is to be read. Write a params.py that does (dat_path, n_channels_dat, dtype, sample_rate).`;
    reading.report.warn('params', sentence);
  }
  return undefined;
}

function severalRaw(reading: Reading, found: readonly FoundRaw[]): undefined {
  const names = found.map(({ path }) => baseName(path)).join(', ');
  const sentence = `There are several raw files (${names}); none is read. Write a params.py that names the right one (dat_path).`;
  reading.report.warn('params', sentence);
  return undefined;
}

/** Not the low band, nor the channels of a National Instruments card. */
const isNeural = (name: string): boolean =>
  ['.cbin', '.bin', '.dat'].includes(extensionOf(name)) && !/\.lf\.\w+$|\.nidq\.\w+$/.test(name);

async function namesIn(reading: Reading, folder: string): Promise<readonly string[]> {
  try {
    return (await reading.storage.list(folder)).filter((entry) => !entry.isFolder).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof PhyError) return [];
    throw error;
  }
}

/** undefined when nothing beside the file describes it. */
async function describe({ storage }: Reading, path: string): Promise<FoundRaw | undefined> {
  try {
    const beside = extensionOf(path) === '.cbin' ? headerPathOf(path) : metaOf(path);
    const text = new TextDecoder().decode(await storage.readAll(beside));
    const describedBy = baseName(beside);
    if (extensionOf(path) === '.cbin') {
      const { sampleRate, columnCount, type } = parseMtscompHeader(text, describedBy);
      return { path, describedBy, sampleRate, columnCount, dtype: type.name };
    }
    const facts = spikeGlxFacts(text, describedBy);
    if (facts?.sampleRate === undefined || facts.columnCount === undefined) return undefined;
    return { path, describedBy, sampleRate: facts.sampleRate, columnCount: facts.columnCount, dtype: 'int16' };
  } catch (error) {
    if (error instanceof PhyError) return undefined;
    throw error;
  }
}
