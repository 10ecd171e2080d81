import { expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { SegmentsMark } from '../../gui/plot/scene.ts';
import { firingRateNotes, firingRateScene, ratesOf } from './draw.ts';
import type { FiringRateAnswer } from './query.ts';

const style = darkStyle();
const cluster = (clusterId: number, spikes: number) =>
  ({ clusterId, shown: spikes, total: spikes, rule: 'all', missing: 0 }) as const;
const answer: FiringRateAnswer = {
  edges: nd(Float64Array.of(0, 0.5, 1)),
  counts: nd(Int32Array.of(50, 60, 0, 1), [2, 2]),
  rate: nd(Float64Array.of(100, 120, 0, 2), [2, 2]),
  inRange: nd(Int32Array.of(110, 1)),
  total: nd(Int32Array.of(1100, 1)),
  clusters: [cluster(2, 1100), cluster(24, 1)],
};

test('the mean is that of the whole recording', () => {
  expect(firingRateNotes(answer, 0, 10)).toEqual(['mean 110.0 Hz', '110.0 Hz']);
  expect(firingRateNotes(answer, 1, 100)).toEqual(['mean 0.01 Hz', '0.01 Hz']);
  expect(firingRateNotes(answer, 0, 0)).toEqual([]);
  expect([...ratesOf(answer, 1)]).toEqual([0, 2]);
});

test('Hz over seconds, each row to its maximum, with a line at the mean', () => {
  const { frames, xAxes, yAxes } = firingRateScene({ answer, duration: 10, style, size: { width: 400, height: 300 } });
  const row = frames.find(({ id }) => id === '0')!;
  expect(row.bounds).toEqual([0, 0, 1, 120]);
  const [, halo, line] = row.marks.filter((mark): mark is SegmentsMark => mark.kind === 'segments');
  expect([halo.width, line.width, [...line.ends]]).toEqual([3, 1, [0, 110, 1, 110]]);
  expect(frames.find(({ id }) => id === '1')!.bounds[3]).toBe(2);
  expect(xAxes[0].unit).toBe('s');
  // The unit stands once, on the topmost row.
  expect(yAxes.map(({ unit }) => unit)).toEqual([undefined, 'Hz']);
});
