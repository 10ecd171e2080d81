/**
 * The `.meta` file that SpikeGLX writes beside a recording: how many µV a raw unit is on each column, its rate, where the sites are. Facts: the
 * metadata guide of SpikeGLX (billkarsh.github.io/SpikeGLX). Volts = integer times range / largest integer / gain of the channel.
 */
import { PhyError } from '../base/errors.ts';
import { imecSites, type SpikeGlxSites } from './spikeGlxSites.ts';

/** Entries `key=value`; the `~` before the keys of tables is left out. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const cut = line.indexOf('=');
    if (cut > 0) entries.set(line.slice(0, cut).trim().replace(/^~/, ''), line.slice(cut + 1).trim());
  }
  return entries;
}

/** Looks up values of one file and says what is wrong with them. */
class Meta {
  private readonly entries: ReadonlyMap<string, string>;
  private readonly name: string;

  constructor(text: string, name: string) {
    this.entries = entriesOf(text);
    this.name = name;
  }

  refuse(found: string, expected: string): never {
    throw new PhyError('input', `${this.name} ${found}, expected ${expected}. Values are shown in raw units.`, {
      file: this.name,
      found,
      expected,
    });
  }

  text(key: string): string | undefined {
    return this.entries.get(key);
  }

  number(key: string, fallback?: number): number {
    const text = this.entries.get(key);
    if (text === undefined) return fallback ?? this.refuse(`has no ${key}`, 'a number');
    const value = Number(text);
    return text !== '' && Number.isFinite(value) ? value : this.refuse(`has ${key} = ${text}`, 'a number');
  }

  /** Counts of channels of each kind, `384,384,1`; those acquired where the file has them, else those saved. */
  counts(kinds: string): readonly number[] {
    const text = this.entries.get(`acq${kinds}`) ?? this.entries.get(`sns${kinds}`) ?? '';
    const counts = text.split(',').map(Number);
    if (text !== '' && counts.every((count) => Number.isInteger(count) && count >= 0)) return counts;
    return this.refuse(text === '' ? `has no sns${kinds}` : `has sns${kinds} = ${text}`, 'numbers of channels');
  }

  /** Acquired index of each saved column: `all`, or a list such as `0:383,768`. */
  savedChannels(acquired: number): readonly number[] {
    const text = this.entries.get('snsSaveChanSubset') ?? 'all';
    if (text === 'all') return Array.from({ length: acquired }, (_, k) => k);
    return text.split(',').flatMap((part) => {
      const [first, last = first] = part.split(':').map(Number);
      const isRange =
        Number.isInteger(first) && Number.isInteger(last) && first >= 0 && last >= first && last < acquired;
      if (!isRange) return this.refuse(`has snsSaveChanSubset = ${text}`, `channels below ${acquired}`);
      return Array.from({ length: last - first + 1 }, (_, k) => first + k);
    });
  }
}

/**
 * µV per raw unit of each column of the recording; NaN for digital ones. undefined when the text is not of SpikeGLX. Throws `input` in a
 * sentence when it is, but does not say what is needed.
 */
export function spikeGlxMicrovolts(text: string, name: string): Float64Array | undefined {
  const meta = new Meta(text, name);
  const kind = meta.text('typeThis');
  if (kind === undefined) return undefined;
  const acquired = acquiredMicrovolts(meta, kind);
  return Float64Array.from(meta.savedChannels(acquired.length), (channel) => acquired[channel]);
}

/** What a `.meta` file says about the recording as a whole; undefined where it does not. */
export interface SpikeGlxFacts {
  /** Hz */
  readonly sampleRate?: number;
  /** Columns of the file. */
  readonly columnCount?: number;
  /** Size of the recording that belongs to it. */
  readonly fileBytes?: number;
  /** Part number of an imec probe, else its type. */
  readonly probe?: string;
  readonly sites?: SpikeGlxSites;
}

/** The facts in a `.meta` file; undefined when it is not of SpikeGLX. What cannot be read is left out. */
export function spikeGlxFacts(text: string, name: string): SpikeGlxFacts | undefined {
  const meta = new Meta(text, name);
  const kind = meta.text('typeThis');
  if (kind === undefined) return undefined;
  const positive = (key: string): number | undefined => {
    const value = Number(meta.text(key) ?? Number.NaN);
    return value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const prefix = kind === 'imec' ? 'im' : kind === 'obx' ? 'ob' : 'ni';
  const columnCount = positive('nSavedChans');
  return {
    sampleRate: positive(`${prefix}SampRate`),
    columnCount: Number.isInteger(columnCount) ? columnCount : undefined,
    fileBytes: positive('fileSizeBytes'),
    probe: kind === 'imec' ? (meta.text('imDatPrb_pn') ?? meta.text('imDatPrb_type')) : undefined,
    sites: kind === 'imec' ? imecSites((key) => meta.text(key), columnCount) : undefined,
  };
}

/** The same of every channel that was acquired, saved or not. */
function acquiredMicrovolts(meta: Meta, kind: string): Float64Array {
  switch (kind) {
    case 'imec':
      return imecMicrovolts(meta);
    case 'nidq': {
      const unit = (1e6 * meta.number('niAiRangeMax')) / meta.number('niMaxInt', 32_768);
      const [neural, auxiliary, analog, digital] = meta.counts('MnMaXaDw');
      const gains = [meta.number('niMNGain', 1), meta.number('niMAGain', 1), 1, Number.NaN];
      return repeated([neural, auxiliary, analog, digital], (k) => unit / gains[k]);
    }
    case 'obx': {
      const unit = (1e6 * meta.number('obAiRangeMax')) / meta.number('obMaxInt', 32_768);
      return repeated(meta.counts('XaDwSy'), (k) => (k === 0 ? unit : Number.NaN));
    }
    default:
      return meta.refuse(`has typeThis = ${kind}`, 'imec, nidq or obx');
  }
}

/** `counts[k]` times `value(k)`, one after the other. */
function repeated(counts: readonly number[], value: (k: number) => number): Float64Array {
  return Float64Array.from(counts.flatMap((count, k) => Array.from({ length: count }, () => value(k))));
}

function imecMicrovolts(meta: Meta): Float64Array {
  const unit = (1e6 * meta.number('imAiRangeMax')) / meta.number('imMaxInt', 512);
  const [ap, lf = 0, sync = 0] = meta.counts('ApLfSy');
  const gains = imecGains(meta, Math.max(ap, lf));
  return Float64Array.from([
    ...Array.from({ length: ap }, (_, k) => unit / gains[k][0]),
    ...Array.from({ length: lf }, (_, k) => unit / gains[k][1]),
    ...Array.from({ length: sync }, () => Number.NaN),
  ]);
}

/** Probe types whose table has two gains for each channel (Neuropixels 1.0 and its relatives); a file without a type is the oldest of them. */
const TABLE_OF_GAINS = [
  0, 1015, 1016, 1020, 1021, 1022, 1030, 1031, 1032, 1033, 1100, 1120, 1121, 1122, 1123, 1200, 1210, 1300,
];
/** Gains of probes of the 2.0 family, which have one for all channels and no LF band; only used when the file does not say it itself. */
const FIXED_GAINS: ReadonlyMap<number, number> = new Map([
  [21, 80],
  [24, 80],
  ...[2003, 2004, 2005, 2006, 2013, 2014, 2020, 2021].map((type) => [type, 100] as const),
]);

/** [AP, LF] gain of each channel of a probe. */
function imecGains(meta: Meta, count: number): readonly (readonly [number, number])[] {
  const type = meta.number('imDatPrb_type', 0);
  const table = [...(meta.text('imroTbl') ?? '').matchAll(/\(([^()]*)\)/g)].map((match) => match[1]);
  if (TABLE_OF_GAINS.includes(type)) {
    // The first entry is the head of the table: type and number of channels. Then channel, bank, reference, AP gain, LF gain, ...
    const rows = table.slice(1, count + 1).map((row) => row.split(' ').map(Number));
    if (rows.length < count || rows.some((row) => !(row[3] > 0 && row[4] > 0))) {
      return meta.refuse(`has ${rows.length} entries with gains in imroTbl`, `${count}`);
    }
    return rows.map((row) => [row[3], row[4]]);
  }
  if (meta.text('imChan0apGain') !== undefined) {
    const gains = [meta.number('imChan0apGain'), meta.number('imChan0lfGain', Number.NaN)] as const;
    return Array.from({ length: count }, () => gains);
  }
  // Active probes of type 1110 have their gains in the head of the table: type, columns, reference, AP gain, LF gain, filter.
  const head = (table[0] ?? '').split(',').map(Number);
  if (type === 1110 && head[3] > 0 && head[4] > 0) return Array.from({ length: count }, () => [head[3], head[4]]);
  const gain = FIXED_GAINS.get(type);
  if (gain === undefined) return meta.refuse(`is of a probe of type ${type} without imChan0apGain`, 'a known gain');
  return Array.from({ length: count }, () => [gain, Number.NaN]);
}
