import { describe, expect, it } from 'vitest';
import {
  cameraOfKey,
  cameraOfRange,
  constrain,
  HOME,
  panBy,
  rangeOfCamera,
  zoomBy,
  zoomByDrag,
  zoomByWheel,
} from './camera.ts';
import { lassoPixels, lassoVertex } from './lasso.ts';
import { boxedBox, gridAt, gridBox, gridCell, nearestBox, stackedAt, stackedRow } from './layouts.ts';
import type { Camera, Frame, Scene } from './scene.ts';
import { apply, boxToBox, dataToPixel, frameClip, hitFrame, inverse, pixelToNdc, plotArea } from './transform.ts';
import { digitOf } from './gestures.ts';
import { WheelNotches } from './wheel.ts';

const area = { x: 40, y: 8, width: 400, height: 300 };
const frame = (more: Partial<Frame> = {}): Frame => ({
  id: 'a',
  box: [-1, -1, 1, 1],
  bounds: [0, -5, 3600, 5],
  clip: true,
  marks: [],
  ...more,
});
const scene = (frames: readonly Frame[]): Scene => ({
  frames,
  gutters: { left: 40, right: 8, top: 8, bottom: 20 },
  background: [0, 0, 0, 1],
  xAxes: [],
  yAxes: [],
  labels: [],
});

describe('the transform', () => {
  it('takes data to pixels, y down', () => {
    const map = dataToPixel(frame(), HOME, area);
    expect(apply(map, 0, -5)).toEqual([40, 308]);
    expect(apply(map, 3600, 5)).toEqual([440, 8]);
    expect(apply(map, 1800, 0)).toEqual([240, 158]);
  });
  it('follows box and camera', () => {
    const camera: Camera = { pan: [-0.5, 0], zoom: [2, 1] };
    const map = dataToPixel(frame({ box: [0, -1, 1, 1] }), camera, area);
    // Screen NDC = (plot NDC + pan) * zoom: the box [0, 1] becomes [-1, 1].
    expect(apply(map, 0, -5)[0]).toBeCloseTo(40, 9);
    expect(apply(map, 3600, 5)[0]).toBeCloseTo(440, 9);
  });
  it('comes back to where it was, also zoomed in on hours of recording', () => {
    const camera: Camera = { pan: [-0.123456, 0.2], zoom: [9e4, 3] };
    const map = dataToPixel(frame({ bounds: [0, -5, 36000, 5] }), camera, area);
    const back = inverse(map);
    for (const px of [40, 100.5, 439]) {
      const [x, y] = apply(back, px, 77);
      const [qx, qy] = apply(map, x, y);
      expect(qx).toBeCloseTo(px, 4);
      expect(qy).toBeCloseTo(77, 9);
    }
  });
  it('holds fixed axes still', () => {
    const camera: Camera = { pan: [0.3, 0.1], zoom: [2, 4] };
    const still = dataToPixel(frame({ fixed: 'both' }), camera, area);
    expect(still).toEqual(dataToPixel(frame(), HOME, area));
    const onlyX = dataToPixel(frame({ fixed: 'x' }), camera, area);
    expect(onlyX.ax).toBe(still.ax);
    expect(onlyX.ay).toBe(dataToPixel(frame(), camera, area).ay);
  });
  it('takes a degenerate axis as [-1, 1] (spec/views.md 1.3)', () => {
    expect(apply(boxToBox([3, 0, 3, 10], [-1, -1, 1, 1]), 0, 5)).toEqual([0, 0]);
    expect(boxToBox([3, 0, 3 + 1e-9, 10], [-1, -1, 1, 1]).ax).toBe(1);
  });
  it('keeps whole device pixels for the plot area', () => {
    expect(plotArea(600, 300, { left: 40, right: 8, top: 8, bottom: 20 }, 1.5)).toEqual({
      x: 60,
      y: 12,
      width: 528,
      height: 258,
    });
    expect(plotArea(20, 10, { left: 40, right: 8, top: 8, bottom: 20 }, 1).width).toBe(1);
  });
  it('cuts off at box, window and plot area', () => {
    const left = frame({ box: [-1, -1, 0, 1] });
    expect(frameClip(left, HOME, area)).toEqual({ x: 40, y: 8, width: 200, height: 300 });
    expect(frameClip({ ...left, clip: false }, HOME, area)).toEqual(area);
    const zoomed: Camera = { pan: [0, 0], zoom: [2, 1] };
    expect(frameClip(frame({ window: [-1, -1, 0, 1] }), zoomed, area).width).toBe(200);
    expect(frameClip(frame({ box: [3, -1, 4, 1] }), HOME, area).width).toBe(0);
  });
  it('finds the frame under a pixel, else the nearest one', () => {
    const frames = [frame({ id: 'l', box: [-1, -1, -0.1, 1] }), frame({ id: 'r', box: [0.1, -1, 1, 1] })];
    expect(hitFrame(scene(frames), HOME, area, 50, 100)?.frame.id).toBe('l');
    const between = hitFrame(scene(frames), HOME, area, 250, 100);
    expect([between?.frame.id, between?.inside]).toEqual(['r', false]);
    const inert = frames.map((f) => ({ ...f, inert: f.id === 'l' }));
    expect(hitFrame(scene(inert), HOME, area, 50, 100)?.frame.id).toBe('r');
    expect(hitFrame(scene([]), HOME, area, 50, 100)).toBeUndefined();
  });
});

describe('pan and zoom (spec/views.md 1.4)', () => {
  it('pans by the move of the pointer over the zoom', () => {
    expect(panBy({ pan: [0, 0], zoom: [4, 2] }, [0.4, -0.4]).pan).toEqual([0.1, -0.2]);
  });
  it('keeps the content under the fixed point', () => {
    const camera: Camera = { pan: [0.1, -0.2], zoom: [3, 2] };
    for (const point of [
      [0.3, -0.7],
      [-0.9, 0.5],
    ] as const) {
      const next = zoomBy(camera, [1.7, 1.3], point);
      for (const k of [0, 1] as const) {
        expect(point[k] / next.zoom[k] - next.pan[k]).toBeCloseTo(point[k] / camera.zoom[k] - camera.pan[k], 12);
      }
    }
  });
  it('zooms by 1.1618 a notch, whatever its size', () => {
    expect(zoomByWheel(HOME, 1, [0, 0]).zoom[0]).toBeCloseTo(1.161834, 6);
    expect(zoomByWheel(HOME, 7, [0, 0])).toEqual(zoomByWheel(HOME, 1, [0, 0]));
    const there = zoomByWheel({ pan: [0, 0], zoom: [4, 4] }, -1, [0.5, 0.5]);
    expect(there.zoom[1]).toBeCloseTo(4 / 1.161834, 5);
  });
  it('zooms by a right drag: right for x, up for y, each on its own', () => {
    const next = zoomByDrag(HOME, [0.2, 0], [0, 0], 400);
    expect(next.zoom[0]).toBeCloseTo(Math.exp(1.5 * 0.03 * 20 * 0.2), 12);
    expect(next.zoom[1]).toBe(1);
    expect(zoomByDrag({ pan: [0, 0], zoom: [3, 3] }, [0, -0.2], [0, 0], 400).zoom[1]).toBeLessThan(3);
  });
  it('cannot leave the constraint box', () => {
    expect(zoomBy(HOME, [0.01, 0.01], [0, 0]).zoom).toEqual([0.5, 0.5]);
    expect(zoomBy(HOME, [0.01, 0.01], [0, 0], { box: [-1, -2, 1, 2] }).zoom).toEqual([1, 0.5]);
    expect(panBy(HOME, [9, 0]).pan[0]).toBe(1);
    expect(panBy(HOME, [9, 0], { box: [-1, -2, 1, 2] }).pan[0]).toBe(0);
    expect(zoomBy(HOME, [1e9, 1], [0, 0]).zoom[0]).toBe(1e5);
    expect(zoomBy(HOME, [1e9, 1e9], [0, 0], { mostZoom: [7e6, 30] }).zoom).toEqual([7e6, 30]);
    const all = { box: [-1, -2, 1, 2], leastZoom: [1, 0.5] } as const;
    let out = zoomBy({ pan: [0.7, 0], zoom: [5, 1] }, [1, 1], [0, 0], all);
    for (let k = 0; k < 20; k++) out = zoomByWheel(out, -1, [0.6, 0.2], all, 'x');
    expect(out).toEqual({ pan: [0, 0], zoom: [1, 1] });
    expect(zoomByWheel(HOME, 1, [0.5, 0.5], {}, 'x').zoom[1]).toBe(1);
    expect(zoomByWheel(HOME, 1, [0.5, 0.5], {}, 'y')).toMatchObject({ zoom: [1, expect.closeTo(1.1618, 3)] });
    const odd = constrain({ pan: [7, -7], zoom: [0.1, 1e7] });
    const [x0, y0, x1, y1] = rangeOfCamera(odd);
    expect(Math.min(x0, y0)).toBeGreaterThanOrEqual(-2 - 1e-9);
    expect(Math.max(x1, y1)).toBeLessThanOrEqual(2 + 1e-9);
  });
  it('shows a range and tells it again', () => {
    const camera = cameraOfRange([-0.5, 0, 0.25, 0.5]);
    const range = rangeOfCamera(camera);
    [-0.5, 0, 0.25, 0.5].forEach((v, k) => expect(range[k]).toBeCloseTo(v, 12));
  });
  it('moves by keys', () => {
    const camera: Camera = { pan: [0, 0], zoom: [2, 2] };
    expect(cameraOfKey(camera, 'ArrowLeft', HOME)?.pan[0]).toBeCloseTo(0.1 / 4, 12);
    expect(cameraOfKey(camera, 'ArrowDown', HOME)?.pan[1]).toBeCloseTo(0.1 / 4, 12);
    expect(cameraOfKey(camera, 'ArrowLeft', HOME, {}, true)?.pan[0]).toBeCloseTo(0.1 / 2, 12);
    expect(cameraOfKey(camera, '+', HOME)?.zoom[0]).toBeCloseTo(2 * Math.exp(0.075), 12);
    expect(cameraOfKey(camera, 'r', HOME)).toBe(HOME);
    expect(cameraOfKey(camera, 'x', HOME)).toBeUndefined();
  });
});

const rows = (n: number) =>
  Array.from({ length: n }, (_, k) => stackedRow(k, n, 'bottom').map((v) => Number(v.toFixed(4))));

describe('layouts (spec/views.md 1.6)', () => {
  it('places grid cells', () => {
    expect(gridCell(0, 0, 2, 4)).toEqual([-1, 0, -0.5, 1]);
    expect(gridCell(1, 3, 2, 4)).toEqual([0.5, -1, 1, 0]);
    const inner = gridBox(0, 0, 1, 1);
    expect(inner.map((v) => Number(v.toFixed(6)))).toEqual([-0.925, -0.925, 0.925, 0.925]);
  });
  it('finds grid cells, also from outside', () => {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 5; column++) {
        const [x0, y0, x1, y1] = gridCell(row, column, 3, 5);
        expect(gridAt((x0 + x1) / 2, (y0 + y1) / 2, 3, 5)).toEqual({ row, column });
      }
    }
    expect(gridAt(-3, 3, 3, 5)).toEqual({ row: 0, column: 0 });
    expect(gridAt(3, -3, 3, 5)).toEqual({ row: 2, column: 4 });
  });
  it('stacks rows as the test vectors', () => {
    expect(rows(1)).toEqual([[-1, 0.9]]);
    expect(rows(2)).toEqual([
      [-1, -0.05],
      [0.05, 1],
    ]);
    expect(rows(3)).toEqual([
      [-1, -0.3667],
      [-0.3167, 0.3167],
      [0.3667, 1],
    ]);
    expect(stackedRow(0, 3, 'top')).toEqual(stackedRow(2, 3, 'bottom'));
    const [low, high] = stackedRow(1, 3, 'bottom', 2);
    expect([low, high].map((v) => Number(v.toFixed(4)))).toEqual([-0.6333, 0.6333]);
  });
  it('finds stacked rows', () => {
    for (const n of [1, 2, 3, 32, 384]) {
      for (const origin of ['top', 'bottom'] as const) {
        for (const k of [0, Math.floor(n / 2), n - 1]) {
          const [low, high] = stackedRow(k, n, origin);
          expect(stackedAt((low + high) / 2, n, origin)).toBe(k);
        }
      }
    }
    expect(stackedAt(5, 4, 'top')).toBe(0);
  });
  it('places boxes with their scalings and finds the nearest as drawn', () => {
    const boxes = { centers: [-0.5, 0.5, 0.5, -0.5], half: [0.25, 0.125] as const };
    expect(boxedBox(boxes, 0)).toEqual([-0.75, 0.375, -0.25, 0.625]);
    expect(boxedBox(boxes, 1, [2, 1], [1, 2])).toEqual([0.75, -0.75, 1.25, -0.25]);
    const drawn = [boxedBox(boxes, 0, [1, 1], [3, 1]), boxedBox(boxes, 1)];
    // The first box is drawn three times as wide, so it reaches to 0.25.
    expect(nearestBox(drawn, 0.2, 0.4)).toBe(0);
    expect(nearestBox(drawn, 0.5, -0.5)).toBe(1);
    expect(nearestBox([], 0, 0)).toBe(-1);
  });
});

describe('the lasso', () => {
  const frames = [
    frame({ id: 'l', box: [-1, -1, -0.1, 1], bounds: [0, 0, 1, 1] }),
    frame({ id: 'r', box: [0.1, -1, 1, 1], bounds: [0, 0, 1, 1] }),
  ];
  it('has its vertices where the pointer was, at any camera', () => {
    const camera: Camera = { pan: [0.2, -0.1], zoom: [3, 1.5] };
    const polygon = [
      [60, 50],
      [120, 60],
      [110, 120],
    ].map(([px, py]) => lassoVertex(null, scene(frames), camera, area, [px, py])!);
    expect(new Set(polygon.map((v) => v.frame)).size).toBe(1);
    const lasso = { frame: polygon[0].frame, polygon: polygon.map((v) => v.data) };
    const pixels = lassoPixels(lasso, scene(frames), camera, area);
    expect(pixels.map(([x, y]) => [Math.round(x), Math.round(y)])).toEqual([
      [60, 50],
      [120, 60],
      [110, 120],
    ]);
  });
  it('stays in the frame of its first vertex', () => {
    const begun = { frame: 'l', polygon: [[0.5, 0.5]] as const };
    expect(lassoVertex(begun, scene(frames), HOME, area, [400, 100])).toBeUndefined();
    expect(lassoVertex(begun, scene(frames), HOME, area, [60, 100])?.frame).toBe('l');
    // Between the frames: the right one is nearer, but the lasso belongs to the left one.
    const between = lassoVertex(begun, scene(frames), HOME, area, [250, 158]);
    expect(between?.frame).toBe('l');
    expect(between?.data[0]).toBeGreaterThan(1);
    expect(lassoVertex({ frame: 'l', polygon: [] }, scene(frames), HOME, area, [400, 100])?.frame).toBe('r');
  });
  it('is empty when its frame is gone', () => {
    expect(lassoPixels({ frame: 'x', polygon: [[0, 0]] }, scene(frames), HOME, area)).toEqual([]);
  });
});

const event = (deltaY: number, timeStamp: number, more: { deltaX?: number; deltaMode?: number } = {}) => ({
  deltaX: 0,
  deltaMode: 0,
  ...more,
  deltaY,
  timeStamp,
});

describe('wheel notches', () => {
  it('counts one for a notch of any browser', () => {
    for (const delta of [100, 120, 106.7]) {
      const wheel = new WheelNotches();
      for (let k = 0; k < 20; k++) expect(wheel.take(event(-delta, k * 20))).toBe(1);
      expect(wheel.take(event(delta, 500))).toBe(-1);
    }
    expect(new WheelNotches().take(event(3, 0, { deltaMode: 1 }))).toBe(-1);
    expect(new WheelNotches().take(event(-360, 0))).toBe(3);
  });
  it('takes deltaX when a browser turned shift+wheel', () => {
    expect(new WheelNotches().take(event(0, 0, { deltaX: -120 }))).toBe(1);
  });
  it('collects the small steps of a touchpad', () => {
    const wheel = new WheelNotches();
    let notches = 0;
    for (let k = 0; k < 110; k++) notches += wheel.take(event(-2, k * 8));
    expect(notches).toBe(2);
    expect(wheel.take(event(-2, 5000))).toBe(0);
  });
});

describe('digit keys held with a click', () => {
  it.each([
    ['1', 'Digit1', 1],
    ['&', 'Digit1', 1],
    ['3', 'Numpad3', 3],
    ['PageDown', 'Numpad3', null],
    ['a', 'KeyA', null],
  ])('%s of %s is %s', (key, code, digit) => expect(digitOf({ key, code })).toBe(digit));
});

describe('pixels to NDC', () => {
  it('spans the plot area', () => {
    expect(pixelToNdc(area, 40, 8)).toEqual([-1, 1]);
    expect(pixelToNdc(area, 440, 308)).toEqual([1, -1]);
  });
});
