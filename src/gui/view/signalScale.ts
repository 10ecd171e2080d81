/** The vertical scale of signals on screen, and where their zero lies. Pure; from a few thousand values, so that it can follow every picture. */
import { selectInPlace } from '../../core/base/arrays.ts';
import { quantiles } from '../../core/base/quantile.ts';
import { samplesPerColumn } from '../../core/base/tiles.ts';
import type { Piece } from './signalTiles.ts';

export interface SignalScale {
  /** Values that lie at the bottom and at the top of a row. */
  readonly low: number;
  readonly high: number;
  /** Subtracted from each channel before that; null for a high-passed signal, which has no offset. Filters of plugins may leave it. */
  readonly offsets: Float64Array | null;
}

/** Values that quantiles are taken of. */
const MOST_VALUES = 20_000;
/** Values of one channel that its offset is the median of. */
const OFFSET_VALUES = 101;
/** A scale that differs by less than this share stays as it was: rows that breathe while one moves about would be in the way. */
const STEADY = 0.05;

/**
 * From the 1 % to the 99 % quantile of the samples (spec/views.md 6a). Of columns, whose values are extremes, quantiles further in, the more so
 * the more samples a column sums up: rows then keep their look from scale to scale, and few columns reach into the next one.
 */
export function scaleOf(pieces: readonly Piece[], filter: string): SignalScale | null {
  const finest = finestOf(pieces);
  if (finest.length === 0) return null;
  const offsets = filter === 'high_pass' ? null : offsetsOf(finest);
  const part = Math.max(0.01, 0.12 * (1 - 0.99 ** samplesPerColumn(finest[0].tile.level)));
  const [low] = quantiles(valuesOf(finest, 'lower', offsets), [part]);
  const [high] = quantiles(valuesOf(finest, 'upper', offsets), [1 - part]);
  return high > low ? { low, high, offsets } : { low: low - 1, high: low + 1, offsets };
}

/**
 * The 1 % and the 99 % quantile of the samples that an image shows. Of columns it shows the value further from zero, mostly troughs of spikes:
 * their limits are the same on either side, so that zero keeps its colour.
 */
export function limitsOf(pieces: readonly Piece[], filter: string): SignalScale | null {
  const finest = finestOf(pieces);
  if (finest.length === 0) return null;
  const offsets = filter === 'high_pass' ? null : offsetsOf(finest);
  const [first, last] = quantiles(valuesOf(finest, 'further', offsets), [0.01, 0.99]);
  const most = Math.max(Math.abs(first), Math.abs(last));
  const [low, high] = finest[0].tile.level === 0 ? [first, last] : [-most, most];
  return high > low ? { low, high, offsets } : { low: low - 1, high: low + 1, offsets };
}

/** The scale before, as long as the new one hardly differs; offsets are always the new ones. */
export function steadyScale(before: SignalScale | null, next: SignalScale): SignalScale {
  if (before === null) return next;
  const slack = STEADY * (next.high - next.low);
  const stays = Math.abs(before.low - next.low) <= slack && Math.abs(before.high - next.high) <= slack;
  return stays ? { ...next, low: before.low, high: before.high } : next;
}

/** The pieces of the finest level: coarser ones only stand in until these are there. */
function finestOf(pieces: readonly Piece[]): readonly Piece[] {
  const finest = pieces.reduce((least, { tile }) => Math.min(least, tile.level), Infinity);
  return pieces.filter(({ tile }) => tile.level === finest);
}

/** Of each column the value that is further from zero. */
export function further(low: number, high: number): number {
  return -low > high ? low : high;
}

function valuesOf(pieces: readonly Piece[], which: 'lower' | 'upper' | 'further', offsets: Float64Array | null) {
  const columns = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const rows = pieces[0].tile.values.rows;
  // A step that is coprime to the number of rows meets all of them.
  let step = Math.max(1, Math.floor((columns * rows) / MOST_VALUES));
  while (step > 1 && greatestDivisor(step, rows) > 1) step += 1;
  const values: number[] = [];
  for (const { tile, from, to } of pieces) {
    const { lower, upper } = tile.values;
    for (let at = from * rows; at < to * rows; at += step) {
      const offset = offsets === null ? 0 : offsets[at % rows];
      const value = which === 'lower' ? lower[at] : which === 'upper' ? upper[at] : null;
      values.push(value === null ? further(lower[at] - offset, upper[at] - offset) : value - offset);
    }
  }
  return values;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Median of each channel over the pieces. */
function offsetsOf(pieces: readonly Piece[]): Float64Array {
  const rows = pieces[0].tile.values.rows;
  const columns = pieces.reduce((sum, { from, to }) => sum + to - from, 0);
  const step = Math.max(1, Math.floor(columns / OFFSET_VALUES));
  const places: { readonly piece: Piece; readonly column: number }[] = [];
  for (const piece of pieces) {
    for (let column = piece.from; column < piece.to; column += step) places.push({ piece, column });
  }
  const values = new Float64Array(places.length);
  return Float64Array.from({ length: rows }, (_, row) => {
    for (const [k, { piece, column }] of places.entries()) {
      const { lower, upper } = piece.tile.values;
      values[k] = (lower[column * rows + row] + upper[column * rows + row]) / 2;
    }
    return selectInPlace(values, values.length, values.length >> 1);
  });
}
