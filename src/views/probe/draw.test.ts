import { describe, expect, test } from 'vitest';
import { siteSpacing } from '../../core/analysis/probe.ts';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { BarsMark, Frame, Scene, TextMark } from '../../gui/plot/scene.ts';
import { isPlaceholder, probeLayout, probeScene, siteAt } from './draw.ts';
import type { ProbeInput, ProbeValues } from './drawLayout.ts';
import { params } from './params.ts';
import type { ProbeAnswer } from './query.ts';

const style = darkStyle();
type Site = readonly [x: number, y: number, shank?: number];

async function answerOf(sites: readonly Site[], clusters: readonly (readonly number[])[]): Promise<ProbeAnswer> {
  const positions = Float64Array.from(sites.flatMap(([x, y]) => [x, y]));
  const shanks = Int32Array.from(sites, ([, , shank]) => shank ?? 0);
  const spacing = await siteSpacing(positions, shanks, async () => undefined);
  return {
    channelIds: nd(Int32Array.from(sites.keys())),
    channelLabels: sites.map((_, k) => String(k)),
    shanks: nd(shanks),
    positions: nd(positions, [sites.length, 2]),
    drawn: nd(positions, [sites.length, 2]),
    spacing: nd(spacing, [spacing.length / 2, 2]),
    clusters: clusters.map((channelIds, k) => ({ clusterId: 10 + k, channelIds: nd(Int32Array.from(channelIds)) })),
  };
}
function inputOf(
  answer: ProbeAnswer,
  size: ProbeInput['size'],
  values: Partial<ProbeValues> = {},
  zoom: ProbeInput['zoom'] = [1, 1],
): ProbeInput {
  return { answer, values: { ...defaults(params), ...values }, style, size, zoom };
}

const PROBES: Readonly<Record<string, readonly Site[]>> = {
  single: [[5, 7]],
  tetrode: [
    [0, 0],
    [25, 0],
    [0, 25],
    [25, 25],
  ],
  row: Array.from({ length: 8 }, (_, k): Site => [50 * k, 0]),
  line: Array.from({ length: 16 }, (_, k): Site => [0, 50 * k]),
  neuropixels: Array.from({ length: 384 }, (_, k): Site => [[43, 11, 59, 27][k % 4], 20 * Math.floor(k / 2)]),
  fourShanks: Array.from({ length: 384 }, (_, k): Site => {
    const shank = Math.floor(k / 96);
    return [250 * shank + 32 * (k % 2), 15 * Math.floor((k % 96) / 2), shank];
  }),
  // Each shank in coordinates of its own.
  sameCoordinates: Array.from(
    { length: 60 },
    (_, k): Site => [16 * (k % 2), 20 * Math.floor((k % 30) / 2) + (k < 30 ? 0 : 7), k < 30 ? 0 : 1],
  ),
  array: Array.from({ length: 3600 }, (_, k): Site => [17.5 * (k % 60), 17.5 * Math.floor(k / 60)]),
  long: Array.from(
    { length: 5000 },
    (_, k): Site => [8 + 24 * (k % 2) + 12 * (Math.floor(k / 2) % 2), 12 * Math.floor(k / 2)],
  ),
};
const SIZES = [
  { width: 122, height: 900 },
  { width: 420, height: 320 },
  { width: 60, height: 120 },
] as const;

type Rect = readonly [x0: number, y0: number, x1: number, y1: number];
/** CSS px of a data place in a frame, y up, at zoom 1. */
function pixel(
  scene: Scene,
  size: ProbeInput['size'],
  { box, bounds }: Frame,
  x: number,
  y: number,
): readonly [number, number] {
  const { left, right, top, bottom } = scene.gutters;
  const at = (value: number, axis: 0 | 1, length: number): number => {
    const share = (value - bounds[axis]) / (bounds[axis + 2] - bounds[axis]);
    return ((box[axis] + share * (box[axis + 2] - box[axis]) + 1) / 2) * length;
  };
  return [at(x, 0, size.width - left - right), at(y, 1, size.height - top - bottom)];
}
const middle = (mark: BarsMark, k: number): number => (mark.x0[k] + mark.x1[k]) / 2;
const barsOf = (frame: Frame): readonly BarsMark[] => frame.marks.flatMap((m) => (m.kind === 'bars' ? [m] : []));
const textsOf = (frame: Frame): readonly TextMark[] => frame.marks.flatMap((m) => (m.kind === 'text' ? [m] : []));

function rectangles(scene: Scene, size: ProbeInput['size']): readonly Rect[] {
  return scene.frames.flatMap((frame) =>
    barsOf(frame).flatMap((mark) =>
      Array.from(mark.x0.keys(), (k): Rect => {
        const low = pixel(scene, size, frame, mark.x0[k], mark.y0[k]);
        return [...low, ...pixel(scene, size, frame, mark.x1[k], mark.y1[k])];
      }),
    ),
  );
}
/** Two rectangles that share more than rounding, else null. Looks at neighbours in y only. */
function overlapping(all: readonly Rect[]): readonly [Rect, Rect] | null {
  const sorted = all.toSorted((a, b) => a[1] - b[1]);
  for (const [i, a] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length && sorted[j][1] < a[3] - 1e-6; j++) {
      const b = sorted[j];
      if (b[0] < a[2] - 1e-6 && a[0] < b[2] - 1e-6) return [a, b];
    }
  }
  return null;
}

/** Labels of a frame as they are written at a zoom, CSS px, y up. */
function labelRects(scene: Scene, size: ProbeInput['size'], frame: Frame, zoom: number): readonly Rect[] {
  return textsOf(frame).flatMap((text) =>
    text.text.map((label, k): Rect => {
      const [x, y] = pixel(scene, size, frame, text.x[k], text.y[k]).map((px) => px * zoom);
      const [w, h] = [label.length * 3, 5];
      const left = x + (text.offset?.[0] ?? 0);
      if (text.anchor[0] === -1) return [left, y - h, left + 2 * w, y + h];
      if (text.anchor[0] === 1) return [left - 2 * w, y - h, left, y + h];
      return text.anchor[1] === 0 ? [x - w, y - h, x + w, y + h] : [x - w, y - 2 * h, x + w, y];
    }),
  );
}
/** Rectangles of clusters of a frame at a zoom, CSS px. */
function markerRects(scene: Scene, size: ProbeInput['size'], frame: Frame, zoom: number): readonly Rect[] {
  const zoomed = (x: number, y: number): readonly [number, number] => {
    const [px, py] = pixel(scene, size, frame, x, y);
    return [px * zoom, py * zoom];
  };
  return barsOf(frame)
    .slice(1)
    .flatMap((mark) =>
      Array.from(mark.x0.keys(), (k): Rect => [...zoomed(mark.x0[k], mark.y0[k]), ...zoomed(mark.x1[k], mark.y1[k])]),
    );
}

describe('probeScene', () => {
  const cases = Object.keys(PROBES).flatMap((name) => [false, true].map((trueAspect) => ({ name, trueAspect })));
  test.each(cases)(
    'nothing overlaps and all is in view: $name, true aspect $trueAspect',
    async ({ name, trueAspect }) => {
      const sites = PROBES[name];
      const best = (start: number): number[] => [...sites.keys()].slice(start, start + 12);
      for (const count of [0, 1, 3, 20]) {
        const answer = await answerOf(
          sites,
          Array.from({ length: count }, (_, k) => best(Math.floor(k / 2))),
        );
        for (const size of SIZES) {
          const scene = probeScene(inputOf(answer, size, { trueAspect }));
          const all = rectangles(scene, size);
          const onSite = answer.clusters.reduce((sum, { channelIds }) => sum + channelIds.data.length, 0);
          const grey = sites.length - new Set(answer.clusters.flatMap(({ channelIds }) => [...channelIds.data])).size;
          expect(all).toHaveLength(onSite + grey);
          expect(overlapping(all)).toBeNull();
          const { left, right, top, bottom } = scene.gutters;
          const [width, height] = [size.width - left - right, size.height - top - bottom];
          const outside = all.filter(
            ([x0, y0, x1, y1]) => x0 < -1e-6 || y0 < -1e-6 || x1 > width + 1e-6 || y1 > height + 1e-6,
          );
          expect(outside).toEqual([]);
          expect(all.filter(([x0, y0, x1, y1]) => !(x1 > x0 && y1 > y0))).toEqual([]);
        }
      }
    },
  );

  test('clusters on one site stand side by side, centred, in the order of the selection', async () => {
    const answer = await answerOf(PROBES.tetrode, [[0, 1], [1], [1]]);
    const scene = probeScene(inputOf(answer, { width: 300, height: 200 }));
    const frame = scene.frames[1];
    const [grey, first, second, third] = barsOf(frame);
    expect([grey, first, second, third].map((mark) => mark.color)).toEqual([
      style.site,
      ...[0, 1, 2].map((rank) => style.clusterColor(rank)),
    ]);
    expect([grey, first, second, third].map((mark) => mark.x0.length)).toEqual([2, 2, 1, 1]);
    expect(middle(first, 0)).toBeCloseTo(0, 9);
    expect(middle(second, 0)).toBeCloseTo(25, 9);
    expect(middle(first, 1) + middle(third, 0)).toBeCloseTo(50, 9);
    expect(first.x1[1]).toBeLessThan(second.x0[0]);
    expect(second.x1[0]).toBeLessThan(third.x0[0]);
  });

  test('shanks stand apart, in frames of their own, with their numbers above', async () => {
    for (const name of ['fourShanks', 'sameCoordinates'] as const) {
      for (const trueAspect of [false, true]) {
        const scene = probeScene(inputOf(await answerOf(PROBES[name], []), SIZES[1], { trueAspect }));
        const boxes = scene.frames.filter((frame) => frame.inert !== true).map((frame) => frame.box);
        expect(boxes).toHaveLength(name === 'fourShanks' ? 4 : 2);
        for (const [k, box] of boxes.entries())
          if (k > 0) expect(box[0]).toBeGreaterThanOrEqual(boxes[k - 1][2] - 1e-9);
        expect(scene.labels.map(({ text }) => text.replace('shank ', ''))).toEqual([...boxes.keys()].map(String));
      }
    }
    const one = probeScene(inputOf(await answerOf(PROBES.neuropixels, []), SIZES[0]));
    expect(one.labels).toEqual([]);
    expect(one.frames.map((frame) => frame.id)).toEqual(['depth', 'shank 0']);
  });

  test('the depth axis is in µm and agrees with the sites; stand-ins for positions have no unit', async () => {
    const scene = probeScene(inputOf(await answerOf(PROBES.neuropixels, []), SIZES[0]));
    const [depth, shank] = scene.frames;
    expect(scene.yAxes).toMatchObject([{ frame: 'depth', unit: 'µm', grid: true }]);
    const depthOf = (y: number): number => pixel(scene, SIZES[0], depth, 0, y)[1];
    for (const y of [0, 1000, 3820]) expect(depthOf(y)).toBeCloseTo(pixel(scene, SIZES[0], shank, 0, y)[1], 9);
    const standIn = await answerOf(
      [
        [0, 0],
        [0, 0.5],
        [0, 1],
      ],
      [],
    );
    expect(isPlaceholder(standIn)).toBe(true);
    expect(probeScene(inputOf(standIn, SIZES[0])).yAxes[0].unit).toBeUndefined();
    // One row of sites: only its own depth means anything.
    expect(probeScene(inputOf(await answerOf(PROBES.row, []), SIZES[0])).yAxes[0].ticks).toEqual([0]);
  });

  test('true aspect: a micrometre is as long in both directions, and shanks keep their distance', async () => {
    const input = inputOf(await answerOf(PROBES.fourShanks, []), SIZES[1], { trueAspect: true });
    const { scale } = probeLayout(input);
    expect(scale[0]).toBe(scale[1]);
    const scene = probeScene(input);
    const [, first, second] = scene.frames;
    const [x0, y0] = pixel(scene, SIZES[1], first, 0, 0);
    const [x1, y1] = pixel(scene, SIZES[1], second, 250, 15);
    expect((x1 - x0) / 250).toBeCloseTo((y1 - y0) / 15, 9);
    // The axis is as high as the probe, not as the view.
    expect(scene.frames[0].bounds[1]).toBeGreaterThan(-60);
  });

  const labelled = ['neuropixels', 'fourShanks', 'sameCoordinates', 'array'] as const;
  test.each(labelled.flatMap((name) => SIZES.slice(0, 2).map((size) => ({ name, size }))))(
    'labels never meet each other, a cluster or an edge; zooming in brings all of them: $name, $size.width px',
    async ({ name, size }) => {
      const answer = await answerOf(PROBES[name], [[20, 21, 22, 23]]);
      let before = 0;
      for (const zoom of [1, 2, 4, 8, 40]) {
        const scene = probeScene(inputOf(answer, size, { labels: true }, [zoom, zoom]));
        const labels = scene.frames.flatMap((frame) => labelRects(scene, size, frame, zoom));
        const markers = scene.frames.flatMap((frame) => markerRects(scene, size, frame, zoom));
        expect(overlapping([...labels, ...markers])).toBeNull();
        const { left, right } = scene.gutters;
        expect(labels.filter(([x0, , x1]) => x0 < 0 || x1 > (size.width - left - right) * zoom)).toEqual([]);
        expect(labels.length).toBeGreaterThanOrEqual(before);
        before = labels.length;
      }
      expect(before).toBe(PROBES[name].length);
    },
  );

  test('channels with clusters have their labels beside these, where there is room', async () => {
    const answer = await answerOf(PROBES.neuropixels.slice(0, 64), [[4, 5, 6], [5]]);
    const { frames } = probeScene(inputOf(answer, SIZES[1], { labels: true }));
    const [over, beside, left] = textsOf(frames[1]);
    expect([beside.text, left.text]).toEqual([['4', '5', '6'], []]);
    expect(over.text.filter((text) => beside.text.includes(text))).toEqual([]);
    // 5 has the rectangles of two clusters side by side, 12 px wide each.
    const right = (site: number) => beside.x[site - 4] - answer.positions.data[2 * site];
    expect(right(5) / right(4)).toBeCloseTo(2, 6);
  });

  test('zooming keeps the marks', async () => {
    const answer = await answerOf(PROBES.neuropixels, [[1, 2]]);
    const marks = (values: Partial<ProbeValues>, zoom: number) =>
      barsOf(probeScene(inputOf(answer, SIZES[0], values, [zoom, zoom])).frames[1]);
    const first = marks({}, 1);
    expect(marks({}, 5).every((mark, k) => mark === first[k])).toBe(true);
    expect(marks({ trueAspect: true }, 1)[0]).not.toBe(first[0]);
  });
});

describe('siteAt', () => {
  test('finds the site under the pointer in its own shank, and none far from all', async () => {
    const answer = await answerOf(PROBES.fourShanks, []);
    const layout = probeLayout(inputOf(answer, SIZES[1]));
    expect(siteAt(answer, layout, 'shank 1', [250, 0])).toBe(96);
    expect(siteAt(answer, layout, 'shank 1', [283, 16])).toBe(99);
    expect(siteAt(answer, layout, 'shank 1', [266, 7.5])).toBe(siteAt(answer, layout, 'shank 1', [266, 7.5]));
    expect(siteAt(answer, layout, 'shank 1', [250, -400])).toBeUndefined();
    expect(siteAt(answer, layout, 'shank 7', [250, 0])).toBeUndefined();
  });
});
