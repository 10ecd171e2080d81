import { expect, test } from 'vitest';
import type { CoverState } from './signalCover.ts';
import { busyOf } from './timeView.ts';

test('data are on their way until the picture is sharp, not only until nothing of it is empty', () => {
  const values = { lower: new Float32Array(256), upper: new Float32Array(256), rows: 1 };
  const tile = { level: 5, index: 0, columns: 256, values, share: 0.1, stage: 'glance', bytes: 1 } as const;
  const state: CoverState = { pieces: [], ranks: null, region: [0, 8192], sharp: false, share: 1 };
  const pieces = [{ tile, from: 0, to: 256 }];
  expect(busyOf(state)).toBe('wholly');
  expect(busyOf({ ...state, pieces })).toBe('partly');
  expect(busyOf({ ...state, pieces, sharp: true })).toBeNull();
});
