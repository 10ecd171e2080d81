import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { Frame, PointsMark } from '../../gui/plot/scene.ts';
import {
  type FeatureInput,
  GRID,
  axisRange,
  dimensionLabel,
  featureScene,
  parseDimension,
  readGrid,
  unsaidWords,
} from './draw.ts';
import { params } from './params.ts';
import type { FeatureAnswer, FeatureSpikes } from './query.ts';

const style = darkStyle();

/** Two channels, two PCs; value = spike * 100 + channel * 10 + pc, NaN where `gaps` says `spike,channel`. */
function spikes(count: number, gaps: readonly string[] = []): FeatureSpikes {
  const features = new Float32Array(count * 4);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 2; c++) {
      for (let k = 0; k < 2; k++) features[i * 4 + c * 2 + k] = gaps.includes(`${i},${c}`) ? NaN : i * 100 + c * 10 + k;
    }
  }
  return {
    spikeIds: nd(Int32Array.from({ length: count }, (_, i) => i)),
    times: nd(Float64Array.from({ length: count }, (_, i) => i + 0.5)),
    features: nd(features, [count, 2, 2]),
    shown: count,
    total: count,
    missing: 0,
    rule: 'all',
  };
}
const answer: FeatureAnswer = {
  channelIds: nd(new Int32Array([15, 13])),
  channelLabels: ['165', '164'],
  pcCount: 2,
  limit: 8,
  duration: 20,
  clusters: [
    { clusterId: 2, ...spikes(3) },
    { clusterId: 24, ...spikes(2, ['1,1']) },
  ],
  background: spikes(4),
};
function input(change: Partial<FeatureInput> = {}, values: Partial<FeatureInput['values']> = {}): FeatureInput {
  const all = { ...defaults(params), ...values };
  return { answer, values: all, style, size: { width: 440, height: 340 }, front: null, ...change };
}
const frameOf = (frames: readonly Frame[], id: string): Frame => frames.find((frame) => frame.id === id)!;
const pointsOf = (frame: Frame): readonly PointsMark[] =>
  frame.marks.flatMap((mark) => (mark.kind === 'points' ? [mark] : []));

describe('dimensions', () => {
  test('attributes and PCs of relative channels', () => {
    expect(parseDimension('time')).toEqual({ attribute: 'time' });
    expect(parseDimension('1B')).toEqual({ relative: 1, pc: 1 });
    expect(parseDimension('12J')).toEqual({ relative: 12, pc: 9 });
    expect(parseDimension('0K')).toBeUndefined();
    expect(['time', '0A', '1B', '2A'].map((dim) => dimensionLabel(dim, answer.channelLabels))).toEqual([
      'time',
      '165A',
      '164B',
      '165A',
    ]);
  });

  test('axes: the recording for time, the common limit over the scaling for PCs', () => {
    expect(axisRange('time', answer, 2)).toEqual([0, 20]);
    expect(axisRange('0A', answer, 1)).toEqual([-8, 8]);
    expect(axisRange('1B', answer, 2)).toEqual([-4, 4]);
  });
});

/** How many words stand in the ground of a time cell in a plot of that height, and whether the points leave room below them. */
const timeCell = (height: number) => {
  const { frames } = featureScene({ ...input(), size: { width: 400, height } });
  const [ground, points] = ['time,0A:ground', 'time,0A'].map((id) => frameOf(frames, id));
  return [ground.marks.length, points.box[1] > ground.box[1]];
};

/** Names in the gutters, and words in cells. */
const wordsIn = (given: Partial<FeatureInput>) => {
  const scene = featureScene(input(given));
  const gutters = scene.labels.map(({ edge, text }) => `${edge} ${text}`);
  const cells = scene.frames.flatMap(({ marks }) => marks.flatMap((mark) => (mark.kind === 'text' ? mark.text : [])));
  return [gutters, cells];
};

describe('featureScene', () => {
  test('the default grid: a frame per cell, named by its dimensions, in seconds and unscaled features', () => {
    const { frames } = featureScene(input());
    const cells = frames.filter((frame) => frame.inert !== true).map((frame) => frame.id);
    expect(cells).toEqual(GRID.flat());
    expect(frameOf(frames, 'time,1B').bounds).toEqual([0, -8, 20, 8]);
    expect(frameOf(frames, '0B,1A').bounds).toEqual([-8, -8, 8, 8]);
  });

  test('a cluster of few spikes is opaque, one of many as faint as spec/views.md 3b has it', () => {
    const alphas = [4, 550, 1000, 2500].map((shown) => {
      const clusters = answer.clusters.map((entry) => ({ ...entry, shown }));
      return pointsOf(frameOf(featureScene({ ...input(), answer: { ...answer, clusters } }).frames, '1A,0B'))[1]
        .color[3];
    });
    expect(alphas).toEqual([1, 0.75, 0.5, 0.5]);
  });

  test('`time` has a strip of its own, and is not written where a cell is too low for one', () => {
    expect([timeCell(300), timeCell(100)]).toEqual([
      [1, true],
      [0, false],
    ]);
  });

  test('background first, clusters in order, alpha 0.5, values of the right columns', () => {
    const clusters = answer.clusters.map((entry) => ({ ...entry, shown: 2500 }));
    const many = { ...answer, clusters };
    const points = pointsOf(frameOf(featureScene({ ...input(), answer: many }).frames, '1A,0B'));
    expect(points.map((mark) => mark.color)).toEqual([
      style.backgroundSpikes,
      [8 / 255, 146 / 255, 252 / 255, 0.5],
      [1, 2 / 255, 2 / 255, 0.5],
    ]);
    expect([...points[1].x]).toEqual([10, 110, 210]);
    expect([...points[1].y]).toEqual([1, 101, 201]);
    expect(points.every((mark) => mark.size === 2)).toBe(true);
  });

  test('a spike without a coordinate is not drawn in that cell, and is in others', () => {
    const { frames } = featureScene(input());
    expect([...pointsOf(frameOf(frames, '1A,0A'))[2].x]).toEqual([10]);
    expect([...pointsOf(frameOf(frames, 'time,0A'))[2].x]).toEqual([0.5, 1.5]);
    expect([...pointsOf(frameOf(frames, '0A,1A'))[2].y]).toEqual([10]);
  });

  test('a PC that the file does not hold is missing, not zero', () => {
    const { frames } = featureScene(input({ grid: [['0A,0C']] }));
    expect(pointsOf(frameOf(frames, '0A,0C')).map((mark) => mark.x.length)).toEqual([0, 0, 0]);
  });

  test('scaling changes bounds only; another marker size keeps the coordinates', () => {
    const before = pointsOf(frameOf(featureScene(input()).frames, '0B,1B'))[1];
    const scaled = frameOf(featureScene(input({}, { featureScaling: 4 })).frames, '0B,1B');
    expect(pointsOf(scaled)[1]).toBe(before);
    expect(scaled.bounds).toEqual([-2, -2, 2, 2]);
    const larger = pointsOf(frameOf(featureScene(input({}, { markerSize: 6 })).frames, '0B,1B'))[1];
    expect(larger.size).toBe(6);
    expect(larger.x).toBe(before.x);
  });

  test('names of dimensions once, in the outer gutters', () => {
    const { labels } = featureScene(input());
    expect(labels.filter((label) => label.edge === 'left').map((label) => label.text)).toEqual([
      '165A',
      '164A',
      '165B',
      '164B',
    ]);
    expect(labels.filter((label) => label.edge === 'bottom').map((label) => label.text)).toEqual([
      '165A',
      '164A',
      '165B',
      '164B',
    ]);
  });

  test('the names at the left have room at every size of text', () => {
    for (const scale of [1, 14 / 12, 7 / 3]) {
      const { gutters } = featureScene({ ...input(), style: { ...input().style, scale } });
      expect(gutters.left).toBeGreaterThanOrEqual(('165A'.length * 6.2 + 7) * scale);
    }
  });

  test('the held cluster is painted last', () => {
    const points = pointsOf(frameOf(featureScene(input({ front: 0 })).frames, '1A,0B'));
    expect(points.map((mark) => mark.x.length)).toEqual([4, 1, 3]);
  });

  describe("a grid of one's own", () => {
    test('names in the gutters only what all cells of a row or column have; cells name the rest', () => {
      // The example of the settings: the second cell has another y than the first, the second column time and a channel.
      expect(wordsIn({ grid: readGrid('0A,1A time,0A; 0A,0B 1A,0B') })).toEqual([
        ['left 165B', 'bottom 165A', 'bottom 164A'],
        ['164A by 165A', '165A by time'],
      ]);
      expect(wordsIn({ grid: readGrid('0A,0B 1A,0B; 0A,1B 0B,1B') })).toEqual([
        ['left 165B', 'left 164B', 'bottom 165A'],
        ['165B by 164A', '164B by 165B'],
      ]);
    });

    test('keeps a cell of a PC that the dataset does not have, and says so', () => {
      expect(wordsIn({ grid: readGrid('0A,0D 0B,0D') })[1]).toEqual(['no PC D', 'no PC D']);
      expect(featureScene(input({}, { grid: '0A,0D' })).frames.map(({ id }) => id)).toContain('0A,0D');
    });

    test('tells words for which a cell has no room', () => {
      const low = input({ size: { width: 400, height: 100 } });
      expect(['time,0A', '1A,0A'].map((cell) => unsaidWords(low, cell))).toEqual(['time', null]);
      expect(unsaidWords(input(), 'time,0A')).toBeNull();
    });
  });
});
