/**
 * Raw data compressed with mtscomp (spec/data.md 7): a `.ch` file of JSON beside a `.cbin` of zlib streams, one per chunk of about a second.
 * Chunks are unpacked when they are needed, and kept up to a number of bytes.
 */
import { PhyError } from '../base/errors.ts';
import { ByteLru } from '../base/lru.ts';
import type { TypedArray } from '../base/nd.ts';
import { baseName } from '../storage/paths.ts';
import type { Inflate, RandomAccess, ReadProgress, Storage } from '../storage/storage.ts';
import { type ElementType, elementType, parseElementType, samplesOf } from './elements.ts';
import { pickColumns, type RawSource, type Strides } from './rawSource.ts';

/** What a `.ch` file says. */
export interface MtscompHeader {
  readonly type: ElementType;
  readonly columnCount: number;
  /** Hz */
  readonly sampleRate: number;
  /** First sample of each chunk and the end. */
  readonly chunkBounds: Float64Array;
  /** First byte of each chunk in the .cbin and the end. */
  readonly chunkOffsets: Float64Array;
  /** `F`: each column of a chunk is contiguous. */
  readonly order: 'C' | 'F';
  readonly timeDifference: boolean;
  readonly spatialDifference: boolean;
}

/** `a.ap.cbin` -> `a.ap.ch` */
export const headerPathOf = (dataPath: string): string => `${dataPath.replace(/\.[^./\\]*$/, '')}.ch`;

type Json = Readonly<Record<string, unknown>>;

function bad(name: string, found: string, expected: string): PhyError {
  return new PhyError('input', `${name} has ${found}, expected ${expected}. Copy it again from where it was made.`, {
    file: name,
    found,
    expected,
  });
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry));

/** Bounds or offsets: whole numbers from 0 on that never go back. */
function risingList(header: Json, key: string, name: string): Float64Array {
  const list = header[key];
  if (!isNumbers(list) || list.length === 0 || list[0] !== 0) {
    throw bad(name, `no usable ${key}`, 'a list of whole numbers that begins with 0');
  }
  if (list.some((value, k) => k > 0 && value < list[k - 1])) throw bad(name, `${key} that go back`, 'a rising list');
  return Float64Array.from(list);
}

/** Reads the text of a `.ch` file. Throws `input` naming the key that is missing or wrong. */
export function parseMtscompHeader(text: string, name: string): MtscompHeader {
  let header: Json;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('no object');
    header = { ...parsed };
  } catch {
    throw bad(name, 'text that is not JSON', 'the header of compressed raw data');
  }
  if (header.algorithm !== undefined && header.algorithm !== 'zlib') {
    throw bad(name, `algorithm ${JSON.stringify(header.algorithm)}`, 'zlib');
  }
  const type = typeof header.dtype === 'string' ? parseElementType(header.dtype) : undefined;
  if (type === undefined) throw bad(name, `dtype ${JSON.stringify(header.dtype ?? null)}`, 'a number type');
  const { n_channels: columnCount, sample_rate: sampleRate } = header;
  if (typeof columnCount !== 'number' || !Number.isInteger(columnCount) || columnCount < 1) {
    throw bad(name, `n_channels ${JSON.stringify(columnCount ?? null)}`, 'a number of channels');
  }
  const chunkBounds = risingList(header, 'chunk_bounds', name);
  const chunkOffsets = risingList(header, 'chunk_offsets', name);
  if (chunkBounds.length !== chunkOffsets.length) {
    throw bad(name, `${chunkBounds.length} chunk_bounds`, `${chunkOffsets.length} as there are chunk_offsets`);
  }
  return {
    type,
    columnCount,
    sampleRate: typeof sampleRate === 'number' && sampleRate > 0 ? sampleRate : 1,
    chunkBounds,
    chunkOffsets,
    // Old files do not say; they were written row by row.
    order: header.chunk_order === 'F' ? 'F' : 'C',
    timeDifference: header.do_time_diff === true,
    spatialDifference: header.do_spatial_diff === true,
  };
}

/** Adds up differences in place, in the type of the numbers with its wrap-around: first over columns, then over time. */
export function undoDifferences(
  values: TypedArray,
  sampleCount: number,
  columnCount: number,
  { sampleStride, columnStride }: Strides,
  header: Pick<MtscompHeader, 'timeDifference' | 'spatialDifference'>,
): void {
  const accumulate = (lines: number, lineStride: number, length: number, step: number): void => {
    for (let line = 0; line < lines; line++) {
      let at = line * lineStride + step;
      for (let k = 1; k < length; k++, at += step) values[at] += values[at - step];
    }
  };
  if (header.spatialDifference) accumulate(sampleCount, sampleStride, columnCount, columnStride);
  if (!header.timeDifference) return;
  // Along the memory, whichever way it lies.
  if (sampleStride === 1) accumulate(columnCount, columnStride, sampleCount, 1);
  else for (let at = columnCount; at < sampleCount * columnCount; at++) values[at] += values[at - columnCount];
}

/** A difference of unsigned 64-bit numbers that goes down is a huge number; as a signed one it is what it was. */
const summedType = (type: ElementType): ElementType =>
  type.name === 'uint64' ? elementType('int64', type.bigEndian) : type;

/** Twenty chunks of a Neuropixels probe: those that sampled waveforms come from (spec/data.md 9) stay unpacked. */
const CACHE_BYTES = 480 * 2 ** 20;

/** Opens a `.cbin` with its `.ch`. Throws `input` when one of them is missing or they do not fit. The file stays open until `close`. */
export async function openMtscomp(
  storage: Storage,
  dataPath: string,
  cacheBytes = CACHE_BYTES,
): Promise<{ readonly header: MtscompHeader; readonly source: RawSource }> {
  const headerPath = headerPathOf(dataPath);
  const name = baseName(headerPath);
  if ((await storage.stat(headerPath)) === undefined) {
    const message = `${headerPath} was not found: without it ${baseName(dataPath)} cannot be read. Copy it from where that was made.`;
    throw new PhyError('input', message, { file: name });
  }
  const text = new TextDecoder().decode(await storage.readAll(headerPath));
  const header = parseMtscompHeader(text, name);
  const file = await storage.open(dataPath);
  const needed = header.chunkOffsets[header.chunkOffsets.length - 1];
  if (needed > file.size) {
    await file.close();
    throw bad(
      baseName(dataPath),
      `${file.size.toLocaleString('en')} bytes`,
      `${needed.toLocaleString('en')} by ${name}`,
    );
  }
  return { header, source: new MtscompSource(header, file, storage.inflate, cacheBytes) };
}

class MtscompSource implements RawSource {
  readonly sampleCount: number;
  readonly columnCount: number;
  private readonly header: MtscompHeader;
  private readonly file: RandomAccess;
  private readonly inflate: Inflate;
  private readonly known: ByteLru<TypedArray>;
  /** Chunks that are being unpacked: two requests for one wait for the same. */
  private readonly pending = new Map<number, Promise<TypedArray>>();

  constructor(header: MtscompHeader, file: RandomAccess, inflate: Inflate, cacheBytes: number) {
    this.header = header;
    this.file = file;
    this.inflate = inflate;
    this.known = new ByteLru(cacheBytes);
    this.columnCount = header.columnCount;
    this.sampleCount = header.chunkBounds[header.chunkBounds.length - 1];
  }

  chunkBounds(): Float64Array {
    return this.header.chunkBounds;
  }

  async read(start: number, end: number, columns: ArrayLike<number>, progress?: ReadProgress): Promise<Float32Array> {
    const first = Math.min(Math.max(start, 0), this.sampleCount);
    const last = Math.min(Math.max(end, first), this.sampleCount);
    const data = new Float32Array((last - first) * columns.length);
    await this.copy([{ start: first, end: last, at: 0 }], columns, data, progress);
    return data;
  }

  async windows(
    spikeSamples: ArrayLike<number>,
    before: number,
    sampleCount: number,
    columns: ArrayLike<number>,
    progress?: ReadProgress,
  ): Promise<Float32Array> {
    const size = sampleCount * columns.length;
    const data = new Float32Array(spikeSamples.length * size);
    const pieces = Array.from(spikeSamples, (sample, spike): Piece => {
      const start = sample - before;
      const first = Math.min(Math.max(start, 0), this.sampleCount);
      const end = Math.min(Math.max(start + sampleCount, first), this.sampleCount);
      return { start: first, end, at: spike * size + (first - start) * columns.length };
    });
    await this.copy(pieces, columns, data, progress);
    return data;
  }

  async close(): Promise<void> {
    this.known.clear();
    await this.file.close();
  }

  /** Copies pieces of the recording, unpacking each chunk once: the next one is on its way while one is copied from. */
  private async copy(
    pieces: readonly Piece[],
    columns: ArrayLike<number>,
    data: Float32Array,
    progress: ReadProgress | undefined,
  ): Promise<void> {
    const byChunk = this.split(pieces);
    const chunks = [...byChunk.keys()].sort((a, b) => a - b);
    let next = chunks.length > 0 ? this.chunk(chunks[0]) : null;
    for (const [k, chunk] of chunks.entries()) {
      await progress?.();
      const values = await next;
      // A request that is cancelled meanwhile must not leave a failure that nobody hears.
      next = k + 1 < chunks.length ? this.chunk(chunks[k + 1]) : null;
      next?.catch(() => undefined);
      if (values === null) continue;
      const from = this.header.chunkBounds[chunk];
      for (const { start, end, piece } of byChunk.get(chunk) ?? []) {
        const at = piece.at + (start - piece.start) * columns.length;
        pickColumns(values, this.strides(chunk), start - from, end - start, columns, data, at);
      }
    }
  }

  /** The pieces cut at the bounds of chunks. */
  private split(pieces: readonly Piece[]): ReadonlyMap<number, readonly CutPiece[]> {
    const { chunkBounds } = this.header;
    const byChunk = new Map<number, CutPiece[]>();
    for (const piece of pieces) {
      for (let sample = piece.start; sample < piece.end; ) {
        const chunk = chunkAt(chunkBounds, sample);
        const end = Math.min(piece.end, chunkBounds[chunk + 1]);
        const cut = { start: sample, end, piece };
        const list = byChunk.get(chunk);
        if (list === undefined) byChunk.set(chunk, [cut]);
        else list.push(cut);
        sample = end;
      }
    }
    return byChunk;
  }

  private strides(chunk: number): Strides {
    const samples = this.header.chunkBounds[chunk + 1] - this.header.chunkBounds[chunk];
    return this.header.order === 'F'
      ? { sampleStride: 1, columnStride: samples }
      : { sampleStride: this.columnCount, columnStride: 1 };
  }

  /** The numbers of a chunk, as they lie in the file. */
  private chunk(index: number): Promise<TypedArray> {
    const known = this.known.get(String(index));
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.pending.get(index);
    if (pending !== undefined) return pending;
    const made = this.unpack(index).finally(() => this.pending.delete(index));
    this.pending.set(index, made);
    return made;
  }

  private async unpack(index: number): Promise<TypedArray> {
    const { header, file } = this;
    const [from, to] = [header.chunkOffsets[index], header.chunkOffsets[index + 1]];
    const samples = header.chunkBounds[index + 1] - header.chunkBounds[index];
    const packed = new Uint8Array(to - from);
    await file.read(from, packed);
    let bytes: Uint8Array;
    try {
      bytes = await this.inflate(packed, samples * this.columnCount * header.type.bytes);
    } catch {
      const where = `${index + 1} of ${header.chunkBounds.length - 1}`;
      throw bad(baseName(file.name), `a damaged chunk (${where})`, 'a zlib stream of the size its .ch says');
    }
    const values = samplesOf(bytes, summedType(header.type));
    undoDifferences(values, samples, this.columnCount, this.strides(index), header);
    this.known.set(String(index), values, values.byteLength);
    return values;
  }
}

/** Samples [start, end) that go to number `at` of the result. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly at: number;
}
/** The part of a piece that lies in one chunk. */
interface CutPiece {
  readonly start: number;
  readonly end: number;
  readonly piece: Piece;
}

/** The chunk that holds a sample of the recording. */
function chunkAt(bounds: Float64Array, sample: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bounds[middle] <= sample) low = middle;
    else high = middle - 1;
  }
  return low;
}
