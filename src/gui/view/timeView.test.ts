import { expect, test } from 'vitest';
import { fakeClient } from '../../../tests/fixtures/fakeClient.ts';
import { intervalParams } from '../../core/base/viewParams.ts';
import { createViewInstance } from './createView.ts';
import type { CoverState } from './signalCover.ts';
import { signalStoreOf } from './signalStore.ts';
import { busyOf, timeTipText } from './timeView.ts';

test('data are on their way until the picture is sharp, not only until nothing of it is empty', () => {
  const values = { lower: new Float32Array(256), upper: new Float32Array(256), rows: 1 };
  const tile = { level: 5, index: 0, columns: 256, values, share: 0.1, stage: 'glance', bytes: 1 } as const;
  const state: CoverState = { pieces: [], ranks: null, region: [0, 8192], sharp: false, share: 1 };
  const pieces = [{ tile, from: 0, to: 256 }];
  expect(busyOf(state)).toBe('wholly');
  expect(busyOf({ ...state, pieces })).toBe('partly');
  expect(busyOf({ ...state, pieces, sharp: true })).toBeNull();
});

test('the tooltip has channel, time and value as they are drawn: less the offset, in µV where the gain is known', () => {
  const client = fakeClient();
  const spec = { name: 'TraceView', query: 'none', params: intervalParams, maxClusters: 0, actions: [], gestures: [] };
  const view = createViewInstance({ ...spec, missing: () => null, Component: () => null }, 'TraceView', client);
  const values = { lower: Float32Array.of(1, -20, 3, -40), upper: Float32Array.of(1, 25.56, 3, -40), rows: 2 };
  const tile = { level: 4, index: 0, columns: 2, values, share: 1, stage: 'done', bytes: 1 } as const;
  const pieces = [{ tile, from: 0, to: 2 }];
  const tip = (channel: number | undefined, sample: number, offsets: Float64Array | null = null) =>
    timeTipText(view, channel, 2.5, { pieces, sample, offsets });
  expect(tip(1, 15)).toBe('11 · 2.5000 s · −20 to 25.6 raw units');
  expect(tip(1, 16)).toBe('11 · 2.5000 s · −40 raw units');
  expect(tip(1, 16, Float64Array.of(0, 10))).toBe('11 · 2.5000 s · −50 raw units');
  signalStoreOf(client).state.setState({ microvolts: Float64Array.of(1, 2.34375) });
  expect(tip(1, 16)).toBe('11 · 2.5000 s · −93.8 µV');
  expect([tip(1, 32), tip(undefined, 0)]).toEqual(['11 · 2.5000 s', null]);
});
