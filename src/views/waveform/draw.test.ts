import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nd } from '../../core/base/nd.ts';
import { defaults } from '../../core/base/params.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import type { Frame, LinesMark, Rgba } from '../../gui/plot/scene.ts';
import { timeBar, unitText, waveformScene } from './draw.ts';
import { channelBoxes, roomyBoxes, slotOffsets, slotRange, stripTop, tallBoxes } from './drawBoxes.ts';
import { NO_SCALE, nextScale, renewedScale } from './drawScale.ts';
import { alignmentOf, singleAlpha, type WaveformInput } from './drawWaves.ts';
import { params } from './params.ts';
import type { WaveformAnswer, WaveformCluster } from './query.ts';

const style = darkStyle();
const saturation = ([r, g, b]: Rgba): number => (Math.max(r, g, b) - Math.min(r, g, b)) / Math.max(r, g, b);
const close = (values: readonly number[]): readonly number[] => values.map((v) => Math.round(v * 1e4) / 1e4);

function cluster(clusterId: number, channelIds: readonly number[], waves: number, samples = 3): WaveformCluster {
  const size = waves * samples * channelIds.length;
  return {
    clusterId,
    shown: waves,
    total: 10,
    missing: 0,
    rule: 'batches',
    spikeIds: nd(Int32Array.from({ length: waves }, (_, i) => i)),
    templateIds: nd(new Int32Array(0)),
    channelIds: nd(Int32Array.from(channelIds)),
    // wave * 100 + sample * 10 + channel place: every value tells where it comes from.
    waveforms: nd(
      Float32Array.from({ length: size }, (_, i) => {
        const channel = i % channelIds.length;
        const sample = Math.floor(i / channelIds.length) % samples;
        return Math.floor(i / channelIds.length / samples) * 100 + sample * 10 + channel;
      }),
      [waves, samples, channelIds.length],
    ),
    masks: nd(new Float32Array(waves).fill(1)),
  };
}

function answer(clusters: readonly WaveformCluster[], type: WaveformAnswer['type'] = 'waveforms'): WaveformAnswer {
  return {
    type,
    types: ['waveforms', 'mean_waveforms', 'templates'],
    channelIds: nd(new Int32Array([4, 5, 6, 7])),
    channelLabels: ['4', '5', '6', '7'],
    channelPositions: nd(new Float64Array([0, 0, 0, 20, 0, 40, 0, 60]), [4, 2]),
    // spec/views.md 1.6, first vector.
    boxPositions: nd(new Float64Array([0, -0.7692, 0, -0.2564, 0, 0.2564, 0, 0.7692]), [4, 2]),
    boxSize: [0.95, 0.2077],
    sampleRate: 1000,
    sampleCount: 3,
    spikeSample: 1,
    yMax: 50,
    unit: 'raw',
    clusters,
  };
}

function input(
  of: WaveformAnswer,
  change: Partial<WaveformInput> = {},
  values: Partial<WaveformInput['values']> = {},
): WaveformInput {
  return {
    answer: of,
    values: { ...defaults(params), labels: false, ...values },
    style,
    yMax: 50,
    size: { width: 416, height: 300 },
    zoom: [1, 1],
    front: null,
    ...change,
  };
}
const frameOf = (frames: readonly Frame[], id: string): Frame => frames.find((frame) => frame.id === id)!;
const height = (frame: Frame): number => frame.box[3] - frame.box[1];
const linesOf = (frame: Frame): readonly LinesMark[] =>
  frame.marks.flatMap((mark) => (mark.kind === 'lines' ? [mark] : []));

describe('slots', () => {
  test('vectors of spec/views.md 2a', () => {
    expect(slotRange(0, 1)).toEqual([-1, 1]);
    expect(close([0, 1, 2].flatMap((offset) => slotRange(offset, 3)))).toEqual([
      -1, -0.3846, -0.3077, 0.3077, 0.3846, 1,
    ]);
  });

  test('clusters without a common channel share a slot', () => {
    const { offsets, slots } = slotOffsets([cluster(1, [4, 5], 1), cluster(2, [6, 7], 1), cluster(3, [5, 6], 1)]);
    expect(offsets).toEqual([0, 0, 1]);
    expect(slots).toBe(2);
  });

  const golden = resolve(import.meta.dirname, '../../../../shared/golden/views_mini.json');
  test.skipIf(!existsSync(golden))('offsets of five clusters as the reference has them', () => {
    const { five } = JSON.parse(readFileSync(golden, 'utf8')) as {
      five: { WaveformView: { waveforms: { bunchs: { channel_ids: number[]; offset: number; n_clu: number }[] } } };
    };
    const { bunchs } = five.WaveformView.waveforms;
    const { offsets, slots } = slotOffsets(bunchs.map((bunch, i) => cluster(i, bunch.channel_ids, 1)));
    expect(offsets).toEqual(bunchs.map((bunch) => bunch.offset));
    expect(slots).toBe(bunchs[0].n_clu);
  });
});

/** x, y and starts of the waves of cluster 2 on channel 4. */
const drawn = (of: WaveformAnswer): readonly (readonly number[])[] => {
  const [lines] = linesOf(frameOf(waveformScene(input(of)).frames, '4:2:waves'));
  return [[...lines.x], [...lines.y], [...lines.starts]];
};

/** All texts in a picture of an answer in this unit. */
const texts = (unit: WaveformAnswer['unit']): readonly string[] =>
  waveformScene(input({ ...answer([cluster(2, [4], 1)]), unit }))
    .frames.flatMap((frame) => frame.marks)
    .flatMap((mark) => (mark.kind === 'text' ? mark.text : []));

describe('waveformScene', () => {
  test('one frame per cluster and channel, in samples and amplitudes, above the strip of the scale bars', () => {
    const scene = waveformScene(input(answer([cluster(2, [5, 4], 2), cluster(9, [6], 1)])));
    const ids = scene.frames.map((frame) => frame.id);
    expect(ids).toEqual(['5:2', '4:2', '6:9', '5:2:waves', '4:2:waves', '6:9:waves', 'scale']);
    expect(scene.frames.filter((frame) => frame.inert !== true)).toHaveLength(3);
    const low = stripTop(300);
    const frame = frameOf(scene.frames, '5:2');
    expect(frame.bounds).toEqual([0, -50, 2, 50]);
    const { spreadY, halfHeight } = tallBoxes(answer([cluster(2, [5], 1)]));
    const y = 1 - 0.2564 * spreadY;
    const place = (ndc: number): number => low + (ndc / 2) * (1 - low);
    expect(close(frame.box)).toEqual(close([-0.95, place(y - halfHeight), 0.95, place(y + halfHeight)]));
  });

  test('values of a channel, wave after wave; the mean on top in the ink of means', () => {
    const scene = waveformScene(input(answer([cluster(2, [5, 4], 2)])));
    const [waves, mean] = linesOf(frameOf(scene.frames, '4:2:waves'));
    expect([...waves.y]).toEqual([1, 11, 21, 101, 111, 121]);
    expect([...waves.x]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...waves.starts]).toEqual([0, 3, 6]);
    expect(waves.color[3]).toBe(singleAlpha(2));
    expect([...mean.y]).toEqual([51, 61, 71]);
    expect(mean.color).toEqual(style.meanColor(0));
  });

  test('without the mean, single waves have the opacity of spec/views.md 1.9', () => {
    const scene = waveformScene(input(answer([cluster(2, [4], 2)]), {}, { meanOnTop: false }));
    const lines = linesOf(frameOf(scene.frames, '4:2:waves'));
    expect(lines).toHaveLength(1);
    expect(lines[0].color).toEqual([8 / 255, 146 / 255, 252 / 255, 0.75]);
    expect(lines[0].width).toBe(1);
  });

  test('scaling, overlap and camera move boxes but reuse every mark', () => {
    const of = answer([cluster(2, [4, 5], 2), cluster(3, [4], 2)]);
    const first = waveformScene(input(of));
    const scaled = waveformScene(input(of, { zoom: [2, 3] }, { boxScaleY: 2, probeScaleX: 1.1 }));
    expect(linesOf(frameOf(scaled.frames, '4:3:waves'))).toEqual(linesOf(frameOf(first.frames, '4:3:waves')));
    expect(linesOf(frameOf(scaled.frames, '4:3:waves'))[0]).toBe(linesOf(frameOf(first.frames, '4:3:waves'))[0]);
    expect(height(frameOf(scaled.frames, '4:3'))).toBeCloseTo(2 * height(frameOf(first.frames, '4:3')), 12);
    const over = waveformScene(input(of, {}, { overlap: true }));
    expect(linesOf(frameOf(over.frames, '4:3:waves'))[0]).toBe(linesOf(frameOf(first.frames, '4:3:waves'))[0]);
    expect(close(frameOf(over.frames, '4:3').box)).toEqual(close(frameOf(over.frames, '4:2').box));
    // Means are painted after all single waves.
    const ids = over.frames.map((frame) => frame.id);
    expect(ids.indexOf('4:2:mean')).toBeGreaterThan(ids.indexOf('4:3:waves'));
  });

  test('the cluster whose chip is held is painted last', () => {
    const of = answer([cluster(2, [4], 1), cluster(3, [4], 1)]);
    const ids = waveformScene(input(of, { front: 0 })).frames.map((frame) => frame.id);
    expect(ids.slice(0, 2)).toEqual(['4:3', '4:2']);
  });

  test('templates are thick, minority ones greyer by their mask', () => {
    const template = { ...cluster(2, [4], 2), masks: nd(new Float32Array([1, 0.5])) };
    const [lines] = linesOf(frameOf(waveformScene(input(answer([template], 'templates'))).frames, '4:2:waves'));
    expect(lines.width).toBe(3);
    // spec/views.md 1.2: #0892fc with m = 0.5 is #6195bd; its red lies on the edge between two bytes (97.5).
    expect([...lines.stripColors!]).toEqual([8, 146, 252, 255, 98, 0x95, 0xbd, 255]);
  });

  test('waves of klusta are greyer channel by channel where a mask is low, and so is their mean', () => {
    const channelMasks = nd(new Float32Array([1, 0.5, 1, 0]), [2, 2]);
    const klusta = { ...cluster(2, [4, 5], 2), channelMasks };
    const { frames } = waveformScene(input(answer([klusta]), {}, { meanOnTop: true }));
    const lines = ['4:2:waves', '5:2:waves'].map((id) => linesOf(frameOf(frames, id)));
    // Both masks are 1 on channel 4.
    expect(lines[0]?.[0]?.stripColors).toBeUndefined();
    const alpha = Math.round(255 * singleAlpha(2));
    // spec/views.md 1.2: #0892fc with m = 0.5 is #6195bd, with m = 0 #7e7e7e.
    expect([...(lines[1]?.[0]?.stripColors ?? [])]).toEqual([98, 0x95, 0xbd, alpha, 126, 126, 126, alpha]);
    const mean = lines[1]?.[1]?.color ?? [0, 0, 0, 0];
    const whole = lines[0]?.[1]?.color ?? [0, 0, 0, 0];
    expect(saturation(mean)).toBeCloseTo(saturation(whole) * 0.25 ** 0.1, 5);
  });

  test('zero line and one tick per millisecond of the window', () => {
    const scene = waveformScene(input(answer([cluster(2, [4], 1)])));
    const zero = frameOf(scene.frames, '4:2').marks[0];
    expect(zero.kind === 'segments' && [...zero.ends].filter((_, i) => i % 2 === 0)).toEqual([
      0,
      2,
      ...[0, 0, 1, 1, 2, 2].map((k) => Math.fround(((k / 1000) * 2) / 0.003)),
    ]);
  });

  test('a thin dashed line stands at the sample of the spike in every box', () => {
    const scene = waveformScene(input(answer([cluster(2, [4], 1)])));
    const line = frameOf(scene.frames, '4:2').marks[1];
    expect(line.kind === 'segments' && [[...line.ends], line.dash]).toEqual([
      [1, -25, 1, 25],
      [2, 3],
    ]);
  });

  test('templates cut elsewhere are moved to the sample of the spike and cut to the window', () => {
    const five = { ...answer([cluster(2, [4], 1, 5)], 'templates'), sampleCount: 5, spikeSample: 2 };
    expect(drawn(five)).toEqual([
      [0, 1, 2, 3, 4],
      [0, 10, 20, 30, 40],
      [0, 5],
    ]);
    // Their spike is at sample 1: one sample to the right, the last one lies outside.
    expect(drawn({ ...five, alignSample: 1 })).toEqual([
      [1, 2, 3, 4],
      [0, 10, 20, 30],
      [0, 4],
    ]);
    expect(drawn({ ...five, alignSample: 4 })).toEqual([
      [0, 1, 2],
      [20, 30, 40],
      [0, 3],
    ]);
    // Nothing to compare with: templates stay whole, and the line is where their spike is.
    const alone = { ...five, types: ['templates'] as const, alignSample: 1 };
    expect(drawn(alone)[0]).toHaveLength(5);
    expect(alignmentOf(alone)).toEqual({ spike: 1, shift: 0, first: 0, last: 5 });
    expect(alignmentOf({ ...five, alignSample: 1 })).toEqual({ spike: 2, shift: 1, first: 0, last: 4 });
  });

  test('the amplitude bar is in the unit of the answer', () => {
    expect(texts('raw').some((text) => /^\d+ raw units$/.test(text))).toBe(true);
    expect(unitText({ unit: 'raw', type: 'templates' })).toBe('template units');
    expect(texts('uV').some((text) => /^\d+ µV$/.test(text))).toBe(true);
  });

  test('boxes use the room beside them where sites are staggered, and still fit', () => {
    const staggered: WaveformAnswer = {
      ...answer([cluster(1, [4], 1)]),
      boxPositions: nd(new Float64Array([-0.625, -0.5, 0.2083, -0.5, -0.2083, 0, 0.625, 0]), [4, 2]),
      boxSize: [0.2, 0.2],
    };
    const { spreadX, halfWidth } = roomyBoxes(staggered);
    expect(halfWidth / spreadX).toBeCloseTo(0.475 * 0.8333, 6);
    expect(0.625 * spreadX + halfWidth).toBeCloseTo(1, 12);
    expect(roomyBoxes(answer([cluster(1, [4], 1)]))).toEqual({ spreadX: 1, halfWidth: 0.95 });
  });

  test('the time bar is 1 ms where that can be read', () => {
    expect([12, 4, 0.3, 900].map((pxPerMs) => timeBar(pxPerMs, 100).ms)).toEqual([1, 5, 50, 0.1]);
    expect(timeBar(4, 100).px).toBe(20);
  });

  test('channel boxes follow box and probe scaling', () => {
    const values = { ...defaults(params), boxScaleX: 0.5, boxScaleY: 2, probeScaleY: 0.5 };
    const boxes = channelBoxes(answer([cluster(1, [4], 1)]), values);
    const { spreadY, halfHeight } = tallBoxes(answer([cluster(1, [4], 1)]));
    const y = 0.3846 * spreadY;
    expect(close(boxes[3])).toEqual(close([-0.475, y - 2 * halfHeight, 0.475, y + 2 * halfHeight]));
  });

  test('boxes are higher than those of the reference, and their full scale is on screen, from one row to many', () => {
    for (const rows of [1, 2, 4, 7, 30]) {
      const half = 0.9 / rows;
      const y = (k: number): number => (rows === 1 ? 0 : (1 - 1 / rows) * (1 - (2 * k) / (rows - 1)));
      const of: WaveformAnswer = {
        ...answer([cluster(1, [4], 1)]),
        boxPositions: nd(
          Float64Array.from({ length: 2 * rows }, (_, k) => (k % 2 === 0 ? 0 : y((k - 1) / 2))),
          [rows, 2],
        ),
        boxSize: [0.95, half],
      };
      const { spreadY, halfHeight } = tallBoxes(of);
      expect(halfHeight / half).toBeGreaterThan(1);
      expect(halfHeight / half).toBeLessThanOrEqual(1.6);
      expect(y(0) * spreadY + halfHeight).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
});

/** An answer of one cluster whose largest value is `yMax`. */
const upTo = (yMax: number, type: WaveformAnswer['type'] = 'waveforms', waves = 2): WaveformAnswer => ({
  ...answer([cluster(2, [4], waves)], type),
  yMax,
});

test('the full scale stays while clusters change, until type or filter do or it is reset (spec/views.md 2a)', () => {
  const first = nextScale(NO_SCALE, upTo(50), 'high_pass');
  const larger = nextScale(first, upTo(80), 'high_pass');
  expect([first.yMax, larger.yMax, renewedScale(larger).yMax]).toEqual([50, 50, 80]);
  expect(nextScale(renewedScale(larger), upTo(20), 'high_pass').yMax).toBe(80);
  expect(nextScale(larger, upTo(200), 'raw').yMax).toBe(200);
  expect(nextScale(larger, upTo(2, 'templates'), 'high_pass').yMax).toBe(2);
  // A cluster without waves fixes no scale for the next one.
  const nothing = nextScale(NO_SCALE, upTo(1, 'waveforms', 0), 'high_pass');
  expect([nothing.yMax, nextScale(nothing, upTo(50), 'high_pass').yMax]).toEqual([null, 50]);
  expect(nextScale(larger, upTo(1, 'waveforms', 0), 'high_pass').yMax).toBe(50);
});
