import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import { HOME } from '../../gui/plot/camera.ts';
import type { LinesMark, Rgba, SignalsMark } from '../../gui/plot/scene.ts';
import type { Piece, SignalTile } from '../../gui/view/signalTiles.ts';
import { type TraceInput, channelAt, labelStep, nearestSpike, TRACES, traceScene } from './draw.ts';
import { params } from './params.ts';
import type { TraceSpikes } from './query.ts';

const RATE = 1000;
const style = darkStyle();
/** Channel 0 lies deepest, channel 2 highest. */
const ranks = Int32Array.of(2, 1, 0);
const valueAt = (sample: number, channel: number): number => Math.sin(sample / 3 + channel) + channel;

function sampleTile(index: number): SignalTile {
  const lower = new Float32Array(256 * 3);
  for (let k = 0; k < 256; k++) for (let c = 0; c < 3; c++) lower[3 * k + c] = valueAt(256 * index + k, c);
  return { level: 0, index, columns: 256, values: { lower, upper: lower, rows: 3 }, share: 1, stage: 'done', bytes: 1 };
}
function columnTile(level: number, index: number): SignalTile {
  const lower = new Float32Array(256 * 3);
  const upper = new Float32Array(256 * 3);
  for (let k = 0; k < 256; k++) {
    for (let c = 0; c < 3; c++) {
      const own = Array.from({ length: 2 ** level }, (_, s) => valueAt((256 * index + k) * 2 ** level + s, c));
      lower[3 * k + c] = Math.min(...own);
      upper[3 * k + c] = Math.max(...own);
    }
  }
  return { level, index, columns: 256, values: { lower, upper, rows: 3 }, share: 1, stage: 'done', bytes: 1 };
}
const whole = (tile: SignalTile): Piece => ({ tile, from: 0, to: 256 });

/** Spikes of clusters 7 (channels 0 and 1) and 9 (channel 2). */
function spikesAt(list: readonly (readonly [sample: number, cluster: number])[]): TraceSpikes {
  return {
    spikeIds: nd(Int32Array.from(list.keys())),
    spikeClusters: nd(Int32Array.from(list, ([, cluster]) => cluster)),
    spikeSamples: nd(Float64Array.from(list, ([sample]) => sample)),
    spikeSampleCount: 5,
    shown: list.length,
    total: list.length,
    channels: [
      { clusterId: 7, channelIds: nd(Int32Array.of(0, 1)) },
      { clusterId: 9, channelIds: nd(Int32Array.of(2)) },
    ],
    density: nd(new Int32Array(0), [0, 240]),
  };
}

const GREY: Rgba = [0.5, 0.5, 0.5, 1];
function input(change: Partial<TraceInput> = {}): TraceInput {
  return {
    pieces: [whole(sampleTile(0)), whole(sampleTile(1))],
    ranks,
    channelLabels: ['a', 'b', 'c'],
    sampleRate: RATE,
    duration: 10,
    scale: { low: -1, high: 3, offsets: null },
    spikes: spikesAt([]),
    clusters: [7],
    colorOf: () => GREY,
    values: defaults(params),
    style,
    size: { width: 438, height: 328 },
    front: null,
    zoomY: 1,
    home: HOME,
    ...change,
  };
}
const marksOf = (given: TraceInput) => traceScene(given).frames[0].marks;
const signalsOf = (given: TraceInput) => marksOf(given).filter((mark): mark is SignalsMark => mark.kind === 'signals');
const linesOf = (given: TraceInput) => marksOf(given).filter((mark): mark is LinesMark => mark.kind === 'lines');
/** Vertices of a strip as [sample, value on that channel]. */
function strip(
  mark: LinesMark,
  k: number,
  signals: SignalsMark,
  channel: number,
): readonly (readonly [number, number])[] {
  const points = [];
  for (let v = mark.starts[k]; v < mark.starts[k + 1]; v++) {
    points.push([mark.x[v] * RATE, (mark.y[v] - signals.rows.base[channel]) / signals.gain] as const);
  }
  return points;
}
const colorOf = (mark: LinesMark, k: number) => Array.from(mark.stripColors?.subarray(4 * k, 4 * k + 4) ?? []);
const bytes = (color: Rgba) => color.map((part) => Math.round(255 * part));

/** Where a value lies in each row. */
const places = (signals: SignalsMark, value: number) =>
  [...signals.rows.base].map((base) => base + signals.gain * value);

describe('rows', () => {
  test('lie by depth from the bottom or the top; the scale fills a row from bottom to top', () => {
    const [mark] = signalsOf(input());
    // Three rows of views.md 1.6, by rank: [-1, -0.3667], [-0.3167, 0.3167], [0.3667, 1].
    expect(places(mark, -1)).toEqual([0.3667, -0.3167, -1].map((y) => expect.closeTo(y, 3)));
    expect(places(mark, 3)).toEqual([1, 0.3167, -0.3667].map((y) => expect.closeTo(y, 3)));
    const turned = signalsOf(input({ values: { ...defaults(params), origin: 'top' } }))[0];
    expect(places(turned, -1)).toEqual([-1, -0.3167, 0.3667].map((y) => expect.closeTo(y, 3)));
    const high = signalsOf(input({ values: { ...defaults(params), scaling: 2 } }))[0];
    expect(high.gain).toBeCloseTo(2 * mark.gain, 9);
    expect(places(high, 1)).toEqual(places(mark, 1).map((y) => expect.closeTo(y, 9)));
    const offsets = Float64Array.of(10, 20, 30);
    const shifted = signalsOf(input({ scale: { low: -1, high: 3, offsets } }))[0];
    expect(places(shifted, 30)[2]).toBeCloseTo(places(mark, 0)[2], 9);
  });

  test('are found again under the pointer', () => {
    expect([0.9, 0.1, -0.9, 5, -5].map((y) => channelAt(ranks, 'bottom', y))).toEqual([0, 1, 2, 0, 2]);
    expect(channelAt(ranks, 'top', 0.9)).toBe(2);
  });

  test('have as many numbers as have room, at even steps', () => {
    expect([12, 13, 26, 30, 384, 4000].map((rows) => labelStep(rows, 300, 1, 13))).toEqual([1, 1, 2, 2, 20, 200]);
    expect(labelStep(384, 300, 30, 13)).toBe(1);
    const many = Int32Array.from({ length: 100 }, (_, k) => k);
    const labels = Array.from({ length: 100 }, (_, k) => String(k));
    const shown = traceScene(input({ ranks: many, channelLabels: labels, pieces: [] })).labels.map(({ text }) => text);
    expect(shown).toEqual(labels.filter((_, k) => k % 5 === 0));
    expect(traceScene(input({ values: { ...defaults(params), labels: false } })).labels).toEqual([]);
  });
});

describe('traces', () => {
  test('lie at their time and are joined where tiles meet', () => {
    const [first, joint, second] = signalsOf(input());
    expect([first.x0, first.dx, first.from, first.to]).toEqual([0, 0.001, 0, 256]);
    expect([joint.x0, joint.from, joint.to]).toEqual([0.255, 0, 2]);
    expect([...joint.values.lower]).toEqual([
      ...first.values.lower.subarray(255 * 3),
      ...second.values.lower.subarray(0, 3),
    ]);
    expect(joint.values.lower).toBe(joint.values.upper);
    expect(second.x0).toBeCloseTo(0.256, 12);
    const apart = signalsOf(input({ pieces: [whole(sampleTile(0)), whole(sampleTile(2))] }));
    expect(apart).toHaveLength(2);
    const columns = signalsOf(input({ pieces: [whole(columnTile(3, 1))] }));
    expect([columns[0].x0, columns[0].dx]).toEqual([2.048, 0.008]);
  });

  test('stay the same objects while only labels change', () => {
    const given = input();
    expect(marksOf({ ...given, zoomY: 4 })[0]).toBe(marksOf(given)[0]);
    expect(traceScene(given).frames[0]).toMatchObject({ id: TRACES, bounds: [0, -1, 10, 1] });
  });
});

describe('spikes', () => {
  test('are the very samples of the trace under them, across tiles too', () => {
    const given = input({
      spikes: spikesAt([
        [100, 7],
        [256, 7],
      ]),
    });
    const [signals] = signalsOf(given);
    const [others, selected] = linesOf(given);
    expect(others.starts).toHaveLength(1);
    expect(selected.width).toBe(1.4);
    expect(selected.starts).toHaveLength(5);
    for (const [k, [spike, channel]] of [
      [100, 0],
      [100, 1],
      [256, 0],
      [256, 1],
    ].entries()) {
      const points = strip(selected, k, signals, channel);
      expect(points.map(([x]) => Math.round(x))).toEqual([-2, -1, 0, 1, 2].map((s) => spike + s));
      for (const [x, y] of points) expect(y).toBeCloseTo(valueAt(Math.round(x), channel), 5);
      expect(colorOf(selected, k)).toEqual(bytes(style.clusterColor(0)));
    }
  });

  test('are columns of the trace from smallest to largest where there are no samples', () => {
    const given = input({ pieces: [whole(columnTile(1, 0))], spikes: spikesAt([[101, 9]]), clusters: [7, 9] });
    const [signals] = signalsOf(given);
    const points = strip(linesOf(given)[1], 0, signals, 2);
    // Samples 99 to 103 lie in columns 49, 50 and 51.
    expect(points.map(([x]) => Math.round(x))).toEqual([99, 99, 101, 101, 103, 103]);
    for (const [k, column] of [49, 50, 51].entries()) {
      const own = [valueAt(2 * column, 2), valueAt(2 * column + 1, 2)].sort((a, b) => a - b);
      const drawn = [points[2 * k][1], points[2 * k + 1][1]].sort((a, b) => a - b);
      expect(drawn).toEqual(own.map((value) => expect.closeTo(value, 5)));
    }
    expect(colorOf(linesOf(given)[1], 0)).toEqual(bytes(style.clusterColor(1)));
  });

  test('that share a column are drawn once', () => {
    const many = spikesAt(Array.from({ length: 50 }, (_, k) => [1000 + k, 9]));
    const given = input({ pieces: [whole(columnTile(6, 0))], spikes: many, clusters: [9] });
    expect(linesOf(given)[1].starts).toHaveLength(3);
  });

  test('of clusters that are not selected come first, in the colours of the scheme; the one in front comes last', () => {
    const spikes = spikesAt([
      [50, 9],
      [60, 7],
      [70, 9],
      [80, 7],
    ]);
    const given = input({ spikes, clusters: [9, 7], front: 0 });
    const [, selected] = linesOf(given);
    const colors = Array.from({ length: selected.starts.length - 1 }, (_, k) => colorOf(selected, k));
    expect(colors.at(-1)).toEqual(bytes(style.clusterColor(0)));
    expect(colors[0]).toEqual(bytes(style.clusterColor(1)));
    const [others] = linesOf(input({ spikes, clusters: [7] }));
    expect(others.width).toBe(1);
    expect(colorOf(others, 0)).toEqual(bytes(GREY));
  });

  test('are left out where there is no trace', () => {
    const given = input({ spikes: spikesAt([[5000, 7]]) });
    expect(linesOf(given)[1].starts).toHaveLength(1);
  });

  test('are picked by channel and time', () => {
    const spikes = spikesAt([
      [50, 9],
      [60, 7],
      [70, 9],
      [80, 7],
    ]);
    const at = (channel: number, sample: number, screen: readonly [number, number] = [0, 256]) =>
      nearestSpike(spikes, channel, sample, screen);
    expect([at(2, 58), at(0, 58), at(1, 71), at(3, 71)]).toEqual([0, 1, 3, undefined]);
    // Spikes beside the screen are known too, but not meant.
    expect([at(2, 58, [55, 75]), at(1, 71, [0, 75]), at(1, 71, [65, 75])]).toEqual([2, 1, undefined]);
  });
});
