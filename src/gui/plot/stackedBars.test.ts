import { describe, expect, test } from 'vitest';
import { darkStyle } from '../colors/style.ts';
import { layoutFurniture, roughMeasure } from './furniture.ts';
import { HOME } from './camera.ts';
import { placeScene } from './picture.ts';
import type { Frame, Scene } from './scene.ts';
import { barsOfRows, type StackedRow, stackedBarsScene } from './stackedBars.ts';

const style = darkStyle();
const edges = Float64Array.of(0, 1, 2);
const heights = (count: number) => Array.from({ length: count }, (_, row) => [row + 1, 10 * row]);

function rowsOf(count: number, change: Partial<StackedRow> = {}): readonly StackedRow[] {
  const bars = barsOfRows({}, style, edges, heights(count));
  return bars.map((mark, row) => ({
    label: String(100 + row),
    bars: mark,
    top: Math.max(...heights(count)[row]),
    notes: ['a long note on the row', 'short'],
    ...change,
  }));
}
const scene = (count: number, width: number, height: number, change: Partial<StackedRow> = {}): Scene =>
  stackedBarsScene({
    rows: rowsOf(count, change),
    range: [0, 2],
    xAxis: { unit: 's' },
    yUnit: 'Hz',
    style,
    size: { width, height },
  });
const frameOf = ({ frames }: Scene, id: string): Frame => frames.find((frame) => frame.id === id)!;
const kinds = (frame: Frame) => frame.marks.map((mark) => mark.kind);
const textsOf = (shown: Scene, width: number, height: number) => {
  const place = placeScene(shown, HOME, width, height, 1);
  return layoutFurniture(shown, place, style, roughMeasure).over.flatMap((item) =>
    item.kind === 'text' ? [item] : [],
  );
};

const notes = (width: number) =>
  textsOf(scene(1, width, 120), width, 120)
    .map(({ text }) => text)
    .filter((text) => /[a-z]{2}/.test(text) && text !== 'Hz');
expect(notes(400)).toEqual(['a long note on the row']);

const kindsOf = (change: Partial<StackedRow>, height = 300) => kinds(frameOf(scene(1, 300, height, change), '0'));

const marksIn = (count: number) => kinds(frameOf(scene(count, 215, 112, { level: 0.5 }), '0')).length;

describe('stacked bars', () => {
  test('the first row is at the bottom, each has its own scale and colour', () => {
    const shown = scene(3, 400, 400);
    const rows = ['0', '1', '2'].map((id) => frameOf(shown, id));
    expect(rows.map(({ bounds }) => bounds)).toEqual([
      [0, 0, 2, 1],
      [0, 0, 2, 10],
      [0, 0, 2, 20],
    ]);
    // spec/views.md 1.6 for three rows; captions take 15 px of each.
    expect(rows.map(({ box }) => box[1])).toEqual([
      expect.closeTo(-1, 9),
      expect.closeTo(-0.31667, 4),
      expect.closeTo(0.36667, 4),
    ]);
    expect(rows[2].box[3]).toBeCloseTo(1 - (2 * 15) / (400 - 26), 9);
    const [bars] = rows[1].marks.filter((mark) => mark.kind === 'bars');
    expect(bars).toMatchObject({ color: style.clusterColor(1) });
  });

  test('tall rows have a caption with id and note, low rows an id in the gutter', () => {
    const tall = scene(3, 400, 400);
    expect(tall.labels).toEqual([]);
    const texts = textsOf(tall, 400, 400).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['100', '101', '102', 'a long note on the row', '20 Hz', '0']));
    const low = scene(3, 215, 112);
    expect(low.frames.map(({ id }) => id)).toEqual(['0', '1', '2']);
    expect(low.labels.map(({ text, marker }) => [text, marker?.shape])).toEqual([
      ['100', 'disc'],
      ['101', 'square'],
      ['102', 'triangle'],
    ]);
    expect(textsOf(low, 215, 112).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['1', '10', '20 Hz', '100', '101', '102']),
    );
  });

  test('a narrow caption has the short note, a very narrow one none', () => {
    expect(notes(150)).toEqual(['short']);
    expect(notes(100)).toEqual([]);
  });

  test('nothing in the gutter overlaps, however many rows', () => {
    for (const count of [1, 2, 3, 5, 9, 20]) {
      for (const [width, height] of [
        [215, 112],
        [280, 200],
        [500, 700],
      ]) {
        const shown = scene(count, width, height);
        const inGutter = textsOf(shown, width, height)
          .filter(({ align, y }) => align === 'right' && y < height - shown.gutters.bottom)
          .sort((a, b) => a.y - b.y);
        expect(inGutter.length).toBeGreaterThan(0);
        for (let k = 1; k < inGutter.length; k++) {
          expect(inGutter[k].y - inGutter[k - 1].y, `${count} rows, ${width} x ${height}`).toBeGreaterThan(8);
        }
        for (const { text, size, x } of inGutter) expect(x - roughMeasure(text, size)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test('bound and level are drawn where they lie in the range', () => {
    expect(kindsOf({})).toEqual(['segments', 'bars']);
    // Base line, band, bars, dashes.
    expect(kindsOf({ bound: 0.5 })).toEqual(['segments', 'bars', 'bars', 'segments']);
    expect(kindsOf({ bound: 3 })).toEqual(['segments', 'bars', 'bars']);
    expect(kindsOf({ bound: 0 })).toEqual(['segments', 'bars']);
    expect(kindsOf({ level: 0.5 })).toEqual(['segments', 'bars', 'segments', 'segments']);
    expect(kindsOf({ level: 7 })).toEqual(['segments', 'bars']);
    expect([marksIn(3), marksIn(5), marksIn(12)]).toEqual([4, 3, 2]);
  });

  test('a row without data stays empty in its place', () => {
    const rows = [...rowsOf(1), { ...rowsOf(1)[0], top: 0 }];
    const size = { width: 300, height: 300 };
    const shown = stackedBarsScene({ rows, range: [0, 2], xAxis: {}, style, size });
    expect(frameOf(shown, '1').bounds).toEqual([0, 0, 2, 1]);
    expect(shown.yAxes.map(({ ticks }) => ticks)).toEqual([undefined, []]);
  });

  test('the bars of an answer are made once', () => {
    const answer = {};
    const first = barsOfRows(answer, style, edges, [[1, 2]]);
    expect(barsOfRows(answer, style, edges, [[1, 2]])).toBe(first);
    expect([...first[0].y1]).toEqual([1, 2]);
    expect([...first[0].x0, ...first[0].x1]).toEqual([0, 1, 1, 2]);
  });

  test('every row has the grid, the numbers of the x axis stand once', () => {
    const shown = scene(3, 400, 400);
    expect(shown.xAxes.map(({ frame, unit }) => [frame, unit])).toEqual([
      ['0', 's'],
      ['1', undefined],
      ['2', undefined],
    ]);
    const below = textsOf(shown, 400, 400).filter(({ y }) => y > 380);
    expect(below.map(({ text }) => text)).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0', 's']);
  });
});
