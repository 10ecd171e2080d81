import { expect, test } from 'vitest';
import { isFineEnough, zoomedPart } from './zoomGrid.ts';

const END = 5400;
const at = (middle: number, half: number) => zoomedPart([middle - half, middle + half], END, 512);

test('a part holds what is on screen with a margin, never coarser than a column per pixel', () => {
  expect(zoomedPart([0, END], END, 512)).toBeNull();
  for (let zoom = 1.2; zoom < 1e5; zoom *= 1.37) {
    for (const middle of [0, 17, 2600.3, END]) {
      const [from, to] = [Math.max(0, middle - END / zoom / 2), Math.min(END, middle + END / zoom / 2)];
      const part = zoomedPart([from, to], END, 512);
      if (part === null) throw new Error(`nothing at ${zoom}`);
      expect(isFineEnough(part, [from, to], (to - from) / 512)).toBe(true);
      expect(part.from).toBeLessThanOrEqual(Math.max(0, from - (to - from) / 8));
      expect(Number.isInteger(part.columns)).toBe(true);
      expect(part.columns).toBeLessThanOrEqual(3 * 512);
    }
  }
});

test('the same place in the same words while the zoom hardly changes', () => {
  expect(at(1000, 50)).toEqual(at(1001, 50.1));
  expect(at(1000, 50)).not.toEqual(at(1000, 20));
  expect(at(1000, 50)).not.toEqual(at(1400, 50));
});

test('fine enough: all that is on screen, at about a column per pixel', () => {
  const part = { from: 10, to: 20, columns: 1000 };
  expect(isFineEnough(part, [12, 18], 0.01)).toBe(true);
  expect(isFineEnough(part, [12, 18], 0.005)).toBe(false);
  expect(isFineEnough(part, [9.9, 18], 0.01)).toBe(false);
  expect(isFineEnough(part, [12, 20.1], 0.01)).toBe(false);
});
