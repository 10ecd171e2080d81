import { expect, test } from 'vitest';
import { fakeClient, snapshotOf } from '../../../tests/fixtures/fakeClient.ts';
import { createViewInstance } from './createView.ts';
import type { ViewSpec } from './instance.ts';
import { followClusters, shownClusters } from './shownClusters.ts';

const spec: ViewSpec = {
  name: 'TestView',
  query: 'test',
  params: {},
  maxClusters: 0,
  actions: [],
  gestures: [],
  missing: () => null,
  attach: followClusters,
  Component: () => null,
};

function setUp() {
  const client = fakeClient();
  const view = createViewInstance(spec, 'TestView', client);
  let revision = 1;
  const show = (shown: readonly number[], clusters: readonly number[] = [], similar: readonly number[] = []): void => {
    const next = snapshotOf(++revision, clusters, similar);
    client.mirror.setState({ snapshot: { ...next, clusterTable: { ...next.clusterTable, shown } } });
  };
  const drawn = (...ids: readonly number[]): void => view.state.setState({ drawn: ids });
  return { view, show, drawn, now: () => shownClusters(view) };
}

test('rows are those of the table, once the picture has them; selected ones in selection order', () => {
  const { show, drawn, now } = setUp();
  show([7, 2, 11], [2], [11, 2]);
  expect(now()).toEqual({ order: [], selected: [2, 11] });
  drawn(2, 7, 11);
  expect(now().order).toEqual([7, 2, 11]);
  show([2, 7, 11], [2], [11]);
  expect(now().order).toEqual([2, 7, 11]);
});

test('a merge keeps the rows as they were until the new picture is there', () => {
  const { show, drawn, now } = setUp();
  drawn(2, 7, 11);
  show([7, 2, 11], [2, 7]);
  const before = now();
  show([11, 12], [12]);
  expect(now()).toEqual({ order: before.order, selected: [12] });
  drawn(11, 12);
  expect(now().order).toEqual([11, 12]);
});

test('the same lists stay the same objects, and so does the whole while nothing changed', () => {
  const { show, drawn, now } = setUp();
  const rows = [7, 2];
  drawn(2, 7);
  show(rows, [2]);
  const before = now();
  show(rows, [2]);
  expect(now()).toBe(before);
  show(rows, [7]);
  expect(now().order).toBe(before.order);
});

test('automatic update off keeps order and selection; on again shows what is', () => {
  const { view, show, drawn, now } = setUp();
  drawn(2, 7);
  show([7, 2], [2]);
  view.setAutoUpdate(false);
  show([2, 7], [7]);
  expect(now()).toEqual({ order: [7, 2], selected: [2] });
  view.setAutoUpdate(true);
  expect(now()).toEqual({ order: [2, 7], selected: [7] });
  view.dispose();
  show([7, 2], []);
  expect(now().selected).toEqual([7]);
});
