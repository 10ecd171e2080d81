import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { BarsMark, Box, LinesMark, Rgba } from '../../gui/plot/scene.ts';
import {
  type TemplateInput,
  channelRows,
  gainOf,
  stepsFor,
  templateAt,
  templateGutters,
  templateScene,
} from './draw.ts';
import type { TemplateAnswer, TemplateCluster } from './query.ts';

const style = darkStyle();
const HOME: Box = [-1, -1, 1, 1];
const SAMPLES = 40;

/** A peak of height -1 at sample 13 on channel `id` and half of it on the next one, of `count` channels. */
function cluster(clusterId: number, count: number): TemplateCluster {
  const channelIds = Int32Array.of(clusterId % count, (clusterId + 1) % count);
  const waveform = new Float32Array(2 * SAMPLES);
  waveform[26] = -1;
  waveform[27] = -0.5;
  return { clusterId, templateId: 100 + clusterId, channelIds: nd(channelIds), waveform: nd(waveform, [SAMPLES, 2]) };
}
function answerOf(clusterCount: number, channelCount: number): TemplateAnswer {
  const clusters = Array.from({ length: clusterCount }, (_, id) => cluster(id, channelCount));
  return {
    clusterIds: nd(Int32Array.from(clusters, ({ clusterId }) => clusterId)),
    yMax: 1,
    sampleCount: SAMPLES,
    channelLabels: Array.from({ length: channelCount }, (_, id) => String(10 + id)),
    // Two columns of sites, depth growing with every second channel.
    channelPositions: nd(
      Float64Array.from({ length: 2 * channelCount }, (_, k) =>
        k % 2 === 0 ? 20 * ((k / 2) % 2) : 10 * Math.floor(k / 4),
      ),
      [channelCount, 2],
    ),
    clusters,
  };
}
const gray: Rgba = [0.5, 0.5, 0.5, 1];
const redder = (id: number): Rgba => [id / 10, 0, 0, 1];
function inputOf(answer: TemplateAnswer, more: Partial<TemplateInput> = {}): TemplateInput {
  const { left, right, top, bottom } = templateGutters(answer, style);
  return {
    answer,
    values: { scaling: 1, channelOrder: 'index' },
    style,
    size: { width: left + 400 + right, height: top + 400 + bottom },
    visible: HOME,
    order: Array.from(answer.clusterIds.data),
    selected: [],
    colorOf: () => gray,
    ...more,
  };
}
const marksOf = (input: TemplateInput) => templateScene(input).frames[0].marks;
const linesOf = (input: TemplateInput): readonly LinesMark[] =>
  marksOf(input).flatMap((mark) => (mark.kind === 'lines' ? [mark] : []));
const bandsOf = (input: TemplateInput): readonly BarsMark[] =>
  marksOf(input).flatMap((mark) => (mark.kind === 'bars' ? [mark] : []));
/** Vertices of a strip: [x, y] each. */
function strip({ x, y, starts }: LinesMark, k: number): readonly (readonly [number, number])[] {
  return Array.from(x.subarray(starts[k], starts[k + 1]), (value, i) => [value, y[starts[k] + i]]);
}

describe('waveforms', () => {
  test('lie in their column and row, the first channel at the top, full scale being a row', () => {
    const [lines] = linesOf(inputOf(answerOf(2, 4)));
    expect(lines.starts.length).toBe(5);
    const first = strip(lines, 0);
    expect(first).toHaveLength(SAMPLES);
    expect([first[0][0], first[SAMPLES - 1][0]].map((v) => Number(v.toFixed(4)))).toEqual([0.0375, 0.9625]);
    // Channel 0 is the upper of 4 rows, its middle at 3.5; the peak reaches 0.4625 down.
    expect(first[0][1]).toBe(3.5);
    expect(first[13][1]).toBeCloseTo(3.5 - 0.4625, 6);
    expect(strip(lines, 3)[13][1]).toBeCloseTo(1.5 - 0.4625 / 2, 6);
  });

  test('are scaled about the middle of their row', () => {
    const [lines] = linesOf(inputOf(answerOf(2, 4), { values: { scaling: 2, channelOrder: 'index' } }));
    expect(strip(lines, 0)[13][1]).toBeCloseTo(3.5 - 0.925, 6);
  });

  test('follow the order of the columns; clusters that the answer does not have are left out', () => {
    const answer = answerOf(3, 4);
    const [lines] = linesOf(inputOf(answer, { order: [2, 77, 0] }));
    const columns = [0, 1, 2, 3].map((k) => Math.floor(strip(lines, k)[0][0]));
    expect(columns).toEqual([0, 0, 1, 1]);
    expect(strip(lines, 0)[0][1]).toBe(1.5);
  });

  test('have as many steps as pixels in narrow columns, and lose no peak', () => {
    expect([1, 1.5, 6, 19, 40, 400].map((px) => stepsFor(px, 82))).toEqual([1, 2, 8, 32, null, null]);
    for (const clusters of [20, 100, 600]) {
      const [lines] = linesOf(inputOf(answerOf(clusters, 4)));
      const steps = stepsFor((0.925 * 400) / clusters, SAMPLES);
      for (let k = 0; k < 8; k++) {
        const vertices = strip(lines, k);
        expect(vertices).toHaveLength(steps === null ? SAMPLES : 2 * steps);
        const depth = k % 2 === 0 ? 0.4625 : 0.23125;
        const ys = vertices.map(([, y]) => y);
        expect(Math.max(...ys) - Math.min(...ys)).toBeCloseTo(depth, 6);
      }
    }
  });

  test('rise over their neighbours where rows are too low to show anything', () => {
    expect([40, 8.65, 4.3, 1].map((px) => Number(gainOf(px).toFixed(3)))).toEqual([1, 1, 2.828, 11.314]);
    const [lines] = linesOf(inputOf(answerOf(1, 400)));
    const ys = strip(lines, 0).map(([, y]) => y);
    // At least 4 of the 400 px.
    expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThanOrEqual(4);
  });

  test('are made for what is on screen and a screen on either side; moving a little keeps the marks', () => {
    const answer = answerOf(1000, 4);
    const visible: Box = [0, -1, 0.02, 1];
    const [near] = linesOf(inputOf(answer, { visible }));
    const columns = Array.from({ length: near.starts.length - 1 }, (_, k) => Math.floor(near.x[near.starts[k]]));
    expect([columns[0], columns.at(-1)]).toEqual([480, 527]);
    const input = inputOf(answer, { visible });
    expect(linesOf({ ...input, visible: [0.001, -1, 0.021, 1] })[0]).toBe(linesOf(input)[0]);
  });
});

describe('colours', () => {
  test('of the scheme at 75 %, selected clusters opaque in theirs, last and on a band', () => {
    const input = inputOf(answerOf(4, 4), { selected: [2, 0], colorOf: redder });
    const [others, ...own] = linesOf(input);
    const strips = Array.from({ length: 8 }, (_, k) => Array.from(others.stripColors!.subarray(4 * k, 4 * k + 4)));
    expect(strips[0]).toEqual([0, 0, 0, 0]);
    expect(strips[2]).toEqual([Math.round(25.5), 0, 0, 191]);
    expect(strips[5]).toEqual([0, 0, 0, 0]);
    expect(own.map(({ color }) => color)).toEqual([style.clusterColor(1), style.clusterColor(0)]);
    expect(own.map(({ x, starts }) => [Math.floor(x[0]), Array.from(starts)])).toEqual([
      [0, [0, 40, 80]],
      [2, [0, 40, 80]],
    ]);
    expect(bandsOf(input).map(({ x0, x1, color }) => [x0[0], x1[0], color[3]])).toEqual([
      [2, 3, 0.18],
      [0, 1, 0.18],
    ]);
  });

  test('the band of a selected column is at least 3 px wide', () => {
    const [band] = bandsOf(inputOf(answerOf(800, 4), { selected: [4] }));
    expect((band.x1[0] - band.x0[0]) * 0.5).toBeCloseTo(3);
  });
});

describe('labels and what is under the pointer', () => {
  test('channels on the left from the top, ids below, selected ones first and with their shapes', () => {
    const { labels } = templateScene(inputOf(answerOf(3, 2), { selected: [1], order: [2, 1, 0] }));
    expect(labels.map(({ edge, at, text, first }) => [edge, Number(at.toFixed(3)) + 0, text, first])).toEqual([
      ['left', 0.5, '10', undefined],
      ['left', -0.5, '11', undefined],
      ['bottom', -0.667, '2', undefined],
      ['bottom', 0, '1', true],
      ['bottom', 0.667, '0', undefined],
    ]);
  });

  test('channels by depth: the largest y at the top, from left to right', () => {
    const answer = answerOf(1, 6);
    expect(channelRows(answer, 'index')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(channelRows(answer, 'depth')).toEqual([4, 5, 2, 3, 0, 1]);
    const values = { scaling: 1, channelOrder: 'depth' } as const;
    expect(strip(linesOf(inputOf(answer, { values }))[0], 0)[0][1]).toBe(1.5);
  });

  test('cluster, template and channel', () => {
    const answer = answerOf(3, 4);
    const found = templateAt(answer, [2, 1, 0], 'index', [1.3, 3.9]);
    expect([found?.cluster.clusterId, found?.cluster.templateId, found?.channelLabel]).toEqual([1, 101, '10']);
    expect(templateAt(answer, [2, 1, 0], 'index', [3.1, 2])).toBeNull();
    expect(templateAt(answer, [2, 1, 0], 'index', [1, -0.1])).toBeNull();
  });

  test('a cluster without a template has a column without waveforms', () => {
    const answer = answerOf(2, 4);
    const none = {
      ...cluster(1, 4),
      channelIds: nd(new Int32Array(0)),
      waveform: nd(new Float32Array(0), [SAMPLES, 0]),
    };
    const input = inputOf({ ...answer, clusters: [answer.clusters[0], none] }, { selected: [1] });
    expect(linesOf(input).map(({ starts }) => starts.length)).toEqual([3]);
    expect(bandsOf(input)).toHaveLength(1);
    expect(marksOf(inputOf(answerOf(2, 4), { order: [] }))).toEqual([]);
  });
});
