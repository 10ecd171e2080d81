/**
 * A raw recording without a sorting (spec/data.md 13.6): a dataset with traces and channels, no spikes and no clusters. What the file does not
 * say itself comes from the options, else from a SpikeGLX `.meta` or an mtscomp `.ch` beside it. Nothing is ever written beside it.
 */
import { PhyError } from '../../base/errors.ts';
import { channelMajor } from '../../files/channelMajor.ts';
import { type ElementType, parseElementType } from '../../files/elements.ts';
import { countSamples, flatBinary } from '../../files/flatBinary.ts';
import { headerPathOf, openMtscomp, parseMtscompHeader } from '../../files/mtscomp.ts';
import type { RawSource } from '../../files/rawSource.ts';
import { type SpikeGlxFacts, spikeGlxFacts } from '../../files/spikeGlxMeta.ts';
import { baseName, extensionOf, folderOf } from '../../storage/paths.ts';
import type { Channels, Dataset } from '../dataset.ts';
import { metaOf, readGains } from './gains.ts';
import { readParams } from './params.ts';
import { locate, openNpyMatrix, tracesOf } from './rawData.ts';
import type { Reading } from './reading.ts';

/** What a person says about a raw file. */
export interface RawChoice {
  /** Hz */
  readonly sampleRate?: number;
  /** NumPy type of a number: `int16`. */
  readonly dtype?: string;
  /** Columns of a flat file. */
  readonly channelCount?: number;
  /** Bytes before the data of a flat file. */
  readonly offset?: number;
  /** A flat file that keeps each channel together. */
  readonly fortran?: boolean;
}

/** What is kept of a recording is apart from that of a sorting in the same folder, and of other recordings there. */
export const scopeOfRaw = (path: string): string => `raw/${baseName(path).replaceAll(/[^\w.-]/g, '_')}`;

/**
 * Opens `path`, absolute: a raw file, or a params.py whose first raw file is shown with what params.py says of it. Throws `input` in one
 * sentence when something that is needed is missing or impossible.
 */
export async function readRawRecording(reading: Reading, path: string, choice: RawChoice): Promise<Dataset> {
  reading.step('raw data', 0.1);
  const { file, given } = extensionOf(path) === '.py' ? await fromParams(reading, path) : { file: path, given: choice };
  const name = baseName(file);
  if (['.meta', '.ch'].includes(extensionOf(file))) {
    throw new PhyError('input', `${name} describes a recording. Give the raw file beside it.`, { file: name });
  }
  const found = await readBeside(reading, file, given);
  const raw = await openRecording(reading, file, given, found);
  const { source, type, sampleRate } = raw;
  if (source.sampleCount === 0) {
    await source.close();
    throw new PhyError('input', `${name} has no samples, expected raw data.`, { file: name });
  }
  const channels = channelsOf(source.columnCount, found.meta);
  const shape = [source.sampleCount, source.columnCount];
  reading.report.file(name, 'read', sitesNote(channels.withoutSite), { type, shape });
  const gains = type.name === 'int16' ? await readGains(reading, metaOf(file)) : undefined;
  const microvolts = gains?.length === source.columnCount ? gains : undefined;
  reading.step('', 1);
  return {
    format: 'raw',
    folder: folderOf(file),
    name,
    paramsPath: path,
    sampleRate,
    duration: source.sampleCount / sampleRate,
    rawDtype: type.name,
    rawOffset: given.offset ?? 0,
    rawChannelCount: source.columnCount,
    dataFiles: [{ path: file, exists: true, sampleCount: source.sampleCount }],
    spikes: NO_SPIKES,
    channels: channels.channels,
    traces: { ...tracesOf(source, channels.channels, sampleRate), microvolts },
    spikeAttributes: new Map(),
    metadata: new Map(),
    floatText: { columns: new Set(), labels: new Map() },
    templateCount: 0,
    hasWhitening: false,
    knowsSites: channels.knowsSites,
    report: reading.report.build(),
    close: () => source.close(),
  };
}

const NO_SPIKES: Dataset['spikes'] = {
  count: 0,
  samples: new Int32Array(0),
  clusters: new Int32Array(0),
  templates: new Int32Array(0),
  seconds: () => Number.NaN,
  secondsOf: (spikeIds) => new Float64Array(spikeIds.length).fill(Number.NaN),
};

/** The first raw file of a params.py, with what it says about it. */
async function fromParams(
  reading: Reading,
  path: string,
): Promise<{ readonly file: string; readonly given: RawChoice }> {
  const name = baseName(path);
  const params = readParams(new TextDecoder().decode(await reading.storage.readAll(path)), name, reading.report);
  const [first, ...others] = params.dataPaths;
  if (first === undefined) {
    throw new PhyError('input', `${name} names no raw data (dat_path), expected a file. Give the raw file itself.`, {
      file: name,
    });
  }
  const { path: file, exists } = await locate(reading, first);
  if (!exists) {
    throw new PhyError('input', `${file} (dat_path in ${name}) does not exist. Give the raw file itself.`, { file });
  }
  if (others.length > 0) {
    reading.report.warn('data', `${name} names ${others.length + 1} raw files; only ${baseName(file)} is shown.`);
  }
  reading.report.file(name, 'read');
  const { sampleRate, dtype, rawChannelCount, offset } = params;
  return { file, given: { sampleRate, dtype, channelCount: rawChannelCount ?? undefined, offset } };
}

/** What the files beside the recording say. */
interface Beside {
  readonly meta?: SpikeGlxFacts;
  readonly header?: { readonly sampleRate: number; readonly columnCount: number; readonly dtype: string };
}

async function readBeside(reading: Reading, file: string, given: RawChoice): Promise<Beside> {
  const metaText = await textOf(reading, metaOf(file));
  const metaName = baseName(metaOf(file));
  const meta = metaText === undefined ? undefined : spikeGlxFacts(metaText, metaName);
  if (metaText !== undefined) {
    if (meta === undefined) reading.report.file(metaName, 'ignored', 'It is not of SpikeGLX.');
    else reading.report.file(metaName, 'read', probeNote(meta));
  }
  warnOfContradictions(reading, metaName, given, meta);
  // A compressed file is read with its header anyway.
  if (extensionOf(file) === '.cbin') return { meta };
  const headerText = await textOf(reading, headerPathOf(file));
  if (headerText === undefined) return { meta };
  const headerName = baseName(headerPathOf(file));
  const { sampleRate, columnCount, type } = parseMtscompHeader(headerText, headerName);
  reading.report.file(headerName, 'read');
  return { meta, header: { sampleRate, columnCount, dtype: type.name } };
}

const probeNote = ({ probe, sites }: SpikeGlxFacts): string =>
  probe === undefined || sites !== undefined ? '' : `Where the sites of a probe ${probe} are is not known.`;

async function textOf(reading: Reading, path: string): Promise<string | undefined> {
  const entry = await reading.storage.stat(path);
  if (entry === undefined || entry.isFolder) return undefined;
  return new TextDecoder().decode(await reading.storage.readAll(path));
}

/** What a person says counts; that a file says otherwise is worth knowing. */
function warnOfContradictions(
  reading: Reading,
  metaName: string,
  { sampleRate, channelCount }: RawChoice,
  meta: SpikeGlxFacts | undefined,
): void {
  const compare = (what: string, given: number | undefined, found: number | undefined): void => {
    if (given === undefined || found === undefined || Math.abs(given - found) <= 1e-3 * found) return;
    reading.report.warn('data', `The ${what} was given as ${given}, ${metaName} has ${found}. What was given is used.`);
  };
  compare('sample rate', sampleRate, meta?.sampleRate);
  compare('number of channels', channelCount, meta?.columnCount);
}

interface OpenRecording {
  readonly source: RawSource;
  readonly type: ElementType;
  readonly sampleRate: number;
}

async function openRecording(
  reading: Reading,
  file: string,
  given: RawChoice,
  { meta, header }: Beside,
): Promise<OpenRecording> {
  const name = baseName(file);
  const extension = extensionOf(file);
  checkGiven(given);
  if (extension === '.cbin') {
    const opened = await openMtscomp(reading.storage, file);
    noteUnused(reading, name, given, opened.source.columnCount, opened.header.type);
    return {
      source: opened.source,
      type: opened.header.type,
      sampleRate: given.sampleRate ?? opened.header.sampleRate,
    };
  }
  const sampleRate = given.sampleRate ?? meta?.sampleRate ?? header?.sampleRate;
  if (extension === '.npy') {
    const absent: readonly string[] = sampleRate === undefined ? ['sample rate (-s)'] : [];
    refuseWithout(file, absent);
    const { source, type } = await openNpyMatrix(reading.storage, file);
    noteUnused(reading, name, given, source.columnCount, type);
    return { source, type, sampleRate: sampleRate ?? 1 };
  }
  const channelCount = given.channelCount ?? meta?.columnCount ?? header?.columnCount;
  const dtype = given.dtype ?? (meta === undefined ? header?.dtype : 'int16');
  refuseWithout(file, [
    ...(sampleRate === undefined ? ['sample rate (-s)'] : []),
    ...(channelCount === undefined ? ['number of channels (-n)'] : []),
    ...(dtype === undefined ? ['type of a number (-d)'] : []),
  ]);
  const type = parseElementType(dtype ?? '') ?? refuseType(dtype ?? '');
  const layout = { channelCount: channelCount ?? 1, type, offset: given.offset ?? 0, fortran: given.fortran === true };
  return { source: await openFlat(reading, file, layout, meta), type, sampleRate: sampleRate ?? 1 };
}

function checkGiven({ sampleRate, channelCount, dtype }: RawChoice): void {
  if (sampleRate !== undefined && !(sampleRate > 0)) {
    throw new PhyError('usage', `The sample rate (-s) is ${sampleRate}, expected more than 0 Hz.`);
  }
  if (channelCount !== undefined && !(channelCount > 0)) {
    throw new PhyError('usage', `The number of channels (-n) is ${channelCount}, expected 1 or more.`);
  }
  if (dtype !== undefined && parseElementType(dtype) === undefined) refuseType(dtype);
}

function refuseType(dtype: string): never {
  const message = `The type of a number (-d) is ${dtype}, expected one of NumPy's such as int16 or float32.`;
  throw new PhyError('usage', message);
}

/** `rec.dat does not say its sample rate (-s) and number of channels (-n), ...` */
function refuseWithout(file: string, absent: readonly string[]): void {
  if (absent.length === 0) return;
  const name = baseName(file);
  const list = absent.length === 1 ? absent[0] : `${absent.slice(0, -1).join(', ')} and ${absent.at(-1)}`;
  const files = `${baseName(metaOf(file))} or ${baseName(headerPathOf(file))}`;
  const message = `${name} does not say its ${list}, and no ${files} beside it does. Open it with phy trace-gui and these options.`;
  throw new PhyError('input', message, { file: name, expected: list, found: 'nothing' });
}

/** A file that says it itself is believed. */
function noteUnused(
  reading: Reading,
  name: string,
  { channelCount, dtype, offset, fortran }: RawChoice,
  columnCount: number,
  type: ElementType,
): void {
  if (channelCount !== undefined && channelCount !== columnCount) {
    reading.report.warn('data', `${name} has ${columnCount} channels; the number given (${channelCount}) is not used.`);
  }
  if (dtype !== undefined && parseElementType(dtype)?.name !== type.name) {
    reading.report.warn('data', `${name} has numbers of type ${type.name}; the type given (${dtype}) is not used.`);
  }
  if ((offset ?? 0) > 0 || fortran === true) {
    reading.report.warn('data', `${name} says itself where its data are; the offset and order given are not used.`);
  }
}

interface FlatLayout {
  readonly channelCount: number;
  readonly type: ElementType;
  readonly offset: number;
  readonly fortran: boolean;
}

const grouped = (bytes: number): string => bytes.toLocaleString('en');

async function openFlat(
  reading: Reading,
  path: string,
  { channelCount, type, offset, fortran }: FlatLayout,
  meta: SpikeGlxFacts | undefined,
): Promise<RawSource> {
  const file = await reading.storage.open(path);
  const name = baseName(path);
  const { sampleCount, restBytes } = countSamples(file.size, offset, channelCount, type);
  const rowBytes = channelCount * type.bytes;
  if (sampleCount === 0) {
    await file.close();
    const after = offset > 0 ? ` after the offset of ${grouped(offset)}` : '';
    const found = `${grouped(Math.max(0, file.size - offset))} bytes${after}`;
    const expected = `${grouped(rowBytes)} or more (${channelCount} channels of ${type.name})`;
    throw new PhyError('input', `${name} has ${found}, expected ${expected}. Check -n, -d and -h.`, { file: name });
  }
  if (restBytes > 0) {
    const sentence = `${name} has ${grouped(file.size - offset)} bytes of data, expected a multiple of ${rowBytes} (${channelCount} channels of ${type.name}); the last ${restBytes} are left out. Check the number of channels and the type.`;
    reading.report.warn('data', sentence);
  }
  if (meta?.fileBytes !== undefined && meta.fileBytes !== file.size) {
    const sentence = `${name} has ${grouped(file.size)} bytes, expected ${grouped(meta.fileBytes)} by ${baseName(metaOf(path))}. It may have been cut short.`;
    reading.report.warn('data', sentence);
  }
  if (fortran) return channelMajor(file, offset, sampleCount, channelCount, type);
  return flatBinary([{ file, offset, sampleCount }], channelCount, type);
}

/** Distance at which columns without a site are drawn below the others, µm. */
const BELOW = 40;

interface KnownChannels {
  readonly channels: Channels;
  readonly knowsSites: boolean;
  /** Columns without a site where others have one. */
  readonly withoutSite: readonly number[];
}

/** All columns in their order; their sites where they are known, else one above the other. */
function channelsOf(count: number, meta: SpikeGlxFacts | undefined): KnownChannels {
  const sites = meta?.columnCount === count ? meta.sites : undefined;
  const positions = sites?.positions.slice() ?? new Float64Array(2 * count);
  if (sites === undefined) for (let column = 0; column < count; column++) positions[2 * column + 1] = column;
  const withoutSite = sites === undefined ? [] : placeBelow(positions);
  const channels = {
    count,
    map: Int32Array.from({ length: count }, (_, column) => column),
    positions,
    shanks: Float64Array.from({ length: count }, (_, column) => Math.max(0, sites?.shanks[column] ?? 0)),
    probes: new Float64Array(count),
    labels: Array.from({ length: count }, (_, column) => String(column)),
  };
  return { channels, knowsSites: sites !== undefined, withoutSite };
}

/** Digital columns have no site: they are shown, and are told apart by lying below the probe. Returns them. */
function placeBelow(positions: Float64Array): readonly number[] {
  const without: number[] = [];
  let left = Infinity;
  let lowest = Infinity;
  for (let column = 0; column < positions.length / 2; column++) {
    if (Number.isNaN(positions[2 * column])) without.push(column);
    else {
      left = Math.min(left, positions[2 * column]);
      lowest = Math.min(lowest, positions[2 * column + 1]);
    }
  }
  for (const [k, column] of without.entries()) {
    positions[2 * column] = left;
    positions[2 * column + 1] = lowest - BELOW * (k + 1);
  }
  return without;
}

function sitesNote(without: readonly number[]): string {
  if (without.length === 0) return '';
  const one = without.length === 1;
  return `${one ? 'Column' : 'Columns'} ${without.join(', ')} ${one ? 'has no site; it is' : 'have no sites; they are'} drawn below the probe.`;
}
