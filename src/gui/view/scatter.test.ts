import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../colors/style.ts';
import type { PointsMark, Scene } from '../plot/scene.ts';
import { type ScatterAnswer, type ScatterInput, type ScatterPoints, scatterFacts, scatterScene } from './scatter.ts';

const style = darkStyle();
const points = (clusterId: number, x: readonly number[], y: readonly number[]): ScatterPoints => ({
  clusterId,
  x: nd(Float64Array.from(x)),
  y: nd(Float64Array.from(y)),
  shown: x.length,
  total: x.length,
});
const answer: ScatterAnswer = {
  clusters: [points(3, [1, 2, 3], [10, Number.NaN, 30]), points(9, [4], [40])],
  bounds: [1, 10, 4, 40],
};
function input(change: Partial<ScatterInput> = {}): ScatterInput {
  const axes = [{ name: 'time', unit: 's' }, { name: 'snr' }] as const;
  return { answer, axes, markerSize: 5, style, size: { width: 448, height: 228 }, front: null, ...change };
}
const marksOf = (scene: Scene): readonly PointsMark[] =>
  scene.frames[0].marks.flatMap((m) => (m.kind === 'points' ? [m] : []));

describe('scatterScene', () => {
  test('one mark per cluster in its colour at 75 %; spikes without a coordinate are left out', () => {
    const scene = scatterScene(input());
    const marks = marksOf(scene);
    expect(marks.map((mark) => mark.color)).toEqual(
      [0, 1].map((rank) => [...style.clusterColor(rank).slice(0, 3), 0.75]),
    );
    expect([[...marks[0].x], [...marks[0].y]]).toEqual([
      [1, 3],
      [10, 30],
    ]);
    expect(marks[1].x).toBe(answer.clusters[1].x.data);
    expect(scene.xAxes).toEqual([{ frame: 'scatter', grid: true, unit: 's' }]);
    expect(scene.yAxes).toEqual([{ frame: 'scatter', grid: true }]);
  });

  test('points at the ends of the range are whole: half a marker and a little more is free beside them', () => {
    const { bounds } = scatterScene(input({ markerSize: 10 })).frames[0];
    const pxX = (bounds[2] - bounds[0]) / 400;
    expect((1 - bounds[0]) / pxX).toBeCloseTo(8, 9);
    expect((bounds[2] - 4) / pxX).toBeCloseTo(8, 9);
    const pxY = (bounds[3] - bounds[1]) / 200;
    expect((bounds[3] - 40) / pxY).toBeCloseTo(8, 9);
  });

  test('values that are all the same are drawn in the middle of their axis', () => {
    const same: ScatterAnswer = { clusters: [points(0, [1, 2], [700, 700])], bounds: [1, -1, 2, 1] };
    const { bounds } = scatterScene(input({ answer: same })).frames[0];
    expect([bounds[1], bounds[3]]).toEqual([699, 701]);
    const empty: ScatterAnswer = { clusters: [points(0, [Number.NaN], [1])], bounds: [-1, -1, 1, 1] };
    expect(marksOf(scatterScene(input({ answer: empty })))[0].x).toHaveLength(0);
  });

  test('marker size and order keep the coordinates; the same input keeps the marks', () => {
    const before = marksOf(scatterScene(input()));
    expect(marksOf(scatterScene(input()))).toEqual(before);
    expect(marksOf(scatterScene(input()))[0]).toBe(before[0]);
    const after = marksOf(scatterScene(input({ front: 0, markerSize: 8 })));
    expect(after.map((mark) => mark.x)).toEqual([before[1].x, before[0].x]);
    expect(after[1].x).toBe(before[0].x);
    expect(after[0].size).toBe(8);
  });

  test('says what is drawn over what', () => {
    expect(scatterFacts(input().axes)).toBe('snr over time (s)');
  });
});
