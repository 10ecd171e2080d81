/** Pan and zoom as pure functions of the camera (spec/views.md 1.4). Pointer positions and moves are in screen NDC. */
import type { Box, Camera } from './scene.ts';

type Pair = readonly [number, number];

export const HOME: Camera = { pan: [0, 0], zoom: [1, 1] };
/** xMin, yMin, xMax, yMax that the plot cannot be moved out of. */
export const DEFAULT_CONSTRAINT: Box = [-2, -2, 2, 2];

const LEAST_ZOOM: Pair = [1e-5, 1e-5];
/** Largest zoom of each axis unless stated. */
const MOST_ZOOM: Pair = [1e5, 1e5];

/** What a camera is kept within. */
export interface Limits {
  /** xMin, yMin, xMax, yMax that the plot cannot be moved out of. */
  readonly box?: Box | undefined;
  /** Smallest and largest zoom along x and y. With the smallest one at which the box fills the screen one can zoom out to all of it from anywhere. */
  readonly leastZoom?: Pair | undefined;
  readonly mostZoom?: Pair | undefined;
}
const WHEEL_STEP = Math.exp(1.5 * 0.1);
const KEY_ZOOM_STEP = Math.exp(0.075);
const KEY_PAN_STEP = 0.1;

const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** One axis within the constraint [low, high]: pan first, then the smallest zoom that this pan allows, then nothing may stick out. */
function constrainAxis(pan: number, zoom: number, low: number, high: number, [fewest, most]: Pair): Pair {
  const limited = clip(zoom, fewest, most);
  const a = low + 1 / limited;
  const b = high - 1 / limited;
  const inside = clip(pan, Math.min(a, b), Math.max(a, b));
  const least = Math.max(inside > low ? 1 / (inside - low) : 0, high > inside ? 1 / (high - inside) : 0);
  const allowed = clip(Math.max(limited, least, 2 / (high - low)), fewest, most);
  return [clip(inside, low + 1 / allowed, high - 1 / allowed), allowed];
}

const zoomRange = ({ leastZoom = LEAST_ZOOM, mostZoom = MOST_ZOOM }: Limits, axis: 0 | 1): Pair => [
  leastZoom[axis],
  mostZoom[axis],
];

/** The nearest camera within the limits: zoom from 1e-5 to 1e5, inside (-2, -2, 2, 2), unless they say otherwise. */
export function constrain(camera: Camera, limits: Limits = {}): Camera {
  const { box = DEFAULT_CONSTRAINT } = limits;
  const [panX, zoomX] = constrainAxis(camera.pan[0], camera.zoom[0], box[0], box[2], zoomRange(limits, 0));
  const [panY, zoomY] = constrainAxis(camera.pan[1], camera.zoom[1], box[1], box[3], zoomRange(limits, 1));
  return { pan: [panX, panY], zoom: [zoomX, zoomY] };
}

/** Moves the content by `delta`. */
export function panBy(camera: Camera, delta: Pair, limits?: Limits): Camera {
  const pan: Pair = [camera.pan[0] + delta[0] / camera.zoom[0], camera.pan[1] + delta[1] / camera.zoom[1]];
  return constrain({ pan, zoom: camera.zoom }, limits);
}

/** Multiplies the zoom; the content under `fixedPoint` stays under it (unless a limit is met). */
export function zoomBy(camera: Camera, factor: Pair, fixedPoint: Pair, limits?: Limits): Camera {
  const axis = (k: 0 | 1): Pair => {
    const zoom = clip(camera.zoom[k] * factor[k], ...zoomRange(limits ?? {}, k));
    return [camera.pan[k] - fixedPoint[k] * (1 / camera.zoom[k] - 1 / zoom), zoom];
  };
  const [panX, zoomX] = axis(0);
  const [panY, zoomY] = axis(1);
  return constrain({ pan: [panX, panY], zoom: [zoomX, zoomY] }, limits);
}

/** Right drag: right zooms in along x, up along y. `width` is that of the canvas in CSS px, `press` where the drag began. */
export function zoomByDrag(camera: Camera, delta: Pair, press: Pair, width: number, limits?: Limits): Camera {
  const rate = 1.5 * 0.03 * Math.sqrt(width);
  return zoomBy(camera, [Math.exp(rate * delta[0]), Math.exp(rate * delta[1])], press, limits);
}

export type Axes = 'both' | 'x' | 'y';

/** One notch of the wheel about the pointer, along some axes; `sign` 1 zooms in, -1 out. */
export function zoomByWheel(camera: Camera, sign: number, at: Pair, limits?: Limits, axes: Axes = 'both'): Camera {
  const factor = WHEEL_STEP ** Math.sign(sign);
  return zoomBy(camera, [axes === 'y' ? 1 : factor, axes === 'x' ? 1 : factor], at, limits);
}

/** Shows the rectangle `range` (xMin, yMin, xMax, yMax in plot NDC). */
export function cameraOfRange(range: Box, limits?: Limits): Camera {
  const [x0, y0, x1, y1] = range;
  return constrain({ pan: [-(x0 + x1) / 2, -(y0 + y1) / 2], zoom: [2 / (x1 - x0), 2 / (y1 - y0)] }, limits);
}

/** The part of plot NDC that is on screen. */
export function rangeOfCamera(camera: Camera): Box {
  const [panX, panY] = camera.pan;
  const [zoomX, zoomY] = camera.zoom;
  return [-1 / zoomX - panX, -1 / zoomY - panY, 1 / zoomX - panX, 1 / zoomY - panY];
}

/**
 * What a key without modifier does while the plot has the focus; undefined when it does nothing. `R` is reset and needs `home`. Arrows move
 * by less the further in it is zoomed (spec/views.md 1.4), or with `byScreen` by the same part of what is on screen.
 */
export function cameraOfKey(
  camera: Camera,
  key: string,
  home: Camera,
  limits?: Limits,
  byScreen = false,
): Camera | undefined {
  const [perX, perY] = byScreen ? [1, 1] : camera.zoom;
  const move = (x: number, y: number) => panBy(camera, [(x * KEY_PAN_STEP) / perX, (y * KEY_PAN_STEP) / perY], limits);
  switch (key) {
    case 'ArrowLeft':
      return move(1, 0);
    case 'ArrowRight':
      return move(-1, 0);
    case 'ArrowUp':
      return move(0, -1);
    case 'ArrowDown':
      return move(0, 1);
    case '+':
    case '=':
      return zoomBy(camera, [KEY_ZOOM_STEP, KEY_ZOOM_STEP], [0, 0], limits);
    case '-':
      return zoomBy(camera, [1 / KEY_ZOOM_STEP, 1 / KEY_ZOOM_STEP], [0, 0], limits);
    case 'r':
    case 'R':
      return home;
    default:
      return undefined;
  }
}

export function sameCamera(a: Camera, b: Camera): boolean {
  return a.pan[0] === b.pan[0] && a.pan[1] === b.pan[1] && a.zoom[0] === b.zoom[0] && a.zoom[1] === b.zoom[1];
}
