import { describe, expect, test } from 'vitest';
import { RowImage, linesOfAtLeast, widen } from './rowImage.ts';

const levels = (...values: number[]) => Float32Array.from(values);
const at = (image: RowImage, x: number, y: number) =>
  Array.from(image.bytes.subarray(4 * (y * image.width + x), 4 * (y * image.width + x) + 4));
const RED = [1, 0, 0, 1] as const;
const BLUE = [0, 0, 1, 1] as const;

test('widen sums neighbours: nothing is lost, also at the ends', () => {
  const pixels = levels(1, 0, 0, 0, 2, 0, 0, 4);
  const wide = (width: number) => {
    const into = new Float32Array(8);
    widen(pixels, width, into);
    return Array.from(into);
  };
  expect(wide(1)).toEqual([1, 0, 0, 0, 2, 0, 0, 4]);
  expect(wide(2)).toEqual([1, 0, 0, 2, 2, 0, 4, 4]);
  expect(wide(3)).toEqual([1, 1, 0, 2, 2, 2, 4, 4]);
  expect(wide(40)).toEqual(Array.from({ length: 8 }, () => 7));
});

describe('RowImage', () => {
  test('rows are as opaque as they are bright, and cut off at the edges of the picture', () => {
    const image = new RowImage(3, 4);
    image.row(levels(0, 0.5, 1), RED, 0.8, [-2, 2]);
    expect([0, 1, 2].map((x) => at(image, x, 1))).toEqual([
      [0, 0, 0, 0],
      [255, 0, 0, 102],
      [255, 0, 0, 204],
    ]);
    expect(at(image, 2, 2)).toEqual([0, 0, 0, 0]);
    image.row(levels(1, 1, 1), BLUE, 1, [3, 3]);
    expect(at(image, 0, 3)).toEqual([0, 0, 255, 255]);
    image.row(levels(1, 1, 1), BLUE, 1, [9, 12]);
  });
  test('rows that share a line are mixed by brightness', () => {
    const image = new RowImage(3, 1);
    const rows = [
      { levels: levels(0, 0.4, 1), color: RED },
      { levels: levels(0, 0.4, 0), color: BLUE },
    ];
    image.mixture(rows, 1, 0);
    expect([0, 1, 2].map((x) => at(image, x, 0))).toEqual([
      [0, 0, 0, 0],
      [128, 0, 128, 102],
      [255, 0, 0, 255],
    ]);
  });
  test('an opaque row covers what was there, with a band about it', () => {
    const image = new RowImage(2, 5);
    image.row(levels(1, 1), BLUE, 1, [0, 5]);
    image.opaqueRow(levels(0, 1), RED, [0, 0, 0], 0.2, [1, 4], [2, 3]);
    expect([0, 1, 2, 3, 4].map((y) => [at(image, 0, y)[0], at(image, 1, y)[0]])).toEqual([
      [0, 0],
      [51, 51],
      [51, 255],
      [51, 51],
      [0, 0],
    ]);
    image.opaqueRow(null, RED, [0, 1, 0], 0, [0, 1], [0, 1]);
    expect(at(image, 1, 0)).toEqual([0, 255, 0, 255]);
  });
});

test('linesOfAtLeast: at least so many lines, less where the next one is nearer, never two rows on one line', () => {
  expect(linesOfAtLeast([10], { top: 0, rowHeight: 0.5 }, 3)).toEqual([[4, 7]]);
  expect(linesOfAtLeast([10], { top: 4, rowHeight: 20 }, 3)).toEqual([[120, 140]]);
  const crowded = linesOfAtLeast([10, 11, 12, 13, 20], { top: 0, rowHeight: 1 }, 3);
  expect(crowded.map(([from, to]) => to - from)).toEqual([2, 1, 1, 2, 3]);
  for (let k = 1; k < crowded.length; k++) expect(crowded[k][0]).toBeGreaterThanOrEqual(crowded[k - 1][1]);
});
