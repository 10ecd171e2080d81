import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { BarsMark, Frame, SegmentsMark } from '../../gui/plot/scene.ts';
import {
  type CorrelogramInput,
  binAt,
  captionText,
  correlogramScene,
  delayAxes,
  delayTicks,
  refractoryBins,
} from './draw.ts';
import { params } from './params.ts';
import type { CorrelogramAnswer } from './query.ts';

const style = darkStyle();
const round = (values: Iterable<number>): readonly number[] => [...values].map((v) => Math.round(v * 1e6) / 1e6);

/** The vector of spec/views.md 5a: bin 2 ms, window 20 ms. */
const answer: CorrelogramAnswer = {
  counts: nd(
    Int32Array.from(
      [
        [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 1, 1, 3, 1, 0, 0, 0],
        [0, 0, 0, 1, 3, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0],
      ].flat(),
    ),
    [2, 2, 11],
  ),
  half: 5,
  delays: nd(Float64Array.from({ length: 11 }, (_, k) => (k - 5) * 0.002)),
  baseline: nd(new Float64Array([0.5, 0.5, 0.5, 2]), [2, 2]),
  usedSpikes: nd(new Int32Array([4, 4])),
  totalSpikes: nd(new Int32Array([4, 4])),
  duration: 0.06,
  clusters: [
    { clusterId: 7, shown: 4, total: 4, missing: 0, rule: 'all' },
    { clusterId: 12, shown: 4, total: 4, missing: 0, rule: 'all' },
  ],
};
function input(values: Partial<CorrelogramInput['values']> = {}, height = 300): CorrelogramInput {
  const all = { ...defaults(params), binSeconds: 0.002, windowSeconds: 0.02, ...values };
  return { answer, values: all, style, size: { width: 400, height } };
}
const bytes = (color: readonly number[]) => color.map((v) => Math.round(v * 255));
const frameOf = (frames: readonly Frame[], id: string): Frame => frames.find((frame) => frame.id === id)!;
const barsOf = (frame: Frame): readonly BarsMark[] => frame.marks.flatMap((m) => (m.kind === 'bars' ? [m] : []));
const segmentsOf = (frame: Frame): readonly SegmentsMark[] =>
  frame.marks.flatMap((m) => (m.kind === 'segments' ? [m] : []));

describe('refractory bounds', () => {
  test('23 and 28 for 50, 1 and 2 ms; halves go to the even bin', () => {
    expect(refractoryBins(0.05, 0.001, 0.002)).toEqual([23, 28]);
  });
});

describe('correlogramScene', () => {
  test('a cell per ordered pair, its own maximum as full scale, delays in seconds', () => {
    const { frames } = correlogramScene(input());
    const frame = frameOf(frames, '0,1');
    expect(round(frame.bounds)).toEqual([-0.011, 0, 0.011, 3]);
    expect([...barsOf(frame)[1].y1]).toEqual([0, 0, 0, 0, 1, 1, 3, 1, 0, 0, 0]);
    expect(round(barsOf(frame)[1].x0).slice(4, 7)).toEqual([-0.003, -0.001, 0.001]);
  });

  test('uniform normalisation takes the largest bin of all', () => {
    const { frames } = correlogramScene(input({ uniform: true }));
    expect(['0,0', '0,1', '1,1'].map((id) => frameOf(frames, id).bounds[3])).toEqual([3, 3, 3]);
  });

  test('palette colours on the diagonal, pale tint of the row at 60 % elsewhere', () => {
    const { frames } = correlogramScene(input());
    const color = (id: string) => barsOf(frameOf(frames, id))[1].color;
    expect(color('0,0')).toEqual(style.clusterColor(0));
    // spec/views.md 1.9: #e6f4ff and #ffe6e6 for the first two rows; 60 % of it over the ground of the cell (look.md 4).
    const mixed = (pale: readonly number[]) =>
      pale.map((v, k) => Math.round(0.6 * v + 0.4 * 255 * style.cell[k])).concat(255);
    expect(bytes(color('0,1'))).toEqual(mixed([0xe6, 0xf4, 0xff]));
    expect(bytes(color('1,0'))).toEqual(mixed([0xff, 0xe6, 0xe6]));
  });

  test('refractory bounds over the full height, baseline only where it fits', () => {
    const { frames } = correlogramScene(input({ refractorySeconds: 0.004 }));
    const [bounds, halo, line] = segmentsOf(frameOf(frames, '0,1'));
    expect(round(bounds.ends)).toEqual([-0.005, -Infinity, -0.005, Infinity, 0.005, -Infinity, 0.005, Infinity]);
    expect(bounds.gapColor).toBeDefined();
    expect([halo.width, line.width]).toEqual([3, 1]);
    expect([...line.ends]).toEqual([-Infinity, 0.5, Infinity, 0.5]);
    expect(segmentsOf(frameOf(frames, '1,1'))).toHaveLength(1);
  });

  test('ids with their shapes left of the first column and below the last row; ticks below the last row', () => {
    const scene = correlogramScene(input());
    expect(scene.labels.map((label) => [label.edge, label.text, label.marker?.shape])).toEqual([
      ['left', '7', 'disc'],
      ['bottom', '7', 'disc'],
      ['left', '12', 'square'],
      ['bottom', '12', 'square'],
    ]);
    expect(scene.xAxes.map((axis) => [axis.frame, axis.unit])).toEqual([
      ['1,0', undefined],
      ['1,1', 'ms'],
    ]);
    expect(round(delayTicks(0.0255))).toEqual([-0.02, 0, 0.02]);
    expect(correlogramScene(input({ labels: false })).labels).toEqual([]);
  });

  test('`max N` above cells that are tall enough', () => {
    expect(correlogramScene(input()).frames.some((frame) => frame.id === '0,1:max')).toBe(true);
    expect(correlogramScene(input({}, 120)).frames.some((frame) => frame.id === '0,1:max')).toBe(false);
  });

  test('changing what only draws keeps the bars', () => {
    const before = barsOf(frameOf(correlogramScene(input()).frames, '0,1'))[1];
    expect(barsOf(frameOf(correlogramScene(input({ uniform: true, labels: false }, 200)).frames, '0,1'))[1]).toBe(
      before,
    );
  });

  test('what is under the pointer', () => {
    const cell = { row: 0, column: 1 };
    const at = (delay: number) => {
      const { from, to, count } = binAt(answer, 0.002, cell, delay)!;
      return [...round([from, to]), count];
    };
    // Bins are drawn about their place, and say the delays that they count: one bin on is [2, 4) ms.
    expect(at(0.0012)).toEqual([0.002, 0.004, 3]);
    expect(at(-0.0012)).toEqual([-0.004, -0.002, 1]);
    expect(at(0.0009)).toEqual([-0.002, 0.002, 1]);
    expect(binAt(answer, 0.002, cell, 0.2)).toBeNull();
  });

  test('bins are as wide as their whole samples', () => {
    // 1 ms at 29,999.8 Hz is 29 samples.
    const width = 29 / 29_999.8;
    const delays = nd(Float64Array.from({ length: 11 }, (_, k) => (k - 5) * width));
    const given = { ...input({ binSeconds: 0.001, windowSeconds: 0.01 }), answer: { ...answer, delays } };
    const frame = frameOf(correlogramScene(given).frames, '0,1');
    expect([frame.bounds[0], frame.bounds[2]]).toEqual([
      expect.closeTo(-5.5 * width, 12),
      expect.closeTo(5.5 * width, 12),
    ]);
    expect(barsOf(frame)[1].x0[6]).toBeCloseTo(0.5 * width, 12);
    const bin = binAt(given.answer, 0.001, { row: 0, column: 1 }, 4.6 * width)!;
    expect([bin.from, bin.to]).toEqual([expect.closeTo(5 * width, 12), expect.closeTo(6 * width, 12)]);
  });

  const golden = resolve(import.meta.dirname, '../../../../shared/golden/views_mini.json');
  test.skipIf(!existsSync(golden))('colours and full scale of the pairs as the reference has them', () => {
    interface Pair {
      readonly pair: readonly [number, number];
      readonly ccg: { readonly data: readonly number[] };
      readonly data_bounds: readonly number[];
      readonly color: readonly number[];
    }
    const { pair } = JSON.parse(readFileSync(golden, 'utf8')) as { pair: { CorrelogramView: Pair[] } };
    const cells = pair.CorrelogramView;
    const counts = nd(Int32Array.from(cells.flatMap((cell) => cell.ccg.data)), [2, 2, 51]);
    const of: CorrelogramAnswer = { ...answer, counts, half: 25, baseline: nd(new Float64Array(4), [2, 2]) };
    const values = defaults(params);
    const { frames } = correlogramScene({ answer: of, values, style, size: { width: 400, height: 300 } });
    for (const cell of cells) {
      const frame = frameOf(frames, cell.pair.join(','));
      expect(frame.bounds[3]).toBe(cell.data_bounds[3]);
      const [i, j] = cell.pair;
      const drawn = barsOf(frame)[1].color.slice(0, 3);
      const wanted = cell.color.slice(0, 3).map((v, k) => (i === j ? v : 0.6 * v + 0.4 * style.cell[k]));
      expect(drawn.map((v) => Math.round(v * 100))).toEqual(wanted.map((v) => Math.round(v * 100)));
    }
  });
});

test('captions as wide as their cell has room for, also at another interface scale', () => {
  expect([60, 40, 20].map((width) => captionText(1234, width, 1))).toEqual(['max 1,234', '1,234', null]);
  expect(captionText(1234, 60, 1.5)).toBe('1,234');
  expect(delayAxes(1, 0.0255, 60, 6).map(({ ticks }) => ticks?.length)).toEqual([3]);
  expect(delayAxes(1, 0.0255, 60, 6, 2).map(({ ticks }) => ticks?.length)).toEqual([1]);
});

test('columns have three labels, or the last one only, or a zero each', () => {
  const wide = delayAxes(3, 0.0255, 124, 6);
  expect(wide.map((axis) => [axis.frame, axis.ticks, axis.tickLabels, axis.unit])).toEqual([
    ['2,0', [-0.02, 0, 0.02], undefined, undefined],
    ['2,1', [-0.02, 0, 0.02], undefined, undefined],
    ['2,2', [-0.02, 0, 0.02], undefined, 'ms'],
  ]);
  const narrow = delayAxes(9, 0.0255, 42, 3);
  expect(narrow.slice(7).map((axis) => [axis.ticks?.length, axis.tickLabels, axis.unit])).toEqual([
    [3, ['', '', ''], undefined],
    [3, undefined, 'ms'],
  ]);
  expect(delayAxes(20, 0.0255, 17, 2).map((axis) => axis.ticks)).toEqual(Array.from({ length: 20 }, () => [0]));
});
