/** Arrays as text that spreadsheets and numpy.loadtxt read. */
import type { NdArray } from '../base/nd.ts';

/** Values turned into text at a time, so that no single string grows with the data. */
const VALUES_PER_PIECE = 1 << 16;

/**
 * Comma-separated lines without a header, in pieces: a vector has one value per line, a matrix one row per line. A line of an array with
 * more axes is a row along the last axis, preceded by its place along the others. Missing values are `nan`.
 */
export function* csvPieces({ dtype, shape, data }: NdArray): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const width = shape.length < 2 ? 1 : (shape.at(-1) ?? 1);
  const outer = shape.length > 2 ? shape.slice(0, -1) : [];
  const write = (value: number): string => (dtype === 'bool' ? String(value !== 0) : textOf(value));
  const rows = width === 0 ? 0 : data.length / width;
  const step = Math.max(1, Math.floor(VALUES_PER_PIECE / Math.max(width, 1)));
  for (let start = 0; start < rows; start += step) {
    let text = '';
    for (let row = start; row < Math.min(start + step, rows); row++) {
      const values = Array.from(data.subarray(row * width, (row + 1) * width), write);
      text += `${[...placeOf(row, outer), ...values].join(',')}\n`;
    }
    yield encoder.encode(text);
  }
}

const textOf = (value: number): string =>
  Number.isNaN(value) ? 'nan' : value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);

/** Place of a row along each of the outer axes. */
function placeOf(row: number, axes: readonly number[]): readonly number[] {
  const place: number[] = [];
  let rest = row;
  for (const length of [...axes].reverse()) {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return place;
}
