import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { Frame, PointsMark } from '../../gui/plot/scene.ts';
import { type AmplitudeInput, amplitudeScene, sideWidth } from './draw.ts';
import { params } from './params.ts';
import type { AmplitudeAnswer, AmplitudeSpikes } from './query.ts';

const style = darkStyle();

function spikes(times: readonly number[], amplitudes: readonly number[]): AmplitudeSpikes {
  return {
    spikeIds: nd(Int32Array.from(times, (_, i) => i)),
    times: nd(Float64Array.from(times)),
    amplitudes: nd(Float64Array.from(amplitudes)),
    shown: times.length,
    total: times.length,
    missing: 0,
    rule: 'all',
  };
}
const answer: AmplitudeAnswer = {
  type: 'template',
  types: ['feature', 'template'],
  channelId: 3,
  pc: 0,
  duration: 20,
  bounds: [0, 0, 20, 50],
  clusters: [
    { clusterId: 2, ...spikes([1, 2, 3], [10, NaN, 30]) },
    { clusterId: 24, ...spikes([4], [40]) },
  ],
  background: { ...spikes([5, 6], [1, 2]), clusterIds: nd(new Int32Array([7, 7])) },
  histogramEdges: nd(new Float64Array([0, 25, 50])),
  histograms: nd(new Float64Array([0.04, 0, 0.02, 0.02, 0, 0.01]), [3, 2]),
};
function input(change: Partial<AmplitudeInput> = {}, values: Partial<AmplitudeInput['values']> = {}): AmplitudeInput {
  const all = { ...defaults(params), ...values };
  return { answer, values: all, style, size: { width: 448, height: 228 }, front: null, timeRange: null, ...change };
}
const [SCATTER, HISTOGRAM] = [0, 1];
const pointsOf = (frame: Frame): readonly PointsMark[] => frame.marks.flatMap((m) => (m.kind === 'points' ? [m] : []));

describe('amplitudeScene', () => {
  test('grey background first, then the clusters, discs of 5 px, spikes without a value left out', () => {
    const points = pointsOf(amplitudeScene(input()).frames[SCATTER]);
    expect(points.map((mark) => mark.color)).toEqual([
      style.backgroundSpikes,
      style.clusterColor(0),
      style.clusterColor(1),
    ]);
    expect([...points[1].x]).toEqual([1, 3]);
    expect([...points[1].y]).toEqual([10, 30]);
    expect(points[2].x).toBe(answer.clusters[1].times.data);
    expect(points[0].size).toBe(5);
  });

  test('histograms on the right share the amplitude axis and one scale, and stay while panning in time', () => {
    const { frames } = amplitudeScene(input());
    const histogram = frames[HISTOGRAM];
    expect(histogram.fixed).toBe('x');
    expect(histogram.bounds).toEqual([0, frames[SCATTER].bounds[1], 0.04 * 1.02, frames[SCATTER].bounds[3]]);
    const bars = histogram.marks.flatMap((m) => (m.kind === 'bars' ? [m] : []));
    expect(bars.map((m) => [...m.x1])).toEqual([
      [0.04, 0],
      [0.02, 0.02],
      [0, 0.01],
    ]);
    expect([...bars[0].y0, ...bars[0].y1]).toEqual([0, 25, 25, 50]);
    // The side takes its share of 448 px less the gutters (400 px).
    expect(histogram.box[0]).toBeCloseTo(1 - (2 * sideWidth(448)) / 400, 12);
  });

  test('the bar of the trace interval: true width, but never thinner than 3 px', () => {
    const wide = amplitudeScene(input({ timeRange: [5, 10] })).frames[SCATTER].marks[0];
    expect(wide.kind === 'bars' && [wide.x0[0], wide.x1[0]]).toEqual([5, 10]);
    const narrow = amplitudeScene(input({ timeRange: [5, 5.1] })).frames[SCATTER].marks[0];
    expect(narrow.kind === 'segments' && [narrow.width, narrow.ends[0]]).toEqual([3, 5.05]);
    expect(amplitudeScene(input()).frames[SCATTER].marks[0].kind).toBe('points');
  });

  test('marker size and order keep the coordinates', () => {
    const before = pointsOf(amplitudeScene(input()).frames[SCATTER]);
    const after = pointsOf(amplitudeScene(input({ front: 0 }, { markerSize: 8 })).frames[SCATTER]);
    expect(after.map((mark) => mark.x)).toEqual([before[0].x, before[2].x, before[1].x]);
    expect(after[2].x).toBe(before[1].x);
    expect(after[0].size).toBe(8);
  });
});
