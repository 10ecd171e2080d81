/** Boxes of channels and slots of clusters (spec/views.md 1.6 and 2a, look.md 5). */
import type { NdArray } from '../../core/base/nd.ts';
import type { Values } from '../../core/base/params.ts';
import type { Box } from '../../gui/plot/scene.ts';
import type { params } from './params.ts';
import type { WaveformAnswer } from './query.ts';

export type WaveformValues = Values<typeof params>;

export const GUTTERS = { left: 8, right: 8, top: 6, bottom: 2 };

/** Height of the strip with the scale bars. */
export const STRIP_PX = 18;

/** Slot of each cluster when drawn side by side (spec/views.md 2a): clusters that share no channel may share a slot. */
export function slotOffsets(clusters: readonly { readonly channelIds: NdArray<Int32Array> }[]): {
  readonly offsets: readonly number[];
  readonly slots: number;
} {
  const taken = new Map<number, number>();
  const offsets = clusters.map(({ channelIds }) => {
    const offset = channelIds.data.reduce((most, id) => Math.max(most, taken.get(id) ?? 0), 0);
    for (const id of channelIds.data) taken.set(id, (taken.get(id) ?? 0) + 1);
    return offset;
  });
  return { offsets, slots: 1 + Math.max(0, ...offsets) };
}

/** Where x in [-1, 1] of a wave lies in its box: slots of width 8 with gaps of 1. `slots` = 1 is the whole box. */
export function slotRange(offset: number, slots: number): readonly [number, number] {
  const at = (x: number): number => -1 + (2 * offset * 9 + 8 * (x + 1)) / (9 * slots - 1);
  return [at(-1), at(1)];
}

/** Smallest horizontal distance between two centres whose boxes share some height; infinite without such a pair. */
function closestBeside(answer: WaveformAnswer): number {
  const centers = answer.boxPositions.data;
  let least = Infinity;
  for (let i = 0; i < centers.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      if (Math.abs(centers[i + 1] - centers[j + 1]) >= 2 * answer.boxSize[1]) continue;
      least = Math.min(least, Math.abs(centers[i] - centers[j]));
    }
  }
  return least;
}

/**
 * Boxes as drawn before scaling: those of spec/views.md 1.6 leave much room beside them where rows of sites are staggered. They are widened
 * until neighbours at the same height are 5 % apart, and the centres moved inwards so that all still fit (departs from the reference).
 */
export function roomyBoxes(answer: WaveformAnswer): { readonly spreadX: number; readonly halfWidth: number } {
  const [w] = answer.boxSize;
  const centers = answer.boxPositions.data;
  const edge = centers.reduce((most, v, k) => (k % 2 === 0 ? Math.max(most, Math.abs(v)) : most), 0);
  const beside = closestBeside(answer);
  const wider = Number.isFinite(beside) ? 0.475 * beside : Math.max(w, edge);
  if (edge === 0 || wider <= w) return { spreadX: 1, halfWidth: w };
  const fit = 1 / (edge + wider);
  return { spreadX: fit, halfWidth: wider * fit };
}

/** The largest single values set the scale; at this gain over spec/views.md 2a usual waves fill their box (look.md 5). */
const GAIN = 1.6;

/**
 * Boxes as high as the gain wants them, less where there are few rows, and the centres moved inwards so that the full scale of the outermost
 * rows is on screen: what is cut off at the edge of the plot looks like the end of a wave.
 */
export function tallBoxes(answer: WaveformAnswer): { readonly spreadY: number; readonly halfHeight: number } {
  const [, h] = answer.boxSize;
  const edge = answer.boxPositions.data.reduce((most, v, k) => (k % 2 === 1 ? Math.max(most, Math.abs(v)) : most), 0);
  const halfHeight = Math.min(1, h * Math.min(GAIN, 1 + (0.1 * (1 - h)) / h));
  return { spreadY: edge === 0 ? 1 : Math.min(1, (1 - halfHeight) / edge), halfHeight };
}

/** The box of each channel of the answer, scaled, in NDC of the whole plot (strip for the scale bars not yet taken off). */
export function channelBoxes(answer: WaveformAnswer, values: WaveformValues): readonly Box[] {
  const { spreadX, halfWidth } = roomyBoxes(answer);
  const w = halfWidth * values.boxScaleX;
  const { spreadY, halfHeight } = tallBoxes(answer);
  const h = halfHeight * values.boxScaleY;
  const centers = answer.boxPositions.data;
  return Array.from({ length: answer.channelIds.data.length }, (_, k) => {
    const x = centers[2 * k] * spreadX * values.probeScaleX;
    const y = centers[2 * k + 1] * spreadY * values.probeScaleY;
    return [x - w, y - h, x + w, y + h];
  });
}

/** Makes room for the strip at the bottom: [-1, 1] becomes [low, 1]. */
export const above = (box: Box, low: number): Box => {
  const y = (v: number): number => low + ((v + 1) / 2) * (1 - low);
  return [box[0], y(box[1]), box[2], y(box[3])];
};

/** Bottom of the area for boxes in plot NDC, above the strip with the scale bars. */
export function stripTop(height: number): number {
  return -1 + (2 * STRIP_PX) / Math.max(1, height - GUTTERS.top - GUTTERS.bottom);
}

/** Where the boxes of the channels lie in plot NDC, strip for the scale bars taken off. `height`: CSS px of the whole plot. */
export function placedBoxes(answer: WaveformAnswer, values: WaveformValues, height: number): readonly Box[] {
  const low = stripTop(height);
  return channelBoxes(answer, values).map((box) => above(box, low));
}

/** The part of a box that waves may use, and of it one slot. */
export function slotBox(box: Box, label: number, offset: number, slots: number): Box {
  const left = box[0] + label;
  const [x0, x1] = slotRange(offset, slots);
  const at = (x: number): number => left + ((x + 1) / 2) * (box[2] - left);
  return [at(x0), box[1], at(x1), box[3]];
}
