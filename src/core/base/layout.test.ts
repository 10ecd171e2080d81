import { expect, test } from 'vitest';
import { TakenRoom, cellBox, niceBelow } from './layout.ts';

test('cells share the plot, with gaps and captions in pixels', () => {
  const grid = { rows: 2, columns: 2, width: 210, height: 110, gap: 10, caption: 20 };
  // Each cell is 100 x 50 px, the upper 20 px of it free.
  expect(cellBox(grid, 0, 0).map((v) => Math.round(v * 1e6) / 1e6)).toEqual([
    -1,
    Math.round((1 - 100 / 110) * 1e6) / 1e6,
    Math.round((200 / 210 - 1) * 1e6) / 1e6,
    Math.round((1 - 40 / 110) * 1e6) / 1e6,
  ]);
  expect(cellBox(grid, 1, 1)[1]).toBeCloseTo(-1, 12);
  expect(cellBox(grid, 1, 1)[2]).toBeCloseTo(1, 12);
  const tiny = cellBox({ rows: 4, columns: 4, width: 3, height: 3, gap: 4 }, 3, 3);
  expect(tiny.every(Number.isFinite)).toBe(true);
});

test('nice numbers below a limit', () => {
  expect([1, 1.9, 2, 4.99, 5, 9, 10, 37, 0.07].map(niceBelow)).toEqual([1, 1, 2, 2, 5, 5, 10, 20, 0.05]);
});

test('labels get room only where nothing is, whatever rows they lie in', () => {
  const room = new TakenRoom(12);
  room.take([0, 0, 10, 100]);
  expect(room.takeIfFree([5, 90, 20, 102])).toBe(false);
  expect(room.takeIfFree([10, 0, 20, 12])).toBe(true);
  expect(room.takeIfFree([12, 6, 14, 8])).toBe(false);
  expect(room.takeIfFree([0, -13, 20, 0])).toBe(true);
});
