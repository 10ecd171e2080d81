import { expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { PointsMark } from '../../gui/plot/scene.ts';
import { templateFeatureScene } from './draw.ts';
import type { TemplateFeatureAnswer } from './query.ts';

const style = darkStyle();
const size = { width: 464, height: 244 };
const cluster = (clusterId: number, x: readonly number[], y: readonly number[], missing = 0) => ({
  clusterId,
  shown: x.length,
  total: x.length,
  rule: 'all' as const,
  missing,
  spikeIds: nd(Int32Array.from(x.keys())),
  x: nd(Float64Array.from(x)),
  y: nd(Float64Array.from(y)),
});
const answer: TemplateFeatureAnswer = {
  clusters: [cluster(2, [10, 20, 30], [1, 2, 3]), cluster(24, [0, Number.NaN, 5], [9, 8, Number.NaN], 2)],
  bounds: [0, 1, 30, 9],
};
const draw = (front: number | null = null, markerSize = 6) =>
  templateFeatureScene({ answer, values: { markerSize }, style, size, front });
const points = (scene: ReturnType<typeof draw>) =>
  scene.frames[0].marks.filter((m): m is PointsMark => m.kind === 'points');

test('points of both clusters, the first below the second, without those that lack a coordinate', () => {
  const [first, second] = points(draw());
  expect([[...first.x], [...first.y], first.size]).toEqual([[10, 20, 30], [1, 2, 3], 6]);
  expect([[...second.x], [...second.y]]).toEqual([[0], [9]]);
  const [r, g, b] = style.clusterColor(1);
  expect(second.color).toEqual([r, g, b, 0.75]);
  expect(points(draw(0)).map(({ x }) => x.length)).toEqual([1, 3]);
});

test('another marker size keeps the coordinates', () => {
  expect(points(draw(null, 12))[1].x).toBe(points(draw())[1].x);
});

test('the axes name the clusters, and hold every point whole', () => {
  const { xAxes, yAxes, frames } = draw();
  expect(xAxes[0]).toMatchObject({ title: 'templates of 2', titleMarker: { shape: 'disc' } });
  expect(yAxes[0]).toMatchObject({ title: 'templates of 24', titleMarker: { shape: 'square' } });
  const [xMin, yMin, xMax, yMax] = frames[0].bounds;
  // 400 px wide and 200 px high: a radius of 3 and a pixel more on each side.
  const [perX, perY] = [400 / (xMax - xMin), 200 / (yMax - yMin)];
  expect([(0 - xMin) * perX, (xMax - 30) * perX]).toEqual([expect.closeTo(4, 6), expect.closeTo(4, 6)]);
  expect([(1 - yMin) * perY, (yMax - 9) * perY]).toEqual([expect.closeTo(4, 6), expect.closeTo(4, 6)]);
});

test('without a pair there is only the ground', () => {
  const none: TemplateFeatureAnswer = { clusters: [], bounds: [-1, -1, 1, 1] };
  const scene = templateFeatureScene({ answer: none, values: { markerSize: 5 }, style, size, front: null });
  expect([scene.frames, scene.xAxes, scene.gutters]).toEqual([[], [], draw().gutters]);
});
