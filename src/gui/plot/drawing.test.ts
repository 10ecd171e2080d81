import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { darkStyle } from '../colors/style.ts';
import type { Item } from './furniture.ts';
import { crisp, layoutFurniture, lineWidth, roughMeasure } from './furniture.ts';
import { barRect, crispEnds, segmentEnds, snapRange, visibleColumns } from './geometry.ts';
import { extentOf, lineIndices, lineTexels } from './gl/buffers.ts';
import { placeScene } from './picture.ts';
import { encodePng } from './png.ts';
import { makeStamp, Raster } from './raster.ts';
import type {
  AxisSpec,
  BarsMark,
  Frame,
  LinesMark,
  Mark,
  Rgba,
  Scene,
  SegmentsMark,
  SignalsMark,
  TextMark,
} from './scene.ts';
import { edgesOf, OUTLINES, shapeDistance } from './shapes.ts';
import { writeSvg } from './svg.ts';
import { SHAPES } from '../colors/selection.ts';
import { HOME } from './camera.ts';

const RED: Rgba = [1, 0, 0, 1];
const style = darkStyle();
const at = (...values: number[]) => Float32Array.from(values);
const frame = (marks: readonly Mark[], more: Partial<Frame> = {}): Frame => ({
  id: 'a',
  box: [-1, -1, 1, 1],
  bounds: [0, 0, 10, 10],
  clip: true,
  marks,
  ...more,
});
const scene = (frames: readonly Frame[], more: Partial<Scene> = {}): Scene => ({
  frames,
  gutters: { left: 40, right: 8, top: 8, bottom: 20 },
  background: [0, 0, 0, 1],
  xAxes: [],
  yAxes: [],
  labels: [],
  ...more,
});
const furniture = (shown: Scene, width = 448, height = 228, ratio = 1) =>
  layoutFurniture(shown, placeScene(shown, HOME, width, height, ratio), style, roughMeasure);
const tall = (top: number, more: Partial<AxisSpec> = {}, left = 40): Scene =>
  scene([frame([], { bounds: [0, 0, 10, top] })], {
    yAxes: [{ frame: 'a', grid: false, ...more }],
    gutters: { left, right: 8, top: 8, bottom: 20 },
  });
const textsOf = (shown: Scene): readonly string[] => ofKind(furniture(shown).over, 'text').map(({ text }) => text);
const ofKind = <K extends Item['kind']>(items: readonly Item[], kind: K) =>
  items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);

const bars = (x0: number, x1: number, y0: number, y1: number): BarsMark => ({
  kind: 'bars',
  x0: at(x0),
  x1: at(x1),
  y0: at(y0),
  y1: at(y1),
  color: RED,
});

describe('bars', () => {
  const map = { ax: 10, bx: 0.4, ay: -10, by: 100 };
  it('lie on whole pixels and touch', () => {
    const first = barRect(bars(0, 1.26, 0, 5), 0, map);
    const second = barRect(bars(1.26, 2.51, 0, 5), 0, map);
    expect(first).toEqual({ x: 0, y: 50, width: 13, height: 50 });
    expect(second.x).toBe(first.x + first.width);
  });
  it('are at least a pixel large when they hold something, nothing when they do not', () => {
    expect(barRect(bars(0, 0.001, 0, 0.001), 0, map)).toEqual({ x: 0, y: 100, width: 1, height: 1 });
    expect(barRect(bars(0, 1, 0, 0), 0, map).height).toBe(0);
    expect(snapRange(2.4, 2.4)).toEqual([2, 2]);
  });
  it('may be endless', () => {
    const { x, width } = barRect(bars(-Infinity, 1, 0, 1), 0, map);
    expect(x).toBeLessThan(-1e5);
    expect(x + width).toBe(10);
  });
});

const segment = (...ends: number[]): SegmentsMark => ({
  kind: 'segments',
  ends: Float64Array.from(ends),
  color: RED,
  width: 1,
});

describe('segments', () => {
  const clip = { x: 40, y: 8, width: 400, height: 200 };
  const map = { ax: 40, bx: 40, ay: -20, by: 208 };
  it('reach the edge where they are endless', () => {
    expect(segmentEnds(segment(5, -Infinity, 5, Infinity), 0, map, clip)).toEqual([240, 208, 240, 8]);
    expect(segmentEnds(segment(-Infinity, 2, Infinity, 2), 0, map, clip)).toEqual([40, 168, 440, 168]);
    expect(segmentEnds(segment(NaN, 2, 3, 2), 0, map, clip)).toBeUndefined();
  });
  it('are crisp when upright or level', () => {
    expect(crispEnds([10.3, 5, 10.3, 90], 1)).toEqual([10.5, 5, 10.5, 90]);
    expect(crispEnds([10, 5.2, 60, 5.2], 2)).toEqual([10, 5, 60, 5]);
    expect(crispEnds([10, 5, 60, 50], 1)).toEqual([10, 5, 60, 50]);
  });
});

describe('lines of furniture', () => {
  it('lie on half pixels at every device ratio', () => {
    expect([1, 1.25, 1.5, 2, 3].map((ratio) => lineWidth(1, ratio))).toEqual([1, 1, 2, 2, 3]);
    expect(crisp(10.2, 1)).toBe(10.5);
    expect(crisp(10.2, 2)).toBe(10);
    expect(crisp(10.2, 3)).toBe(10.5);
  });
});

const text = (anchor: readonly [number, number]): TextMark => ({
  kind: 'text',
  x: at(5),
  y: at(5),
  text: ['ab'],
  anchor,
  color: RED,
  size: 10,
});

const placeText = (anchor: readonly [number, number]) => {
  const [item] = ofKind(furniture(scene([frame([text(anchor)])])).over, 'text');
  return [item.x, item.y];
};

const titled = (rank: number) => ({
  frame: 'a',
  grid: false,
  title: `templates of ${rank}`,
  titleMarker: { shape: style.clusterShape(rank), color: style.clusterColor(rank) },
});
/** Labels from the beginning of an edge on; three of them come first. */
const crowd = (edge: 'left' | 'bottom') =>
  Array.from({ length: 200 }, (_, k) => ({
    edge,
    at: 0.995 - k / 100,
    text: String(k),
    color: RED,
    ...((k === 1 || k === 2 || k === 120) && { first: true }),
  }));

describe('furniture', () => {
  const axes = scene([frame([], { ground: [0.1, 0.1, 0.1, 1], border: [0.2, 0.2, 0.2, 1] })], {
    xAxes: [{ frame: 'a', unit: 's', grid: true }],
    yAxes: [{ frame: 'a', unit: 'µV', grid: false }],
  });
  it('puts grounds and grids under the marks, inside the plot area', () => {
    const { under } = furniture(axes);
    const [background, ground] = ofKind(under, 'rect');
    expect(background.rect).toEqual({ x: 0, y: 0, width: 448, height: 228 });
    expect(ground.rect).toEqual({ x: 40, y: 8, width: 400, height: 200 });
    const grid = ofKind(under, 'line');
    expect(grid.map((line) => line.from[0])).toEqual([40.5, 120.5, 200.5, 280.5, 360.5, 439.5]);
    for (const line of grid) expect([line.from[1], line.to[1]]).toEqual([8, 208]);
  });
  it('keeps axes, ticks and labels in the gutters', () => {
    for (const ratio of [1, 2]) {
      const { over } = furniture(axes, 448 * ratio, 228 * ratio, ratio);
      const texts = ofKind(over, 'text');
      expect(texts.map((t) => t.text)).toEqual(['0', '2', '4', '6', '8', '10', 's', '10 µV', '5', '0']);
      for (const text of texts) {
        const outside = text.y > 208 * ratio || (text.align === 'right' && text.x <= 40 * ratio - 7 * ratio);
        expect(outside).toBe(true);
      }
      for (const line of ofKind(over, 'line')) {
        if (line.color !== style.axis) continue;
        const inGutter =
          Math.max(line.from[0], line.to[0]) <= 40 * ratio || Math.min(line.from[1], line.to[1]) >= 208 * ratio;
        expect(inGutter).toBe(true);
      }
    }
  });
  it('writes the unit once, after the last number, within the canvas', () => {
    const texts = ofKind(furniture(axes).over, 'text');
    const units = texts.filter((t) => t.text === 's');
    expect(units.length).toBe(1);
    const ten = texts.find((t) => t.text === '10' && t.align === 'left');
    expect(units[0].x).toBeGreaterThan(ten?.x ?? Infinity);
    expect(units[0].x + roughMeasure('s', units[0].size)).toBeLessThanOrEqual(448);
  });
  it('writes long numbers of a y axis in short where the gutter is too narrow for them', () => {
    expect(textsOf(tall(2000))).toContain('2,000');
    expect(textsOf(tall(150_000))).toEqual(expect.arrayContaining(['0', '50k', '100k', '150k']));
    expect(textsOf(tall(2_000_000))).toEqual(expect.arrayContaining(['0', '1M', '2M']));
    for (const text of ofKind(furniture(tall(150_000)).over, 'text')) {
      expect(text.x - roughMeasure(text.text, text.size)).toBeGreaterThanOrEqual(0);
    }
  });
  it('puts the unit under the number where both would touch the title of the axis', () => {
    const named = { unit: 'µm', title: 'depth' };
    expect(textsOf(tall(200, named, 48))).toEqual(expect.arrayContaining(['200', 'µm', 'depth']));
    expect(textsOf(tall(200, named, 70))).toEqual(expect.arrayContaining(['200 µm', 'depth']));
  });
  it('never lets labels touch', () => {
    const many = scene([], {
      labels: Array.from({ length: 200 }, (_, k) => ({
        edge: 'left' as const,
        at: -1 + k / 100,
        text: String(k),
        color: RED,
      })),
    });
    const ys = ofKind(furniture(many).over, 'text').map((t) => t.y);
    expect(ys.length).toBeGreaterThan(5);
    expect(ys.length).toBeLessThan(20);
    for (let k = 1; k < ys.length; k++) expect(ys[k] - ys[k - 1]).toBeGreaterThan(10.5);
  });
  it('keeps labels that come first, and puts others where they leave room', () => {
    const left = ofKind(furniture(scene([], { labels: crowd('left') })).over, 'text');
    // Of two that both come first and touch, the one nearer to the beginning of the edge stays.
    expect(left.map((t) => t.text)).toEqual(expect.arrayContaining(['1', '120']));
    expect(left.map((t) => t.text)).not.toContain('2');
    for (let k = 1; k < left.length; k++) expect(left[k].y - left[k - 1].y).toBeGreaterThan(10.5);
    const bottom = ofKind(furniture(scene([], { labels: crowd('bottom') })).over, 'text');
    expect(bottom.map((t) => t.text)).toEqual(expect.arrayContaining(['2', '120']));
    for (let k = 1; k < bottom.length; k++) {
      const end = bottom[k - 1].x + roughMeasure(bottom[k - 1].text, bottom[k - 1].size);
      expect(bottom[k].x - end).toBeGreaterThanOrEqual(4);
    }
  });
  it('keeps labels below the plot whole at its ends', () => {
    const ends = [-1, 1].map((x) => ({ edge: 'bottom' as const, at: x, text: '1234567890', color: RED }));
    const around = { left: 2, right: 2, top: 8, bottom: 20 };
    const [first, last] = ofKind(furniture(scene([], { labels: ends, gutters: around })).over, 'text');
    expect(first.x).toBe(2);
    expect(last.x + roughMeasure(last.text, last.size)).toBeLessThanOrEqual(448 - 2);
  });
  it('draws the marker of a cluster before its id, markers in one column', () => {
    const labels = [2, 24].map((id, k) => ({
      edge: 'left' as const,
      at: 0.5 - k,
      text: String(id),
      color: RED,
      marker: { shape: style.clusterShape(k), color: style.clusterColor(k) },
    }));
    const { over } = furniture(scene([], { labels }));
    const shapes = ofKind(over, 'shape');
    expect(shapes.map((s) => s.shape)).toEqual(['disc', 'square']);
    expect(shapes[0].x).toBe(shapes[1].x);
    for (const text of ofKind(over, 'text')) expect(text.x).toBe(33);
  });
  it('keeps a tick at the very end of an axis, whatever the rounding to pixels', () => {
    const third = frame([], { box: [-1, -1, 1, -0.3377], bounds: [0, 0, 50, 300] });
    const { over } = furniture(scene([third], { yAxes: [{ frame: 'a', grid: false, ends: 'both' }] }));
    expect(ofKind(over, 'text').map((t) => t.text)).toEqual(['300', '0']);
    const zoomed = { pan: [0, 0.9], zoom: [1, 4] } as const;
    const place = placeScene(scene([third]), zoomed, 448, 228, 1);
    const shown = scene([third], { yAxes: [{ frame: 'a', grid: false, ends: 'both' }] });
    const texts = ofKind(layoutFurniture(shown, place, style, roughMeasure).over, 'text').map((t) => t.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts).not.toContain('300');
  });
  it('names clusters on titles of axes: in a row below the numbers, and upwards on the left', () => {
    const gutters = { left: 56, right: 8, top: 8, bottom: 36 };
    const shown = scene([frame([])], { gutters, xAxes: [titled(0)], yAxes: [titled(1)] });
    const { over } = furniture(shown);
    const [below, upward] = ['templates of 0', 'templates of 1'].map(
      (text) => ofKind(over, 'text').find((t) => t.text === text)!,
    );
    expect(below.y).toBeGreaterThan(228 - 14);
    expect(upward.upward).toBe(true);
    expect(upward.x).toBeLessThan(12);
    const [disc, square] = ofKind(over, 'shape');
    expect([disc.shape, square.shape]).toEqual(['disc', 'square']);
    const width = roughMeasure(below.text, below.size);
    expect(disc.x + disc.size / 2).toBeLessThan(below.x - width);
    expect(square.y - square.size / 2).toBeGreaterThan(upward.y + width / 2);
    const low = scene([frame([])], { xAxes: [{ frame: 'a', grid: false, title: 'x' }] });
    expect(ofKind(furniture(low).over, 'text').map((t) => t.text)).toContain('x');
  });
  it('anchors texts', () => {
    // Width by the rough measure: 2 * 10 * 0.55 = 11.
    expect(placeText([-1, 0])).toEqual([240, 108]);
    expect(placeText([0, 0])).toEqual([234.5, 108]);
    expect(placeText([1, 1])).toEqual([229, 113]);
    expect(placeText([0, -1])).toEqual([234.5, 103]);
  });
});

describe('shapes', () => {
  it('have the origin inside and their corners on the edge', () => {
    for (const shape of SHAPES) {
      expect(shapeDistance(shape, 0, 0, 10)).toBeLessThan(-3);
      expect(shapeDistance(shape, 20, 20, 10)).toBeGreaterThan(0);
      for (const [x, y] of OUTLINES[shape])
        expect(Math.abs(shapeDistance(shape, 10 * x, 10 * y, 10))).toBeLessThan(0.01);
      for (const [x, y] of OUTLINES[shape]) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1);
      if (shape !== 'disc' && shape !== 'cross') expect(edgesOf(OUTLINES[shape]).length).toBeLessThanOrEqual(6);
    }
  });
});

describe('the raster', () => {
  it('blends over what is there', () => {
    const raster = new Raster(20, 20);
    const stamp = makeStamp('square', 10);
    raster.setColor([1, 0, 0, 0.5]);
    raster.stamp(stamp, 10, 10);
    expect(raster.at(10, 10)[3]).toBeCloseTo(0.5, 1);
    raster.setColor([0, 0, 1, 0.5]);
    raster.stamp(stamp, 10, 10);
    const [r, g, b, a] = raster.at(10, 10);
    expect(a).toBeCloseTo(0.75, 1);
    expect([r * a, g, b * a].map((v) => Number(v.toFixed(1)))).toEqual([0.3, 0, 0.5]);
  });
  it('blends over an opaque ground, whole markers and those cut off alike', () => {
    const raster = new Raster(30, 30);
    raster.resize(20, 20);
    raster.start([0, 0, 1, 1]);
    expect(raster.dirty()).toBeUndefined();
    raster.setColor([1, 0, 0, 0.5]);
    for (const x of [10, 0]) raster.stamp(makeStamp('square', 4), x, 10);
    for (const x of [10, 0]) expect(raster.at(x, 10).map((part) => Number(part.toFixed(1)))).toEqual([0.5, 0, 0.5, 1]);
    raster.fillRect(14, 14, 2, 2);
    expect(raster.at(15, 15).map((part) => Number(part.toFixed(1)))).toEqual([0.5, 0, 0.5, 1]);
    raster.setColor([0, 1, 0, 1]);
    raster.fillRect(14, 14, 2, 2);
    expect(raster.at(15, 15)).toEqual([0, 1, 0, 1]);
    expect(raster.at(16, 16)).toEqual([0, 0, 1, 1]);
  });
  it('draws a level line one pixel high at its place', () => {
    const raster = new Raster(10, 10);
    raster.setColor(RED);
    raster.segment(0, 4.5, 10, 4.5);
    const column = Array.from({ length: 10 }, (_, y) => raster.at(5, y)[3]);
    expect(column).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    raster.segment(2.5, 0, 2.5, 10, 3);
    expect(Array.from({ length: 6 }, (_, x) => raster.at(x, 8)[3])).toEqual([0, 1, 1, 1, 0, 0]);
  });
  it('has the area of the line, whatever its direction', () => {
    for (const [x, y] of [
      [80, 13],
      [13, 80],
      [60, 60],
      [-70, 31],
    ]) {
      const raster = new Raster(200, 200);
      raster.setColor(RED);
      raster.segment(100, 100, 100 + x, 100 + y, 2);
      let area = 0;
      for (let k = 3; k < raster.data.length; k += 4) area += raster.data[k] / 255;
      expect(area / (2 * Math.hypot(x, y))).toBeCloseTo(1, 1);
    }
  });
  it('does not paint joints twice', () => {
    const raster = new Raster(40, 10);
    raster.setColor([1, 0, 0, 0.5]);
    for (let x = 0; x < 40; x += 3.7) raster.segment(x, 5.5, x + 3.7, 5.5);
    for (let x = 0; x < 40; x++) expect(raster.at(x, 5)[3]).toBeCloseTo(0.5, 1);
  });
  it('stays inside its clip and knows what it touched', () => {
    const raster = new Raster(20, 20);
    expect(raster.dirty()).toBeUndefined();
    raster.setClip({ x: 5, y: 5, width: 4, height: 4 });
    raster.setColor(RED);
    raster.stamp(makeStamp('disc', 30), 10, 10);
    raster.segment(-50, 7, 50, 7.5, 40);
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) expect(raster.at(x, y)[3] > 0).toBe(x >= 5 && x < 9 && y >= 5 && y < 9);
    }
    expect(raster.dirty()).toEqual({ x: 5, y: 5, width: 4, height: 4 });
    raster.start(null);
    expect(raster.dirty()).toBeUndefined();
    expect(raster.at(6, 6)).toEqual([0, 0, 0, 0]);
    raster.stamp(makeStamp('disc', 3), NaN, 5);
    expect(raster.dirty()).toBeUndefined();
  });
  it('stretches an image over its box, pixel for pixel where it fits, blended where it is translucent', () => {
    const raster = new Raster(6, 4);
    raster.start([0, 0, 1, 1]);
    raster.setClip({ x: 0, y: 0, width: 6, height: 4 });
    // Red, nothing / half green, white.
    const bytes = Uint8Array.from([255, 0, 0, 255, 9, 9, 9, 0, 0, 255, 0, 128, 255, 255, 255, 255]);
    raster.image(bytes, 2, 2, { x: 1, y: 0, width: 4, height: 4 });
    const seen = (y: number) => [0, 1, 2, 3, 4, 5].map((x) => raster.at(x, y).map((v) => Math.round(v * 10) / 10));
    const [blue, red, white] = [
      [0, 0, 1, 1],
      [1, 0, 0, 1],
      [1, 1, 1, 1],
    ];
    expect(seen(0)).toEqual([blue, red, red, blue, blue, blue]);
    expect(seen(3)).toEqual([blue, [0, 0.5, 0.5, 1], [0, 0.5, 0.5, 1], white, white, blue]);
    raster.start(null);
    raster.setClip({ x: 4, y: 1, width: 2, height: 1 });
    raster.image(bytes, 2, 2, { x: 3, y: -2, width: 4, height: 6 });
    expect(raster.at(4, 1)[3]).toBeCloseTo(0.5, 1);
    expect([raster.at(3, 1)[3], raster.at(5, 2)[3], raster.at(5, 1)[3]]).toEqual([0, 0, 1]);
    expect(raster.dirty()).toEqual({ x: 4, y: 1, width: 2, height: 1 });
  });
  it('stretches opaque rows of an image over many lines of pixels, within the clip, wherever its bytes lie', () => {
    const raster = new Raster(5, 7);
    raster.start([0, 0, 1, 1]);
    raster.setClip({ x: 1, y: 1, width: 3, height: 5 });
    // One byte into its memory. Red, white / translucent green twice / white, red.
    const bytes = Uint8Array.from([
      7, 255, 0, 0, 255, 255, 255, 255, 255, 0, 255, 0, 128, 0, 255, 0, 128, 255, 255, 255, 255, 255, 0, 0, 255,
    ]).subarray(1);
    raster.image(bytes, 2, 3, { x: 0, y: 0, width: 4, height: 6 });
    const text = (x: number, y: number): string => {
      const [r, g, b] = raster.at(x, y);
      return r > 0.9 && b > 0.9 ? 'w' : r > 0.9 ? 'r' : g > 0.4 ? 'g' : 'b';
    };
    const lines = Array.from({ length: 7 }, (_, y) => [0, 1, 2, 3, 4].map((x) => text(x, y)).join(''));
    expect(lines).toEqual(['bbbbb', 'brwwb', 'bgggb', 'bgggb', 'bwrrb', 'bwrrb', 'bbbbb']);
    // Blended once.
    for (const y of [2, 3]) expect(raster.at(2, y)[1]).toBeCloseTo(0.5, 1);
  });
  it('draws a disc of the right area', () => {
    for (const size of [1, 2, 3.3, 8]) {
      const raster = new Raster(40, 40);
      raster.setColor(RED);
      raster.stamp(makeStamp('disc', size), 20.3, 19.6);
      let area = 0;
      for (let k = 3; k < raster.data.length; k += 4) area += raster.data[k] / 255;
      expect(area / ((Math.PI * size * size) / 4)).toBeGreaterThan(0.85);
      expect(area / ((Math.PI * size * size) / 4)).toBeLessThan(1.35);
    }
  });
});

describe('buffers', () => {
  const lines: LinesMark = {
    kind: 'lines',
    x: Float64Array.of(0, 1, 2, 10, NaN, 12, 13),
    y: Float64Array.of(0, 0, 0, 0, 0, 0, 1),
    starts: Uint32Array.of(0, 3, 7),
    color: RED,
    width: 1,
  };
  it('join neighbours of one strip only, and nothing that is not a number', () => {
    expect(Array.from(lineIndices(lines))).toEqual([0, 1, 1, 2, 5, 6]);
  });
  it('keep doubles in two parts', () => {
    const extents = { x: extentOf(lines.x), y: extentOf(lines.y) };
    expect(extents.x).toEqual({ middle: 6.5, half: 6.5 });
    const { texels, count } = lineTexels(lines, extents);
    const xs = Array.from({ length: 10 }, (_, k) => texels[4 * k]);
    expect(xs.map((x) => x > 1e30)).toEqual([true, false, false, false, true, false, true, false, false, true]);
    for (const [k, value] of [
      [2, 1],
      [7, 12],
    ]) {
      expect((texels[4 * k] + texels[4 * k + 2]) * 6.5 + 6.5).toBeCloseTo(value, 12);
    }
    expect(count).toBe(8);
  });
  it('leave infinite values out of the extent', () => {
    expect(extentOf(Float32Array.of(-Infinity, 1, 5, NaN, Infinity))).toEqual({ middle: 3, half: 2 });
    expect(extentOf(Float32Array.of())).toEqual({ middle: 0, half: 1 });
    expect(extentOf(Float32Array.of(7, 7))).toEqual({ middle: 7, half: 1 });
  });
});

describe('PNG', () => {
  it('holds the pixels', () => {
    const pixels = Uint8Array.from({ length: 3 * 2 * 4 }, (_, k) => k * 9);
    const file = Buffer.from(encodePng(pixels, 3, 2));
    expect(file.subarray(1, 4).toString()).toBe('PNG');
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([3, 2]);
    const length = file.readUInt32BE(33);
    const rows = inflateSync(file.subarray(41, 41 + length));
    expect([...rows.subarray(1, 13)]).toEqual([...pixels.subarray(0, 12)]);
    expect([...rows.subarray(14, 26)]).toEqual([...pixels.subarray(12)]);
  });
});

describe('SVG', () => {
  const options = { width: 448, height: 228, camera: HOME, style };
  const write = (marks: readonly Mark[], more: Partial<Scene> = {}) => writeSvg(scene([frame(marks)], more), options);

  it('has points where they are, and leaves out those off screen', () => {
    const svg = write([{ kind: 'points', x: at(5, 99, NaN), y: at(5, 5, 5), size: 6, color: [1, 0, 0, 0.5] }]);
    expect([...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map((m) => m.slice(1))).toEqual([
      ['240', '108', '3'],
    ]);
    expect(svg).toContain('fill="#ff0000" fill-opacity="0.5"');
  });
  it('leaves out points and lines that nobody can see', () => {
    const strips = { x: at(0, 1, 2, 3), y: at(0, 1, 0, 1), starts: Uint32Array.of(0, 2, 4), width: 1, color: RED };
    const svg = write([
      { kind: 'points', x: at(5, 6), y: at(5, 5), size: 6, color: RED, colors: Uint8Array.of(1, 2, 3, 0, 1, 2, 3, 9) },
      { kind: 'lines', ...strips, stripColors: Uint8Array.of(1, 2, 3, 9, 1, 2, 3, 0) },
    ]);
    expect([svg.match(/<circle/g)?.length, svg.match(/<path/g)?.length]).toEqual([1, 1]);
  });
  it('has lines as paths that break where there is no number', () => {
    const svg = write([
      {
        kind: 'lines',
        x: at(0, 1, NaN, 2, 3),
        y: at(0, 1, 1, 1, 0),
        starts: Uint32Array.of(0, 5),
        color: RED,
        width: 1.5,
      },
    ]);
    expect(svg).toContain('<path d="M40 208L80 188M120 188L160 208"/>');
    expect(svg).toContain('stroke-width="1.5"');
  });
  it('has bars, dashes, images and clip paths', () => {
    const svg = write([
      { kind: 'bars', x0: at(0), x1: at(1), y0: at(0), y1: at(5), color: RED },
      {
        kind: 'segments',
        ends: at(5, -Infinity, 5, Infinity),
        color: RED,
        width: 1,
        dash: [3, 2],
        gapColor: [0, 0, 0, 1],
      },
      { kind: 'image', pixels: Uint8Array.of(1, 2, 3, 255), columns: 1, rows: 1 },
    ]);
    expect(svg).toContain('<path d="M40 108h40v100h-40z" fill="#ff0000"/>');
    expect(svg).toContain('d="M240.5 208L240.5 8"');
    expect(svg).toContain('stroke-dasharray="3 2"');
    expect(svg).toContain('stroke-dasharray="2 3" stroke-dashoffset="-3"');
    expect(svg).toContain('href="data:image/png;base64,');
    expect(svg).toMatch(/<clipPath id="c0"><rect x="40" y="8" width="400" height="200"\/><\/clipPath>/);
    expect(svg).toContain('<g clip-path="url(#c0)" data-frame="a">');
  });
  it('has axes, texts and the lasso, and escapes what it writes', () => {
    const svg = writeSvg(
      scene([frame([{ kind: 'text', x: at(5), y: at(5), text: ['<&">'], anchor: [0, 0], color: RED, size: 10 }])], {
        xAxes: [{ frame: 'a', grid: true, unit: 's' }],
      }),
      {
        ...options,
        title: 'Amplitudes & times',
        lasso: {
          frame: 'a',
          polygon: [
            [0, 0],
            [10, 0],
            [5, 10],
          ],
        },
      },
    );
    expect(svg).toContain('&lt;&amp;&quot;&gt;</text>');
    expect(svg).not.toContain('paint-order');
    const read = writeSvg(scene([frame([{ ...text([0, 0]), halo: [0, 0, 1, 1] }])]), options);
    expect(read).toContain('stroke="#0000ff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"');
    expect(svg).toContain('<title>Amplitudes &amp; times</title>');
    expect(svg).toContain('<polygon points="40,208 440,208 240,8"');
    expect(svg).toContain('>10</text>');
    const opened = [...svg.matchAll(/<(\w+)\b[^>]*?(\/?)>/g)].filter(([, , end]) => end === '').map(([, tag]) => tag);
    const closed = [...svg.matchAll(/<\/(\w+)>/g)].map(([, tag]) => tag);
    expect([...opened].sort()).toEqual([...closed].sort());
  });
});

const signalsMark = (lower: Float32Array, upper: Float32Array, more: Partial<SignalsMark> = {}): SignalsMark => ({
  kind: 'signals',
  values: { lower, upper, rows: 1 },
  rows: { base: Float64Array.of(5), colors: Uint8Array.of(255, 0, 0, 255) },
  from: 0,
  to: lower.length,
  x0: 0,
  dx: 1,
  gain: 1,
  width: 1,
  ...more,
});
const noGutters = { left: 0, right: 0, top: 0, bottom: 0 };
const signalsSvg = (signals: SignalsMark): string =>
  writeSvg(scene([frame([signals])], { gutters: noGutters }), { width: 100, height: 100, camera: HOME, style });

describe('signals', () => {
  it('are drawn only where they can be seen, with a neighbour on either side', () => {
    const many = signalsMark(new Float32Array(1000), new Float32Array(1000), { dx: 2 });
    const map = { ax: 10, bx: -200, ay: 1, by: 0 };
    expect(visibleColumns(many, map, 0, 100)).toEqual([9, 17]);
    expect(visibleColumns({ ...many, from: 12, to: 15 }, map, 0, 100)).toEqual([12, 15]);
    const [from, to] = visibleColumns(many, { ...map, bx: 5000 }, 0, 100);
    expect(to).toBeLessThan(from);
  });
  it('are a line through samples in SVG, broken where there is none', () => {
    const samples = at(0, 1, NaN, -1, 0);
    expect(signalsSvg(signalsMark(samples, samples, { x0: 1 }))).toContain('d="M10 50L20 40M40 60L50 50" fill="none"');
  });
  it('are an outline of columns in SVG', () => {
    const text = signalsSvg(signalsMark(at(-1, -2, NaN, 0), at(1, 0, NaN, 2)));
    expect(text).toContain('d="M5 40L15 50L35 30L35 50L15 70L5 60z" fill="#ff0000"');
  });
  it('fill whole columns of pixels in the raster, with smooth ends', () => {
    const raster = new Raster(4, 8);
    raster.start([0, 0, 0, 1]);
    raster.setClip({ x: 0, y: 0, width: 3, height: 8 });
    raster.setColor(RED);
    // The second ends before it begins.
    raster.uprights(Int32Array.of(1, 9, 0, 1), Float64Array.of(1.5, 5.25, Infinity, -Infinity));
    const reds = (x: number) => Array.from({ length: 8 }, (_, y) => Math.round(raster.at(x, y)[0] * 100));
    expect(reds(0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(reds(2)).toEqual([0, 50, 100, 100, 100, 25, 0, 0]);
    expect(reds(3)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    raster.start([0, 0, 0, 1]);
    raster.setColor(RED);
    // Within one pixel, cut off above and below, and fainter.
    raster.uprights(Int32Array.of(0, 1, 1, 2), Float64Array.of(2.25, 2.75, -3, 50));
    raster.setBytes(255, 0, 0, 127.5);
    raster.uprights(Int32Array.of(2, 3), Float64Array.of(1.5, 4));
    expect(reds(0)).toEqual([0, 0, 50, 0, 0, 0, 0, 0]);
    expect(reds(1)).toEqual([100, 100, 100, 100, 100, 100, 100, 100]);
    expect(reds(2)).toEqual([0, 25, 50, 50, 0, 0, 0, 0]);
  });
});
