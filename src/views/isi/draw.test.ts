import { expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { BarsMark } from '../../gui/plot/scene.ts';
import { isiNotes, isiScene } from './draw.ts';
import type { IsiAnswer } from './query.ts';

const style = darkStyle();
const cluster = (clusterId: number, spikes: number, shortIntervals: number) =>
  ({ clusterId, shown: spikes, total: spikes, rule: 'all', missing: 0, shortIntervals }) as const;
const answer: IsiAnswer = {
  refractorySeconds: 0.002,
  edges: nd(Float64Array.of(0, 0.001, 0.002, 0.003, 0.004)),
  counts: nd(Int32Array.of(0, 4, 370, 20, 0, 0, 0, 0), [2, 4]),
  inRange: nd(Int32Array.of(394, 0)),
  total: nd(Int32Array.of(2482, 0)),
  clusters: [cluster(2, 2483, 4), cluster(24, 1, 0)],
};

test('share of intervals below the refractory bound, of all intervals', () => {
  expect(isiNotes(answer, 0)).toEqual(['0.2 % < 2 ms', '0.2 %']);
  expect(isiNotes(answer, 1)).toEqual(['no intervals']);
  const rare = {
    ...answer,
    total: nd(Int32Array.of(10_000, 0)),
    clusters: [cluster(2, 10_001, 3), answer.clusters[1]],
  };
  expect(isiNotes(rare, 0)[0]).toBe('0.03 % < 2 ms');
  expect(isiNotes({ ...answer, refractorySeconds: 0.0015 }, 0)[0]).toBe('0.2 % < 1.5 ms');
});

test('counts per bin over seconds written as ms, the refractory bound as band and dashes, an empty row in its place', () => {
  const { frames, xAxes } = isiScene({ answer, style, size: { width: 400, height: 300 } });
  const row = frames.find(({ id }) => id === '0')!;
  expect(row.bounds).toEqual([0, 0, 0.004, 370]);
  const [band, bars] = row.marks.filter((mark): mark is BarsMark => mark.kind === 'bars');
  expect([band.x0[0], band.x1[0], band.y1[0], band.color]).toEqual([0, 0.002, 370, style.band]);
  expect([[...bars.y1], bars.color]).toEqual([[0, 4, 370, 20], style.clusterColor(0)]);
  const dashes = row.marks.find((mark) => mark.kind === 'segments' && mark.dash !== undefined)!;
  expect(dashes).toMatchObject({ ends: Float64Array.of(0.002, 0, 0.002, 370) });
  expect(frames.find(({ id }) => id === '1')!.bounds).toEqual([0, 0, 0.004, 1]);
  expect(xAxes[0]).toMatchObject({ unit: 'ms', unitScale: 0.001 });
});
