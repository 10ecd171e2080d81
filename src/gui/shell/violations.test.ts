import { expect, test } from 'vitest';
import { fakeClient } from '../../../tests/fixtures/fakeClient.ts';
import { isiView } from '../../views/isi/panel.tsx';
import { createViewShelf } from './viewShelf.ts';
import { boundInUse, placeAfter } from './violations.ts';

function desk() {
  const client = fakeClient();
  const shelf = createViewShelf(client, {
    offered: [isiView],
    find: (name) => (name === 'ISIView' ? isiView : undefined),
  });
  return { client, shelf };
}

test('violations are what the ISI view counts, open or closed', () => {
  const { client, shelf } = desk();
  expect(boundInUse({ client, shelf })).toBe(0.002);
  shelf.ensure('ISIView')?.set({ refractorySeconds: 0.0015 });
  expect(boundInUse({ client, shelf })).toBe(0.0015);
  shelf.close('ISIView');
  expect(boundInUse({ client, shelf })).toBe(0.0015);
});

test('of several ISI views the one in use counts', () => {
  const { client, shelf } = desk();
  shelf.ensure('ISIView')?.set({ refractorySeconds: 0.001 });
  shelf.ensure('ISIView (1)')?.set({ refractorySeconds: 0.003 });
  expect(boundInUse({ client, shelf })).toBe(0.001);
  shelf.use('ISIView (1)');
  expect(boundInUse({ client, shelf })).toBe(0.003);
});

test('a damaged setting is the default', () => {
  const { client, shelf } = desk();
  client.keep('dataset', 'ISIView', { refractory_period: 'two' });
  expect(boundInUse({ client, shelf })).toBe(0.002);
});

test('goes round at both ends', () => {
  const times = Float64Array.of(1, 2, 3);
  const from = (seconds: number, step: 1 | -1) => placeAfter(times, seconds, step);
  expect([from(-Infinity, 1), from(1, 1), from(3, 1), from(1, -1), from(2.5, -1)]).toEqual([0, 1, 0, 2, 1]);
});
