/**
 * Tiles of raw data at every scale (core/base/tiles.ts), made when they are asked for and kept within a limit of bytes. A request works for a
 * short while and answers what it has, coarse first; asked again it goes on.
 *
 * Columns are those of the filtered trace (signal.ts). Up to WHOLE_SAMPLES samples a column is read completely. Longer ones are sampled: a
 * few stretches each, evenly spread, so that hours are seen in moments; how much was read is part of the answer.
 */
import { ByteLru } from '../base/lru.ts';
import { columnsOfTile, samplesPerColumn, type SignalStage, TILE_COLUMNS } from '../base/tiles.ts';
import type { Dataset, ReadProgress } from '../dataset/dataset.ts';
import type { FilterName } from './filter.ts';
import { throughForeign } from './foreignFilter.ts';
import { blockSamples, contextSamples, emptyEnvelopes, foldPair, readPairs, type SignalSource } from './signal.ts';

/** A request answers after about so long. */
const SLICE_MS = 100;
/** Columns of up to so many samples are read completely. */
const WHOLE_SAMPLES = 4096;
/** Length of one stretch of a longer column, and how many of them are read when there is time. */
const STRETCH_SAMPLES = 256;
const MOST_STRETCHES = 8;
/** Stretches are read with this much around them: what is left of a step of the raw data is then less than a hundredth. */
const STRETCH_CONTEXT_SECONDS = 0.01;
/**
 * So many columns are glanced at, a stretch each, before so many values or more are read completely: about 0.3 s of work. Two in each tile of a
 * large window where it is less, but more than one request has time for: half a picture would be empty meanwhile.
 */
const GLANCES = [
  { values: 25_000_000, columns: 64 },
  { values: 6_000_000, columns: 16 },
];

export interface PyramidTile {
  readonly level: number;
  readonly index: number;
  readonly columns: number;
  /** float32 [column][channel]; NaN where nothing was read yet. At level 0 both are the same array. */
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /** Samples read of each column. */
  readonly read: Float64Array;
}

export interface TileRequest {
  readonly filter: FilterName;
  readonly level: number;
  /** Index of the first tile. */
  readonly first: number;
  readonly count: number;
  /** Goes on with further stretches when something was read of every column. */
  readonly refine: boolean;
}

export interface Tiles {
  readonly tiles: readonly PyramidTile[];
  readonly stage: SignalStage;
}

/** The tiles of one recording. */
export class SignalPyramid {
  private readonly source: Omit<SignalSource, 'filter'>;
  private readonly foreign: Pick<Dataset, 'filters'>;
  private readonly tiles: ByteLru<PyramidTile>;

  /** `foreign` holds the filters of plugins. */
  constructor(source: Omit<SignalSource, 'filter'>, maxBytes: number, foreign: Pick<Dataset, 'filters'> = {}) {
    this.source = source;
    this.foreign = foreign;
    this.tiles = new ByteLru(maxBytes);
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.tiles.bytes;
  }

  /** Works on the tiles for a while (at least on one piece of them) and returns them as they are then. */
  async improve(request: TileRequest, progress: ReadProgress): Promise<Tiles> {
    const source = throughForeign({ ...this.source, filter: request.filter }, this.foreign);
    const run = new TileRun(this.tilesOf(request), request.level, source);
    const deadline = performance.now() + SLICE_MS;
    for (const work of run.plan(request.refine)) {
      await work(progress);
      if (performance.now() >= deadline) break;
    }
    return { tiles: run.tiles, stage: run.stage() };
  }

  private tilesOf({ filter, level, first, count }: TileRequest): PyramidTile[] {
    const tiles: PyramidTile[] = [];
    for (let index = first; index < first + count; index++) {
      if (columnsOfTile(level, index, this.source.traces.sampleCount) > 0) tiles.push(this.tile(filter, level, index));
    }
    return tiles;
  }

  private tile(filter: FilterName, level: number, index: number): PyramidTile {
    const key = keyOf(filter, level, index);
    const known = this.tiles.get(key);
    if (known !== undefined) return known;
    const width = this.source.channelIds.length;
    const tile = newTile(level, index, columnsOfTile(level, index, this.source.traces.sampleCount), width);
    for (const half of [0, 1] as const) {
      const child = level === 0 ? undefined : this.tiles.get(keyOf(filter, level - 1, 2 * index + half));
      if (child !== undefined) takeOver(tile, child, half, width);
    }
    this.tiles.set(key, tile, tile.lower.byteLength * (level === 0 ? 1 : 2) + tile.read.byteLength + 256);
    return tile;
  }
}

const keyOf = (filter: FilterName, level: number, index: number): string => `${filter} ${level} ${index}`;

function newTile(level: number, index: number, columns: number, width: number): PyramidTile {
  const lower = new Float32Array(columns * width).fill(Number.NaN);
  const upper = level === 0 ? lower : new Float32Array(columns * width).fill(Number.NaN);
  return { level, index, columns, lower, upper, read: new Float64Array(columns) };
}

/** What a tile of half the column length knows of one half of this one. */
function takeOver(tile: PyramidTile, child: PyramidTile, half: 0 | 1, width: number): void {
  for (let column = 0; column < child.columns; column++) {
    if (child.read[column] === 0) continue;
    const to = half * (TILE_COLUMNS / 2) + (column >> 1);
    merge(tile, to, child, column, width);
    tile.read[to] += child.read[column];
  }
}

/** Widens a column by another one; `read` is left to the caller. */
function merge(
  tile: PyramidTile,
  column: number,
  by: { readonly lower: Float32Array; readonly upper: Float32Array },
  from: number,
  width: number,
): void {
  const { lower, upper } = tile;
  const isFirst = tile.read[column] === 0;
  for (let c = 0; c < width; c++) {
    const to = column * width + c;
    const low = by.lower[from * width + c];
    const high = by.upper[from * width + c];
    if (isFirst || low < lower[to]) lower[to] = low;
    if (isFirst || high > upper[to]) upper[to] = high;
  }
}

/** Numbers below `count` such that any first part of them is spread evenly: bits reversed. */
function coarseFirst(count: number): number[] {
  const bits = Math.ceil(Math.log2(Math.max(1, count)));
  const order: number[] = [];
  for (let k = 0; k < 2 ** bits; k++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) if ((k >> bit) & 1) reversed += 2 ** (bits - 1 - bit);
    if (reversed < count) order.push(reversed);
  }
  return order;
}
const STRETCH_ORDER = coarseFirst(MOST_STRETCHES);

type Work = (progress: ReadProgress) => Promise<void>;

/** Neighbouring tiles of one level, as one row of columns. */
class TileRun {
  readonly tiles: readonly PyramidTile[];
  private readonly level: number;
  private readonly source: SignalSource;
  private readonly width: number;
  private readonly columns: number;
  /** First sample of the first tile. */
  private readonly start: number;

  constructor(tiles: readonly PyramidTile[], level: number, source: SignalSource) {
    this.tiles = tiles;
    this.level = level;
    this.source = source;
    this.width = source.channelIds.length;
    this.columns = tiles.reduce((sum, tile) => sum + tile.columns, 0);
    this.start = (tiles[0]?.index ?? 0) * TILE_COLUMNS * samplesPerColumn(level);
  }

  stage(): SignalStage {
    const enough = this.isWhole ? Infinity : MOST_STRETCHES * STRETCH_SAMPLES;
    let stage: SignalStage = 'done';
    for (let column = 0; column < this.columns; column++) {
      if (this.read(column) >= Math.min(this.size(column), enough)) continue;
      if (this.isWhole || this.read(column) === 0) return 'glance';
      stage = 'shown';
    }
    return stage;
  }

  /** Pieces of work, the most useful first. Each looks at what is there when its turn comes. */
  *plan(refine: boolean): Generator<Work> {
    if (this.isWhole) {
      yield* this.glance();
      yield* this.blocks();
      return;
    }
    const order = coarseFirst(this.columns);
    for (let count = 1; count <= (refine ? MOST_STRETCHES : 1); count++) {
      for (const column of order) {
        const size = this.size(column);
        if (this.read(column) >= Math.min(count * STRETCH_SAMPLES, size)) continue;
        // The last column may be short.
        if (size <= WHOLE_SAMPLES) yield (progress) => this.block([column, column + 1], progress);
        else yield (progress) => this.stretch(column, progress);
      }
    }
  }

  private get isWhole(): boolean {
    return samplesPerColumn(this.level) <= WHOLE_SAMPLES;
  }
  /** Samples that a column has: fewer at the end of the recording. */
  private size(column: number): number {
    const samples = samplesPerColumn(this.level);
    return Math.min(samples, this.source.traces.sampleCount - this.start - column * samples);
  }
  private tileOf(column: number): PyramidTile {
    return this.tiles[Math.floor(column / TILE_COLUMNS)];
  }
  private read(column: number): number {
    return this.tileOf(column).read[column % TILE_COLUMNS];
  }
  private isRead(column: number): boolean {
    return this.read(column) >= this.size(column);
  }

  /** A few columns, spread evenly, when reading all of them takes long and nothing much is there yet. */
  private *glance(): Generator<Work> {
    let missing = 0;
    for (let column = 0; column < this.columns; column++) if (this.read(column) === 0) missing += this.size(column);
    const glance = GLANCES.find(({ values }) => missing * this.width >= values);
    if (glance === undefined) return;
    const step = this.columns / glance.columns;
    for (const k of coarseFirst(glance.columns)) {
      const column = Math.floor((k + 0.5) * step);
      if (this.read(column) === 0) yield (progress) => this.stretch(column, progress);
    }
  }

  /** Columns that are not complete, as many at once as are worth it. */
  private *blocks(): Generator<Work> {
    const samples = samplesPerColumn(this.level);
    const most = Math.max(1, Math.floor(blockSamples(this.source) / samples));
    for (let from = 0; from < this.columns; ) {
      if (this.isRead(from)) {
        from += 1;
        continue;
      }
      let to = from + 1;
      while (to < this.columns && to - from < most && !this.isRead(to)) to += 1;
      const block: readonly [number, number] = [from, to];
      yield (progress) => this.block(block, progress);
      from = to;
    }
  }

  /** Reads columns [from, to) completely. They are put into their tiles in one go: nobody sees some channels without the others. */
  private async block([from, to]: readonly [number, number], progress: ReadProgress): Promise<void> {
    const samples = samplesPerColumn(this.level);
    const edges = [0];
    for (let column = from; column < to; column++) edges.push((column - from) * samples + this.size(column));
    const start = this.start + from * samples;
    const found = emptyEnvelopes((to - from) * this.width);
    const range = [start, start + edges[to - from]] as const;
    await readPairs(this.source, range, contextSamples(this.source), progress, (pair) =>
      foldPair(pair, edges, 0, this.width, found),
    );
    for (let column = from; column < to; column++) {
      const tile = this.tileOf(column);
      const at = column % TILE_COLUMNS;
      tile.read[at] = 0;
      merge(tile, at, found, column - from, this.width);
      tile.read[at] = this.size(column);
    }
  }

  /** Reads one more stretch of a column, never all of it: what is complete was read with all of its surroundings. */
  private async stretch(column: number, progress: ReadProgress): Promise<void> {
    const before = this.read(column);
    const size = this.size(column);
    const length = Math.min(STRETCH_SAMPLES, Math.ceil(size / 2));
    const place = STRETCH_ORDER[Math.floor(before / STRETCH_SAMPLES) % MOST_STRETCHES];
    const offset = Math.floor((place * (size - length)) / MOST_STRETCHES);
    const start = this.start + column * samplesPerColumn(this.level) + offset;
    const found = emptyEnvelopes(this.width);
    const context = contextSamples(this.source, STRETCH_CONTEXT_SECONDS);
    await readPairs(this.source, [start, start + length], context, progress, (pair) =>
      foldPair(pair, [0, length], 0, this.width, found),
    );
    // Another request may have read it meanwhile.
    if (this.read(column) !== before) return;
    const tile = this.tileOf(column);
    merge(tile, column % TILE_COLUMNS, found, 0, this.width);
    tile.read[column % TILE_COLUMNS] = before + length;
  }
}
