import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { Box, PointsMark, Rgba, TextMark } from '../../gui/plot/scene.ts';
import {
  type ScatterInput,
  type ScatterValues,
  diameters,
  isOnePlace,
  logTicks,
  metricsOf,
  nearestPoint,
  placesOf,
  rangeOf,
  scatterScene,
  valueText,
} from './draw.ts';
import type { ClusterScatterAnswer } from './query.ts';

const style = darkStyle();
const HOME: Box = [-1, -1, 1, 1];
const plain: ScatterValues = {
  x: 'amp',
  y: 'depth',
  size: 'fr',
  xLog: false,
  yLog: false,
  sizeLog: false,
  markerSize: 1,
};
const floats = (...values: readonly number[]) => nd(Float64Array.from(values));
const answer: ClusterScatterAnswer = {
  clusterIds: nd(Int32Array.of(0, 2, 5, 9)),
  x: floats(1, 2, 3, 101),
  y: floats(0, 100, 50, 100),
  size: floats(1, 2, 11, 6),
  missing: { x: 0, y: 0, size: 0 },
  fields: ['amp', 'depth', 'fr'],
};
function inputOf(values: Partial<ScatterValues> = {}, more: Partial<ScatterInput> = {}): ScatterInput {
  return {
    answer,
    values: { ...plain, ...values },
    sizeRange: rangeOf(answer.size.data),
    style,
    size: { width: 500, height: 300 },
    visible: HOME,
    selected: [],
    colorOf: (id): Rgba => [id / 10, 0, 0, 1],
    ...more,
  };
}
const marksOf = (input: ScatterInput) => scatterScene(input).frames[0].marks;
const pointsOf = (input: ScatterInput): readonly PointsMark[] =>
  marksOf(input).flatMap((mark) => (mark.kind === 'points' ? [mark] : []));
const textsOf = (input: ScatterInput): readonly TextMark[] =>
  marksOf(input).flatMap((mark) => (mark.kind === 'text' ? [mark] : []));
const bytes = (rank: number) => style.clusterColor(rank).map((v) => Math.round(255 * v));
const round = (values: Iterable<number>): readonly number[] => Array.from(values, (v) => Number(v.toFixed(4)));

describe('points', () => {
  test('lie at the values, or at ln(1 + value - smallest)', () => {
    const { x, bounds } = placesOf(inputOf());
    expect([Array.from(x), bounds]).toEqual([
      [1, 2, 3, 101],
      [1, 0, 101, 100],
    ]);
    const log = placesOf(inputOf({ xLog: true }));
    expect(round(log.x)).toEqual(round([0, Math.log(2), Math.log(3), Math.log(101)]));
    expect(round(log.bounds)).toEqual(round([0, 0, Math.log(101), 100]));
  });

  test('are 5 to 30 px across, times the marker size; later values stay within the remembered range', () => {
    expect(round(diameters(answer.size.data, [1, 11], false, 1))).toEqual([5, 7.5, 30, 17.5]);
    expect(round(diameters(answer.size.data, [1, 11], false, 2))).toEqual([10, 15, 60, 35]);
    expect(round(diameters(answer.size.data, [1, 11], true, 1))[1]).toBe(
      round([5 + (25 * Math.log(2)) / Math.log(11)])[0],
    );
    expect(round(diameters(Float64Array.of(0, 50), [1, 11], true, 1))).toEqual([5, 30]);
    expect(round(diameters(Float64Array.of(3, 3), [3, 3], true, 1))).toEqual([5, 5]);
  });

  test('have the colours of the scheme at 75 %; selected ones are painted last, ringed and opaque, the first on top', () => {
    const [all, ...own] = pointsOf(inputOf({}, { selected: [9, 77, 2] }));
    const colors = [0, 1, 2, 3].map((k) => Array.from(all.colors!.subarray(4 * k, 4 * k + 4)));
    expect(colors).toEqual([
      [0, 0, 0, 191],
      [0, 0, 0, 0],
      [128, 0, 0, 191],
      [0, 0, 0, 0],
    ]);
    expect(own.map(({ x }) => x[0])).toEqual([2, 2, 101, 101]);
    expect(own.map(({ sizes }) => sizes![0])).toEqual([10.5, 7.5, 20.5, 17.5]);
    expect([Array.from(own[1].colors!), Array.from(own[3].colors!)]).toEqual([bytes(2), bytes(0)]);
  });

  test('have their ids beside them when selected: to the left at the right edge, and never over another one', () => {
    const texts = textsOf(inputOf({}, { selected: [0, 9] }));
    expect(texts.map(({ text, anchor, x }) => [text[0], anchor[0], x[0]])).toEqual([
      ['0', -1, 1],
      ['9', 1, 101],
    ]);
    // Clusters 2 and 5 would write over each other on a plot this low: the second one finds another side.
    const low = inputOf({ markerSize: 0.01 }, { selected: [2, 5], size: { width: 500, height: 60 } });
    expect(textsOf(low).map(({ text, anchor }) => [text[0], ...anchor])).toEqual([
      ['2', -1, 0],
      ['5', 1, 0],
    ]);
    // Of five at one place the last one has no side left.
    const same = floats(3, 3, 3, 3, 3);
    const heap = { ...answer, clusterIds: nd(Int32Array.of(1, 2, 3, 4, 5)), x: same, y: same, size: same };
    const labels = textsOf(inputOf({}, { answer: heap, selected: [1, 2, 3, 4, 5] }));
    expect(labels.map(({ text, anchor, offset }) => [text[0], ...anchor, ...offset!.map(Math.sign)])).toEqual([
      ['1', -1, 0, 1, 0],
      ['2', 1, 0, -1, 0],
      ['3', 0, -1, 0, -1],
      ['4', 0, 1, 0, 1],
    ]);
    // The id of a small point on a large one stands beside the large one.
    const two = {
      ...answer,
      clusterIds: nd(Int32Array.of(1, 2)),
      x: floats(3, 3),
      y: floats(3, 3),
      size: floats(1, 100),
    };
    const [small, large] = textsOf(inputOf({}, { answer: two, selected: [1, 2] }));
    expect([small.offset![0], large.offset![0]].map(Math.sign)).toEqual([1, -1]);
    expect(Math.abs(small.offset![0])).toBe(Math.abs(large.offset![0]));
  });

  test('stay the same marks while the view moves', () => {
    const input = inputOf();
    const moved = pointsOf({ ...input, visible: [-0.5, -0.5, 0.5, 0.5] });
    expect(moved[0]).toBe(pointsOf(input)[0]);
  });

  test('are inside the frame with a margin; one value only is in the middle', () => {
    const { bounds, pxPerUnit, gutters } = metricsOf(inputOf());
    expect((1 - bounds[0]) * pxPerUnit[0]).toBeCloseTo(16);
    expect((bounds[3] - 100) * pxPerUnit[1]).toBeCloseTo(16);
    expect((bounds[2] - bounds[0]) * pxPerUnit[0]).toBeCloseTo(500 - gutters.left - gutters.right);
    const one = { ...answer, clusterIds: nd(Int32Array.of(4)), x: floats(7), y: floats(7), size: floats(7) };
    expect(metricsOf(inputOf({}, { answer: one })).bounds).toEqual([6, 6, 8, 8]);
    const none = { ...answer, clusterIds: nd(new Int32Array(0)), x: floats(), y: floats(), size: floats() };
    expect(marksOf(inputOf({}, { answer: none }))).toEqual([]);
  });

  test('of several clusters at one place are told from others', () => {
    const cases: readonly (readonly [x: readonly number[], y: readonly number[], isOne: boolean])[] = [
      [[0, 0], [20, 20], true],
      [[0, 0], [20, 21], false],
      [[0, 1], [20, 20], false],
      [[0], [20], false],
      [[], [], false],
    ];
    for (const [x, y, isOne] of cases) {
      expect(isOnePlace({ ...answer, x: floats(...x), y: floats(...y) })).toBe(isOne);
    }
  });

  test('the nearest one is that on screen, whatever the units', () => {
    const places = placesOf(inputOf());
    expect(nearestPoint(places, [3, 80], [1, 1])?.place).toBe(1);
    expect(nearestPoint(places, [60, 80], [1, 1])?.place).toBe(3);
    expect(nearestPoint(places, [60, 60], [0.1, 100])?.place).toBe(2);
    expect(nearestPoint(places, [2, 100], [5, 5])).toEqual({ place: 1, distance: 0 });
  });
});

describe('axes', () => {
  test('have the columns as titles, with their units; automatic ticks', () => {
    const { xAxes, yAxes } = scatterScene(inputOf());
    expect(xAxes).toEqual([{ frame: 'scatter', title: 'amp', grid: true }]);
    expect(yAxes).toEqual([{ frame: 'scatter', title: 'depth', unit: 'µm', grid: true }]);
  });

  test('logarithmic ones have round values at their places', () => {
    const ticks = logTicks(1, [0, Math.log(101)], 100, 70);
    expect(ticks.map(({ value }) => value)).toEqual([1, 10, 100]);
    for (const { value, at } of ticks) expect(at).toBeCloseTo(Math.log(value));
    for (let k = 1; k < ticks.length; k++) expect((ticks[k].at - ticks[k - 1].at) * 100).toBeGreaterThanOrEqual(70);
    const zoomed = logTicks(1, [Math.log(20), Math.log(40)], 2000, 70);
    // Between two round values there are steps of equal length.
    expect(zoomed.map(({ value }) => value)).toEqual([20, 25, 30, 35, 40]);
    expect(logTicks(-5, [0, Math.log(11)], 300, 70).map(({ value }) => value)).toEqual([-5, -2, 0, 2, 5]);
    const { xAxes } = scatterScene(inputOf({ xLog: true }));
    expect(xAxes[0].tickLabels).toEqual(xAxes[0].ticks?.map((at) => valueText(Math.round(Math.exp(at)))));
  });

  test('values as people read them', () => {
    expect([13986, -0.5, 3.9249935150146484, 0].map(valueText)).toEqual(['13,986', '−0.5', '3.92499', '0']);
  });
});

const golden = resolve(import.meta.dirname, '../../../../shared/golden/views_mini.json');
test.skipIf(!existsSync(golden))('positions, extent and sizes as the reference has them', () => {
  interface Reference {
    readonly data_bounds: readonly number[];
    readonly positions: { readonly data: readonly number[] };
    readonly sizes: { readonly data: readonly number[] };
  }
  const { one } = JSON.parse(readFileSync(golden, 'utf8')) as { one: { ClusterScatterView: Reference } };
  const { data_bounds: bounds, positions, sizes } = one.ClusterScatterView;
  const info = JSON.parse(readFileSync(resolve(golden, '../mini.json'), 'utf8')) as {
    cluster_info: readonly { readonly amp: number; readonly depth: number; readonly fr: number }[];
  };
  const column = (field: 'amp' | 'depth' | 'fr') => floats(...info.cluster_info.map((row) => row[field]));
  const clusterIds = nd(Int32Array.from(info.cluster_info.keys()));
  const mini = { ...answer, clusterIds, x: column('amp'), y: column('depth'), size: column('fr') };
  const places = placesOf({
    answer: mini,
    values: { ...plain, sizeLog: true },
    sizeRange: rangeOf(mini.size.data),
  });
  const [x, y] = [0, 1].map((k) => positions.data.filter((_, at) => at % 2 === k));
  expect(round(places.x)).toEqual(round(x));
  expect(round(places.y)).toEqual(round(y));
  expect(round(places.bounds)).toEqual(round(bounds));
  expect(round(places.sizes)).toEqual(round(sizes.data.map(Math.fround)));
});
