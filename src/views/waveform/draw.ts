/** Waveforms as a scene (spec/views.md 2a and 2b, look.md 5): boxes at the places of the channels, one slot per cluster in each. */
import { paintOrder } from '../../core/base/arrays.ts';
import { niceBelow } from '../../core/base/layout.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { Box, Frame, Mark, Rgba, Scene, TextMark } from '../../gui/plot/scene.ts';
import { GUTTERS, placedBoxes, roomyBoxes, slotBox, slotOffsets, STRIP_PX, stripTop } from './drawBoxes.ts';
import { marksOf, type WaveformInput } from './drawWaves.ts';
import type { WaveformAnswer } from './query.ts';

const CHANNEL = 'channel';

const GAP_PX = 5;

/** A box narrower than this has no room for its channel number. */
const LABEL_FROM_PX = 44;

/** Everything placed: pixels of the area, boxes above the strip, the part of a box left of which the channel number stands. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly low: number;
  readonly boxes: readonly Box[];
  /** NDC taken from the left of every box for its channel number. */
  readonly label: number;
}

function layoutOf({ answer, values, size, style }: WaveformInput): Layout {
  const width = Math.max(1, size.width - GUTTERS.left - GUTTERS.right);
  const height = Math.max(1, size.height - GUTTERS.top - GUTTERS.bottom);
  const low = stripTop(size.height);
  const boxes = placedBoxes(answer, values, size.height);
  const boxPx = roomyBoxes(answer).halfWidth * values.boxScaleX * width;
  const characters = Math.max(1, ...answer.channelLabels.map((label) => label.length));
  const labelPx = Math.min(characters * CHARACTER_PX * style.scale + GAP_PX + 2, boxPx * 0.5);
  const label = values.labels && boxPx >= LABEL_FROM_PX ? (2 * labelPx) / width : 0;
  return { width, height, low, boxes, label };
}

/** Channel numbers left of their boxes, in one frame that moves with the camera. */
function labelFrame(input: WaveformInput, layout: Layout): Frame {
  const { answer, style } = input;
  const text: TextMark = {
    kind: 'text',
    x: Float32Array.from(layout.boxes, (box) => box[0] + layout.label),
    y: Float32Array.from(layout.boxes, (box) => (box[1] + box[3]) / 2),
    text: answer.channelLabels,
    anchor: [1, 0],
    offset: [-GAP_PX, 0],
    color: style.tick,
    size: style.tickSize,
  };
  const whole: Box = [-1, -1, 1, 1];
  const window: Box = [-1, layout.low, 1, 1];
  return { id: 'labels', box: whole, bounds: whole, clip: false, window, inert: true, marks: [text] };
}

/** `1 ms`, unless that is too short or too long to read: then a rounder multiple or part of it. */
export function timeBar(pxPerMs: number, available: number): { readonly ms: number; readonly px: number } {
  const SHORTEST = 8;
  let ms = 1;
  if (pxPerMs < SHORTEST) ms = niceBelow((2.5 * SHORTEST) / pxPerMs);
  else if (pxPerMs > available) ms = niceBelow(Math.max(available, SHORTEST) / pxPerMs);
  return { ms, px: ms * pxPerMs };
}

/** The unit of an answer as people write it; templates are in the unit of the sorter. */
export function unitText({ unit, type }: Pick<WaveformAnswer, 'unit' | 'type'>): string {
  if (unit === 'uV') return 'µV';
  return type === 'templates' ? 'template units' : 'raw units';
}

/** The strip below the boxes: one time bar on the right, one amplitude bar beside it; pixels are its data units. */
function scaleFrame(input: WaveformInput, layout: Layout): Frame {
  const { answer, style, zoom, yMax, values } = input;
  const { slots } = slotOffsets(answer.clusters);
  const box = layout.boxes[0];
  const marks: Mark[] = [];
  const write = (text: string, x: number, anchor: -1 | 1, color: Rgba): void => {
    const y = new Float32Array([STRIP_PX / 2 - 1]);
    marks.push({
      kind: 'text',
      x: new Float32Array([x]),
      y,
      text: [text],
      anchor: [anchor, 0],
      color,
      size: style.tickSize,
    });
  };
  if (box !== undefined && answer.clusters.length > 0) {
    const [x0, , x1] = slotBox(box, layout.label, 0, values.overlap ? 1 : slots);
    const pxPerMs = ((((x1 - x0) / 2) * layout.width * zoom[0]) / answer.sampleCount) * (answer.sampleRate / 1000);
    const time = timeBar(pxPerMs, layout.width * 0.3);
    const right = layout.width - 4;
    const mid = STRIP_PX / 2 - 1;
    const ends = [
      right - time.px,
      mid,
      right,
      mid,
      right - time.px,
      mid - 3,
      right - time.px,
      mid + 3,
      right,
      mid - 3,
      right,
      mid + 3,
    ];
    const timeText = `${Number(time.ms.toPrecision(3))} ms`;
    write(timeText, right - time.px - 6, 1, style.tick);
    const perPx = (2 * yMax) / Math.max(1e-9, ((box[3] - box[1]) / 2) * layout.height * zoom[1]);
    const amplitude = niceBelow(perPx * (STRIP_PX - 5));
    const x = right - time.px - 6 - (timeText.length + 2) * CHARACTER_PX * style.scale - 10;
    const bottom = 2;
    const top = bottom + amplitude / perPx;
    ends.push(x, bottom, x, top, x - 3, bottom, x + 3, bottom, x - 3, top, x + 3, top);
    const amplitudeText = `${Number(amplitude.toPrecision(3))} ${unitText(answer)}`;
    write(amplitudeText, x - 7, 1, style.tick);
    marks.push({ kind: 'segments', ends: Float32Array.from(ends), color: style.tick, width: 1 });
    // What the numbers beside the boxes are, where the scale bars leave room for it.
    const free = x - 7 - amplitudeText.length * CHARACTER_PX * style.scale;
    if (values.labels && free > 4 + (CHANNEL.length + 2) * CHARACTER_PX * style.scale)
      write(CHANNEL, 4, -1, style.faint);
  }
  return {
    id: 'scale',
    box: [-1, -1, 1, layout.low],
    bounds: [0, 0, layout.width, STRIP_PX],
    clip: true,
    fixed: 'both',
    inert: true,
    marks,
  };
}

/** Frames of one layer of marks, for every cluster and each of its channels. Ids are `channel:cluster`, with the layer when it is not the first. */
function waveFrames(
  input: WaveformInput,
  layout: Layout,
  layers: (rank: number, channel: number) => readonly Mark[],
  name: string,
): readonly Frame[] {
  const { answer, values, yMax } = input;
  const { offsets, slots } = slotOffsets(answer.clusters);
  const places = new Map(Array.from(answer.channelIds.data, (id, place) => [id, place]));
  const bounds: Box = [0, -yMax, Math.max(1, answer.sampleCount - 1), yMax];
  const window: Box = [-1, layout.low, 1, 1];
  return paintOrder(answer.clusters.length, input.front).flatMap((rank) => {
    const cluster = answer.clusters[rank];
    return Array.from(cluster.channelIds.data, (channelId, k): Frame => {
      const place = places.get(channelId) ?? 0;
      const slot = values.overlap ? ([0, 1] as const) : ([offsets[rank], slots] as const);
      const box = slotBox(layout.boxes[place], layout.label, ...slot);
      const id = `${channelId}:${cluster.clusterId}${name}`;
      return { id, box, bounds, clip: false, window, inert: name !== '', marks: layers(rank, k) };
    });
  });
}

/** The scene of an answer. Frame ids `<channelId>:<clusterId>`; data units are samples and the answer's unit. */
export function waveformScene(input: WaveformInput): Scene {
  const { style, values } = input;
  const layout = layoutOf(input);
  const { clusters, under } = marksOf(input);
  const means = (rank: number, k: number): readonly Mark[] => clusters[rank].means.slice(k, k + 1);
  const waves = (rank: number, k: number): readonly Mark[] => [clusters[rank].waves[k]];
  // Layer after layer, because like marks are painted fastest together; on top of each other no cluster's waves may cover another's mean.
  const frames = [
    ...waveFrames(input, layout, () => under, ''),
    ...waveFrames(
      input,
      layout,
      values.overlap ? waves : (rank, k) => [...waves(rank, k), ...means(rank, k)],
      ':waves',
    ),
    ...(values.overlap ? waveFrames(input, layout, means, ':mean') : []),
  ];
  return {
    frames: [...(values.labels ? [labelFrame(input, layout)] : []), ...frames, scaleFrame(input, layout)],
    gutters: GUTTERS,
    background: style.background,
    xAxes: [],
    yAxes: [],
    labels: [],
  };
}
