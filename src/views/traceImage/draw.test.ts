import { expect, test } from 'vitest';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import { HOME } from '../../gui/plot/camera.ts';
import type { ImageMark } from '../../gui/plot/scene.ts';
import type { SignalTile } from '../../gui/view/signalTiles.ts';
import { rankAt, ROWS, type TraceImageInput, traceImageScene } from './draw.ts';
import { params } from './params.ts';

/** Ten colours whose lowest byte says which one it is. */
const palette = Uint32Array.from({ length: 11 }, (_, k) => (0xff000000 | k) >>> 0);

function tile(level: number, lower: readonly number[], upper: readonly number[] = lower): SignalTile {
  const low = Float32Array.from(lower);
  const high = upper === lower ? low : Float32Array.from(upper);
  const values = { lower: low, upper: high, rows: 2 };
  return { level, index: 0, columns: lower.length / 2, values, share: 1, stage: 'done', bytes: 1 };
}
function input(shown: SignalTile, change: Partial<TraceImageInput> = {}): TraceImageInput {
  return {
    pieces: [{ tile: shown, from: 0, to: shown.columns }],
    // Channel 0 is the upper one.
    ranks: Int32Array.of(1, 0),
    sampleRate: 1000,
    duration: 1,
    limits: { low: -5, high: 5, offsets: null },
    palette,
    values: defaults(params),
    style: darkStyle(),
    home: HOME,
    ...change,
  };
}
const pixels = (given: TraceImageInput): readonly number[] => {
  const mark = traceImageScene(given).frames[0].marks[0] as ImageMark;
  return Array.from({ length: mark.columns * mark.rows }, (_, k) => mark.pixels[4 * k]);
};

test('samples take colours by the limits, rows by depth; the first row of pixels is the top', () => {
  const samples = tile(0, [-5, 0, 0, 5, 99, -99]);
  expect(pixels(input(samples))).toEqual([0, 5, 10, 5, 10, 0]);
  expect(pixels(input(samples, { values: { ...defaults(params), origin: 'top' } }))).toEqual([5, 10, 0, 0, 5, 10]);
  expect(pixels(input(samples, { values: { ...defaults(params), scaling: 2 } }))).toEqual([3, 5, 10, 5, 8, 0]);
  const offsets = Float64Array.of(5, 0);
  expect(pixels(input(samples, { limits: { low: -5, high: 5, offsets } })).slice(0, 2)).toEqual([0, 0]);
});

test('columns take the colour of the value further from zero', () => {
  expect(pixels(input(tile(3, [-4, -1, -1, 0], [1, 3, 2, 0])))).toEqual([1, 7, 8, 5]);
});

test('each piece lies at its time, part of a tile too; the same look gives the same image', () => {
  const samples = tile(
    0,
    Array.from({ length: 20 }, () => 0),
  );
  const given = input(samples, { pieces: [{ tile: samples, from: 2, to: 7 }] });
  const scene = traceImageScene(given);
  const [piece, rows] = scene.frames;
  expect(piece.box).toEqual([-0.996, -1, -0.986, 1].map((x) => expect.closeTo(x, 12)));
  expect(piece.inert).toBe(true);
  expect((piece.marks[0] as ImageMark).columns).toBe(5);
  expect(rows).toMatchObject({ id: ROWS, bounds: [0, 0, 1, 2] });
  expect(traceImageScene({ ...given }).frames[0].marks[0]).toBe(piece.marks[0]);
  expect(traceImageScene({ ...given, limits: { low: -1, high: 1, offsets: null } }).frames[0].marks[0]).not.toBe(
    piece.marks[0],
  );
});

test('rows are found again under the pointer', () => {
  expect([-3, 0.5, 1.5, 99].map((y) => rankAt(y, 2, 'bottom'))).toEqual([0, 0, 1, 1]);
  expect(rankAt(0.5, 2, 'top')).toBe(1);
});
