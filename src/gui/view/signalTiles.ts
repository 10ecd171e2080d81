/** Tiles of raw data as a window keeps them, and which of them to draw for a part of the recording (core/base/tiles.ts). Pure. */
import {
  columnsOfTile,
  samplesPerColumn,
  samplesPerTile,
  type SignalStage,
  type SignalTileData,
  TILE_COLUMNS,
} from '../../core/base/tiles.ts';
import type { SignalValues } from '../plot/scene.ts';

export interface SignalTile {
  readonly level: number;
  readonly index: number;
  readonly columns: number;
  /** Of all channels in the order of their ids. Columns of which nothing was read look like the nearest one of which something was. */
  readonly values: SignalValues;
  /** Share of the samples that was read, 0 to 1. */
  readonly share: number;
  readonly stage: SignalStage;
  readonly bytes: number;
}

/** Part of a tile that is drawn: columns [from, to). */
export interface Piece {
  readonly tile: SignalTile;
  readonly from: number;
  readonly to: number;
}

/** First sample of a column of a tile. */
export function columnStart({ level, index }: SignalTile, column: number): number {
  return index * samplesPerTile(level) + column * samplesPerColumn(level);
}

/** A tile as it came, undefined when nothing of it was read yet. Unread columns are filled in place: the arrays belong to nobody else. */
export function tileOf(level: number, data: SignalTileData, stage: SignalStage): SignalTile | undefined {
  const [columns, rows] = data.lower.shape;
  const lower = data.lower.data;
  const upper = data.upper?.data ?? lower;
  const read = data.read.data;
  const share = read.reduce((sum, part) => sum + part, 0) / Math.max(1, columns);
  if (share === 0) return undefined;
  fillUnread(read, (from, to) => {
    lower.copyWithin(to * rows, from * rows, (from + 1) * rows);
    if (upper !== lower) upper.copyWithin(to * rows, from * rows, (from + 1) * rows);
  });
  return {
    level,
    index: data.index,
    columns,
    values: { lower, upper, rows },
    share,
    stage: share === 1 ? 'done' : stage,
    bytes: lower.byteLength * (upper === lower ? 1 : 2),
  };
}

/** Calls `copy` for every column of which nothing was read, with the nearest one of which something was. */
function fillUnread(read: Float32Array, copy: (from: number, to: number) => void): void {
  let before = -1;
  for (let column = 0; column < read.length; ) {
    if (read[column] > 0) {
      before = column++;
      continue;
    }
    let after = column;
    while (after < read.length && read[after] === 0) after += 1;
    for (let k = column; k < after; k++) {
      const nearer = after === read.length || (before >= 0 && k - before <= after - k) ? before : after;
      copy(nearer, k);
    }
    column = after;
  }
}

/** The level at which a column is at least `leastPx` wide and less than twice as much, for a number of samples per px. */
export function levelFor(samplesPerPixel: number, leastPx: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(samplesPerPixel * leastPx, 1e-9))));
}

export type TileLookup = (level: number, index: number) => SignalTile | undefined;

/** Finer tiles stand in for a coarse one down to so many levels, coarser ones for a fine one up to so many. */
const FINER = 3;
const COARSER = 6;

/**
 * What to draw of tiles [first, last] of a level: the tiles themselves, where they are not there yet finer or coarser ones, else nothing.
 * Pieces are in order and do not overlap.
 */
export function coverTiles(
  lookup: TileLookup,
  level: number,
  first: number,
  last: number,
  sampleCount: number,
): Piece[] {
  const pieces: Piece[] = [];
  for (let index = Math.max(0, first); index <= last; index++) {
    if (columnsOfTile(level, index, sampleCount) === 0) break;
    pieces.push(...coverOne(lookup, level, index, sampleCount));
  }
  return pieces;
}

const whole = (tile: SignalTile): Piece => ({ tile, from: 0, to: tile.columns });

function coverOne(lookup: TileLookup, level: number, index: number, sampleCount: number): readonly Piece[] {
  const own = lookup(level, index);
  if (own !== undefined && own.stage !== 'glance') return [whole(own)];
  const finer = coverFiner(lookup, level, index, sampleCount, FINER);
  if (finer.complete) return finer.pieces;
  if (own !== undefined) return [whole(own)];
  const coarser = coverCoarser(lookup, level, index);
  if (coarser === undefined) return finer.pieces;
  return finer.pieces.length === 0 ? [coarser] : mixed(finer.pieces, coarser, level, index, sampleCount);
}

/** Finer tiles in place of one: all that are there, and whether nothing is left out. */
function coverFiner(
  lookup: TileLookup,
  level: number,
  index: number,
  sampleCount: number,
  depth: number,
): { readonly pieces: readonly Piece[]; readonly complete: boolean } {
  if (level === 0 || depth === 0) return { pieces: [], complete: false };
  const pieces: Piece[] = [];
  let complete = true;
  for (const child of [2 * index, 2 * index + 1]) {
    if (columnsOfTile(level - 1, child, sampleCount) === 0) continue;
    const tile = lookup(level - 1, child);
    if (tile !== undefined && tile.stage !== 'glance') {
      pieces.push(whole(tile));
      continue;
    }
    const finer = coverFiner(lookup, level - 1, child, sampleCount, depth - 1);
    pieces.push(...finer.pieces);
    complete &&= finer.complete;
  }
  return { pieces, complete };
}

/** The part of the nearest coarser tile that lies where a tile would. */
function coverCoarser(lookup: TileLookup, level: number, index: number): Piece | undefined {
  for (let up = 1; up <= COARSER; up++) {
    const tile = lookup(level + up, Math.floor(index / 2 ** up));
    if (tile === undefined) continue;
    const columns = TILE_COLUMNS / 2 ** up;
    const from = (index % 2 ** up) * columns;
    if (from >= tile.columns) return undefined;
    return { tile, from, to: Math.min(tile.columns, from + columns) };
  }
  return undefined;
}

/** Finer pieces where there are some, the coarser one in between. */
function mixed(
  finer: readonly Piece[],
  coarser: Piece,
  level: number,
  index: number,
  sampleCount: number,
): readonly Piece[] {
  const { tile } = coarser;
  const columnSamples = samplesPerColumn(tile.level);
  const pieces: Piece[] = [];
  const fill = (start: number, end: number): void => {
    const from = Math.ceil((start - columnStart(tile, 0)) / columnSamples);
    const to = Math.min(tile.columns, Math.floor((end - columnStart(tile, 0)) / columnSamples));
    if (to > from) pieces.push({ tile, from, to });
  };
  let at = index * samplesPerTile(level);
  const end = Math.min(at + samplesPerTile(level), Math.ceil(sampleCount / columnSamples) * columnSamples);
  for (const piece of finer) {
    fill(at, columnStart(piece.tile, piece.from));
    pieces.push(piece);
    at = columnStart(piece.tile, piece.to);
  }
  fill(at, end);
  return pieces;
}

/** Whether pieces leave out nothing of samples [start, end). */
export function covers(pieces: readonly Piece[], start: number, end: number): boolean {
  let at = start;
  for (const { tile, from, to } of pieces) {
    if (columnStart(tile, from) > at) return false;
    at = Math.max(at, columnStart(tile, to));
    if (at >= end) return true;
  }
  return at >= end;
}

/** Whether nothing better will come for samples [start, end): all of it is there, as fine as `level` asks for, and read to the end. */
export function isSharp(pieces: readonly Piece[], level: number, start: number, end: number): boolean {
  const onScreen = pieces.filter(
    ({ tile, from, to }) => columnStart(tile, from) < end && columnStart(tile, to) > start,
  );
  return covers(onScreen, start, end) && onScreen.every(({ tile }) => tile.level <= level && tile.stage === 'done');
}

/** Smallest and largest value of a channel in the column that holds a sample, the same for a single sample; null where nothing is known. */
export function valuesAt(
  pieces: readonly Piece[],
  channel: number,
  sample: number,
): readonly [low: number, high: number] | null {
  for (const { tile, from, to } of pieces) {
    const column = Math.floor((sample - columnStart(tile, 0)) / samplesPerColumn(tile.level));
    if (column < from || column >= to) continue;
    const { lower, upper, rows } = tile.values;
    return [lower[column * rows + channel], upper[column * rows + channel]];
  }
  return null;
}
