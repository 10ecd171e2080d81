import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { seededRandom } from '../../core/base/random.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { Box, ImageMark, Rgba, Scene, SegmentsMark } from '../../gui/plot/scene.ts';
import { rasterScene, spikesAt } from './draw.ts';
import { type RasterInterval, spikesOnScreen, wantedInterval } from './drawInterval.ts';
import { barWidth, type RasterInput, rowIds } from './drawRows.ts';
import type { RasterDensity, RasterSpikes } from './query.ts';

const style = darkStyle();
const HOME: Box = [-1, -1, 1, 1];
const DURATION = 20;
/** A hundred px of plot area per side, beside ids of two or of three digits. */
const sizeFor = (rows: number) => ({ width: (rows > 90 ? 44 : 40) + 100 + 8, height: 8 + 100 + 20 });
const gray: Rgba = [0.5, 0.25, 0.75, 1];
const redAndBlue = (id: number): Rgba => (id % 2 === 0 ? [1, 0, 0, 1] : [0, 0, 1, 1]);

/** `perRow` spikes of each of `rows` clusters with ids 10, 11, .. */
function spikesOf(rows: number, perRow: number, seed = 1): RasterSpikes {
  const random = seededRandom(seed);
  const spikes = Array.from({ length: rows * perRow }, (_, k) => ({ row: k % rows, time: random.next() * DURATION }));
  spikes.sort((a, b) => a.time - b.time);
  return {
    clusterIds: nd(Int32Array.from({ length: rows }, (_, row) => 10 + row)),
    startSeconds: 0,
    endSeconds: DURATION,
    bounds: [0, 0, DURATION, rows],
    spikeTimes: nd(Float64Array.from(spikes, (spike) => spike.time)),
    spikeRows: nd(Int32Array.from(spikes, (spike) => spike.row)),
    spikeIds: nd(Int32Array.from(spikes.keys())),
  };
}
/** The same spikes counted in columns of an interval. */
function countedIn(spikes: RasterSpikes, columns: number, start = 0, end = DURATION): RasterDensity {
  const { clusterIds, bounds, spikeTimes, spikeRows } = spikes;
  const rows = clusterIds.data.length;
  const density = new Int32Array(rows * columns);
  for (const [k, time] of spikeTimes.data.entries()) {
    if (time < start || time >= end) continue;
    density[spikeRows.data[k] * columns + Math.floor(((time - start) / (end - start)) * columns)]++;
  }
  return { clusterIds, bounds, startSeconds: start, endSeconds: end, density: nd(density, [rows, columns]) };
}
function inputOf(answer: RasterInput['answer'], more: Partial<RasterInput> = {}): RasterInput {
  return {
    answer,
    values: { markerSize: 0.01, uniform: false },
    style,
    size: sizeFor(answer.clusterIds.data.length),
    visible: HOME,
    resolution: 1,
    order: Array.from(answer.clusterIds.data),
    selected: [],
    colorOf: () => gray,
    ...more,
  };
}
const marksIn = (scene: Scene, frame: string) => scene.frames.find(({ id }) => id === frame)?.marks ?? [];
function imageOf(input: RasterInput): ImageMark {
  const [mark] = marksIn(rasterScene(input), 'density');
  if (mark?.kind !== 'image') throw new Error('no image');
  return mark;
}
const barsOf = (input: RasterInput): readonly SegmentsMark[] =>
  marksIn(rasterScene(input), 'raster').flatMap((mark) => (mark.kind === 'segments' ? [mark] : []));
/** RGBA of one pixel. */
const pixel = ({ pixels, columns }: ImageMark, x: number, y: number): readonly number[] =>
  Array.from(pixels.subarray(4 * (y * columns + x), 4 * (y * columns + x) + 4));
/** Which of the 100 pixels in the middle of each of three rows are lit. */
function litPixels(input: RasterInput): readonly boolean[] {
  const image = imageOf(input);
  return [0, 1, 2].flatMap((row) => Array.from({ length: 100 }, (_, x) => isLit(image, x, 33 * row + 17)));
}
const isLit = (image: ImageMark, x: number, y: number): boolean => pixel(image, x, y)[3] > 0;

describe('density', () => {
  test('every spike lights its pixel, at any zoom, counted or listed, in rows high or low', () => {
    const missed: (readonly number[])[] = [];
    for (const rows of [5, 40, 330]) {
      const all = spikesOf(rows, Math.ceil(1200 / rows), rows);
      for (const [x0, x1, y0, y1] of [
        [-1, 1, -1, 1],
        [-0.3, 0.1, -1, 1],
        [0.52, 0.53, -0.4, 0.9],
      ]) {
        const seconds = [x0, x1].map((x) => ((x + 1) / 2) * DURATION);
        const fine = Math.round((100 * DURATION) / (seconds[1] - seconds[0]));
        for (const answer of [all, countedIn(all, fine), countedIn(all, 3 * fine)]) {
          const values = { markerSize: 50, uniform: true };
          const input = inputOf(answer, { visible: [x0, y0, x1, y1], values });
          const bars = barsOf(input);
          const image = bars.length === 0 ? imageOf(input) : null;
          const height = 100 / ((y1 - y0) / 2) / rows;
          for (const [k, time] of all.spikeTimes.data.entries()) {
            const row = all.spikeRows.data[k];
            const x = Math.floor(((time - seconds[0]) / (seconds[1] - seconds[0])) * 100);
            const y = Math.floor((row + 0.5 - ((1 - y1) / 2) * rows) * height);
            if (x < 0 || x >= 100 || y < 0 || y >= 100) continue;
            const seen = image === null ? bars.some(({ ends }) => ends.includes(time)) : isLit(image, x, y);
            if (!seen) missed.push([rows, x0, row, time]);
          }
        }
      }
    }
    expect(missed).toEqual([]);
  });

  test('nothing is lit without a spike', () => {
    const all = countedIn(spikesOf(4, 10), 100);
    const image = imageOf(inputOf(all));
    const [, columns] = all.density.shape;
    // Bars are 2 px wide: a column and the one before it.
    for (let row = 0; row < 4; row++) {
      for (let x = 0; x < 100; x++) {
        const near = [x, x + 1].some((c) => c < columns && all.density.data[row * columns + c] > 0);
        expect(isLit(image, x, row * 25 + 12)).toBe(near);
      }
    }
  });

  test('more spikes are brighter, in each row by its own busiest pixel or in all by that of all', () => {
    const one = countedIn(spikesOf(2, 0), 100);
    const counts = [
      [0, 10, 40],
      [1, 10, 1],
      [0, 60, 4],
      [1, 60, 4],
    ];
    for (const [row, column, count] of counts) one.density.data[row * 100 + column] = count;
    const alphas = (uniform: boolean) => {
      const image = imageOf(inputOf(one, { values: { markerSize: 0.01, uniform } }));
      return counts.map(([row, column]) => pixel(image, column, row * 50 + 25)[3]);
    };
    const own = alphas(false);
    expect(own[0]).toBe(Math.round(255 * 0.75));
    expect(own[3]).toBe(own[0]);
    expect(own[2]).toBeLessThan(own[0]);
    expect(own[1]).toBe(Math.round(255 * 0.75 * (0.35 + 0.65 * 0.5)));
    const shared = alphas(true);
    expect(shared[2]).toBe(shared[3]);
    expect(shared[0]).toBeGreaterThan(shared[3]);
  });

  test('wide columns of an answer that is still too coarse fill all their pixels', () => {
    const coarse = countedIn(spikesOf(1, 0), 10);
    coarse.density.data[3] = 5;
    const image = imageOf(inputOf(coarse, { values: { markerSize: 0.01, uniform: false } }));
    expect(Array.from({ length: 100 }, (_, x) => isLit(image, x, 50)).indexOf(true)).toBe(29);
    for (let x = 30; x < 40; x++) expect(isLit(image, x, 50)).toBe(true);
    expect(isLit(image, 40, 50)).toBe(false);
  });

  test('beside the interval that an answer has, one about the whole recording is seen', () => {
    const all = spikesOf(3, 200);
    const whole = countedIn(all, 100);
    const part = countedIn(all, 200, 8, 12);
    const both = litPixels(inputOf(part, { whole }));
    expect(both).toEqual(litPixels(inputOf(whole)));
    expect(litPixels(inputOf(part)).filter(Boolean).length).toBeLessThan(both.filter(Boolean).length / 3);
    // Another clustering has other rows.
    const other = { ...whole, clusterIds: nd(Int32Array.of(10, 11, 99)) };
    expect(litPixels(inputOf(part, { whole: other }))).toEqual(litPixels(inputOf(part)));
  });

  test('rows lower than a pixel mix their colours, and a selected one is at least 3 px high, opaque', () => {
    const answer = countedIn(spikesOf(400, 100), 100);
    const image = imageOf(inputOf(answer, { colorOf: redAndBlue, selected: [10 + 200] }));
    const [r, g, b] = pixel(image, 50, 10);
    expect(g).toBe(0);
    expect(Math.min(r, b)).toBeGreaterThan(40);
    const own = [49, 50, 51, 52].map((y) => pixel(image, 50, y));
    expect(own.filter(([, , blue, alpha]) => alpha === 255 && blue > 100).length).toBe(3);
  });
});

describe('rows', () => {
  test('follow the order given; clusters that the answer does not have are left out', () => {
    const answer = spikesOf(3, 2);
    expect(rowIds(answer, [12, 99, 10, 11])).toEqual([12, 10, 11]);
    const { labels } = rasterScene(inputOf(answer, { order: [12, 10, 11], selected: [10, 44, 12] }));
    expect(labels.map(({ text, first, marker }) => [text, first, marker?.shape])).toEqual([
      ['12', true, 'triangle'],
      ['10', true, 'disc'],
      ['11', undefined, undefined],
    ]);
  });

  test('a row cut off by the edge has its id beside the part that is seen', () => {
    const answer = spikesOf(2, 2);
    const [first, second] = rasterScene(inputOf(answer, { visible: [-1, -0.2, 1, 0.4] })).labels;
    expect(first.at).toBeCloseTo(0.2);
    expect(second.at).toBeCloseTo(-0.1);
  });

  test('nothing to show is a scene without marks', () => {
    const { frames, labels } = rasterScene(inputOf(spikesOf(2, 1), { order: [] }));
    expect([frames.flatMap(({ marks }) => marks), labels]).toEqual([[], []]);
  });
});

describe('bars', () => {
  test('each spike of sparse rows is a bar at its time; selected ones are opaque and last, on a band', () => {
    const answer = spikesOf(4, 5);
    const input = inputOf(answer, {
      values: { markerSize: 5, uniform: false },
      selected: [11],
      order: [13, 12, 11, 10],
    });
    const marks = marksIn(rasterScene(input), 'raster');
    expect(marks.map(({ kind }) => kind)).toEqual(['segments', 'segments', 'segments', 'bars', 'segments']);
    const bars = barsOf(input);
    expect(bars.map(({ color }) => color)).toEqual([
      ...[0, 1, 2].map(() => [0.5, 0.25, 0.75, 0.75]),
      style.clusterColor(0),
    ]);
    const times = (row: number) =>
      Array.from(answer.spikeTimes.data.filter((_, k) => answer.spikeRows.data[k] === row));
    const [x0, y0, x1, y1] = [0, 1, 2, 3].map((k) => bars[0].ends.filter((_, at) => at % 4 === k));
    expect([Array.from(x0), Array.from(x1)]).toEqual([times(3), times(3)]);
    expect([Math.min(...y0), Math.max(...y1)].map((v) => Number(v.toFixed(3)))).toEqual([3.08, 3.92]);
    expect(Array.from(bars[3].ends.filter((_, at) => at % 4 === 0))).toEqual(times(1));
  });

  test('keep their marks while the view moves', () => {
    const input = inputOf(spikesOf(4, 5));
    const moved = barsOf({ ...input, visible: [-0.5, -1, 0.5, 1] });
    for (const [k, mark] of barsOf(input).entries()) expect(moved[k]).toBe(mark);
  });

  test('crowded or low rows are drawn as pixels', () => {
    expect(barsOf(inputOf(spikesOf(2, 200)))).toEqual([]);
    expect(barsOf(inputOf(spikesOf(60, 1)))).toEqual([]);
    expect(barsOf(inputOf(spikesOf(2, 200), { visible: [0, -1, 0.05, 1] }))).toHaveLength(2);
  });

  test('their width follows the marker size (spec/views.md 10b)', () => {
    expect([0.01, 5, 20, 100].map(barWidth)).toEqual([2, 4, 10, 40]);
  });
});

describe('what is under the pointer and on screen', () => {
  const all = spikesOf(3, 40);
  const counted = countedIn(all, 200);

  test('cluster of the row, nearest spike or number of spikes', () => {
    const k = all.spikeRows.data.indexOf(1);
    const time = all.spikeTimes.data[k];
    expect(spikesAt(all, [12, 11, 10], [time + 1e-4, 1.5], 1e-3)).toEqual({
      clusterId: 11,
      nearest: time,
      count: null,
    });
    expect(spikesAt(all, [12, 11, 10], [time + 1e-4, 1.5], 1e-5)?.nearest).toBeNull();
    const column = Math.floor((time / DURATION) * 200);
    const there = spikesAt(counted, [12, 11, 10], [(column + 0.5) * 0.1, 1.5], 0.01);
    expect(there).toEqual({ clusterId: 11, nearest: null, count: counted.density.data[200 + column] });
    expect(spikesAt(all, [12, 11, 10], [1, 3.2], 1)).toBeNull();
    expect(spikesAt(all, [12, 11, 10], [1, -0.1], 1)).toBeNull();
  });

  test('counts the spikes on screen: all of them at home, else those of the rows and seconds seen', () => {
    expect(spikesOnScreen(all, [12, 11, 10], HOME)).toBe(120);
    expect(spikesOnScreen(counted, [12, 11, 10], HOME)).toBe(120);
    expect(spikesOnScreen(all, [12, 10], HOME)).toBe(80);
    // The upper row and half of the middle one, in the second quarter of the recording.
    const visible: Box = [-0.5, 0, 0, 1];
    const wanted = all.spikeTimes.data.filter((t, k) => t >= 5 && t < 10 && all.spikeRows.data[k] !== 0).length;
    expect(spikesOnScreen(all, [12, 11, 10], visible)).toBe(wanted);
    expect(spikesOnScreen(counted, [12, 11, 10], visible)).toBe(wanted);
  });
});

describe('what is asked for', () => {
  const many = { width: 500, spikeCount: 1_000_000, durationSeconds: DURATION };
  const columnsPerSecond = ({ startSeconds, endSeconds, columns }: RasterInterval): number =>
    (columns ?? Infinity) / ((endSeconds ?? DURATION) - startSeconds);
  /** As if 1,000,000 spikes were spread evenly. */
  function evenly({ startSeconds, endSeconds, columns }: RasterInterval): RasterDensity {
    const end = endSeconds ?? DURATION;
    const perColumn = (1_000_000 / DURATION) * ((end - startSeconds) / (columns ?? 1));
    const density = new Int32Array(columns ?? 1).fill(Math.round(perColumn));
    const clusterIds = nd(Int32Array.of(10));
    return {
      clusterIds,
      bounds: [0, 0, 1.01 * DURATION, 1],
      startSeconds,
      endSeconds: end,
      density: nd(density, [1, density.length]),
    };
  }

  test('all of the recording first, a column for each px or more; every spike when they are few', () => {
    const first = wantedInterval({ ...many, asked: null, answer: null, visible: HOME });
    expect(first).toEqual({ startSeconds: 0, endSeconds: null, columns: 512 });
    const few = wantedInterval({ ...many, spikeCount: 30_000, asked: null, answer: null, visible: HOME });
    expect(few.columns).toBeNull();
    expect(wantedInterval({ ...many, asked: first, answer: evenly(first), visible: HOME })).toBe(first);
    const wider = wantedInterval({ ...many, width: 900, asked: first, answer: evenly(first), visible: HOME });
    expect(wider.columns).toBe(1024);
  });

  test('zooming asks for the part on screen with a margin, never coarser than a px, until spikes are few enough', () => {
    let asked = wantedInterval({ ...many, asked: null, answer: null, visible: HOME });
    let single = 0;
    for (let zoom = 1; zoom < 5000; zoom *= 1.1618) {
      const visible: Box = [0.3 - 1 / zoom, -1, 0.3 + 1 / zoom, 1];
      const [from, to] = [visible[0], visible[2]].map((x) => ((x + 1) / 2) * 1.01 * DURATION);
      asked = wantedInterval({ ...many, asked, answer: evenly(asked), visible });
      const end = asked.endSeconds ?? DURATION;
      expect(asked.startSeconds).toBeLessThanOrEqual(Math.max(0, from));
      expect(end).toBeGreaterThanOrEqual(Math.min(DURATION, to));
      if (asked.columns === null) {
        single++;
        expect((end - asked.startSeconds) * 50_000).toBeLessThan(31_000);
        continue;
      }
      expect(columnsPerSecond(asked) * (to - from)).toBeGreaterThan(500 / 1.03);
      expect(asked.columns).toBeLessThanOrEqual(3 * 512);
    }
    expect(single).toBeGreaterThan(10);
  });

  test('panning within what is there asks for nothing; the same place is asked for in the same words', () => {
    const first = wantedInterval({ ...many, asked: null, answer: null, visible: HOME });
    const at = (x: number, asked: RasterInterval): RasterInterval =>
      wantedInterval({ ...many, asked, answer: evenly(asked), visible: [x - 0.1, -1, x + 0.1, 1] });
    const here = at(0, first);
    expect(at(0.02, here)).toBe(here);
    const away = at(0.6, here);
    expect(away).not.toEqual(here);
    expect(at(0, away)).toEqual(here);
  });

  test('a recording without spikes or without length is asked for whole', () => {
    const none: RasterDensity = { ...evenly({ startSeconds: 0, endSeconds: 0, columns: 1 }), bounds: [0, 0, 0, 0] };
    const wanted = { width: 300, spikeCount: 0, durationSeconds: 0, asked: null, answer: none, visible: HOME };
    expect(wantedInterval(wanted)).toEqual({ startSeconds: 0, endSeconds: null, columns: null });
  });
});
