/** Scenes of the gallery: one for each mark with values that a test can find again, and some like those of real views. */
import type { Frame, LinesMark, Mark, Rgba, Scene, SignalsMark } from '../../../src/gui/plot/scene.ts';
import { gridBox } from '../../../src/gui/plot/layouts.ts';
import type { PlotStyle } from '../../../src/gui/colors/style.ts';

const RED: Rgba = [1, 0, 0, 1];
const GREEN: Rgba = [0, 1, 0, 1];
const NONE = { left: 0, right: 0, top: 0, bottom: 0 };

export function frame(id: string, marks: readonly Mark[], more: Partial<Frame> = {}): Frame {
  return { id, box: [-1, -1, 1, 1], bounds: [0, 0, 10, 10], clip: true, marks, ...more };
}

export function scene(frames: readonly Frame[], more: Partial<Scene> = {}): Scene {
  return { frames, gutters: NONE, background: [0, 0, 0, 1], xAxes: [], yAxes: [], labels: [], ...more };
}

const at = (...values: number[]) => Float32Array.from(values);

/** Two rows: green about 2.5, blue about 7.5. */
function signals(lower: Float32Array, upper: Float32Array, more: Partial<SignalsMark>): SignalsMark {
  return {
    kind: 'signals',
    values: { lower, upper, rows: 2 },
    rows: { base: Float64Array.of(2.5, 7.5), colors: Uint8Array.of(0, 255, 0, 255, 0, 0, 255, 255) },
    from: 0,
    to: lower.length / 2,
    x0: 0,
    dx: 1,
    gain: 0.1,
    width: 1,
    ...more,
  };
}
const level = at(0, 0, 0, 0, 0, 0, NaN, 0, 0, 0);

/** Samples, 0.8 px apart in 200 px: the first row from edge to edge of a band and back, the second climbs slowly by 4. */
function denseSamples(): SignalsMark {
  const samples = 250;
  const both = Float32Array.from({ length: 2 * samples }, (_, i) => {
    const sample = i >> 1;
    if (i % 2 === 0) return sample % 2 === 0 ? -10 : 10;
    return -20 + (40 * sample) / samples;
  });
  return signals(both, both, { dx: 10 / samples, width: 1.4 });
}

/** Each mark alone in 0..10 x 0..10 on black, without gutters. */
export const MARKS: Readonly<Record<string, Scene>> = {
  points: scene([frame('a', [{ kind: 'points', x: at(2, 8), y: at(8, 2), size: 20, color: RED }])]),
  squares: scene([frame('a', [{ kind: 'points', x: at(5), y: at(5), size: 40, color: RED, shape: 'square' }])]),
  huge: scene([frame('a', [{ kind: 'points', x: at(5), y: at(5), size: 150, color: RED }])]),
  ownColors: scene([
    frame('a', [
      {
        kind: 'points',
        x: at(2, 8),
        y: at(5, 5),
        size: 5,
        color: RED,
        sizes: at(10, 40),
        colors: Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255),
      },
    ]),
  ]),
  lines: scene([
    frame('a', [
      {
        kind: 'lines',
        x: at(0, 10, 1, 1, NaN, 9, 9),
        y: at(5, 5, 1, 4, 4, 1, 4),
        starts: Uint32Array.of(0, 2, 7),
        color: RED,
        width: 1,
      },
    ]),
  ]),
  wideLines: scene([
    frame('a', [{ kind: 'lines', x: at(1, 5, 9), y: at(2, 8, 2), starts: Uint32Array.of(0, 3), color: RED, width: 8 }]),
  ]),
  stripColors: scene([
    frame('a', [
      {
        kind: 'lines',
        x: at(0, 10, 0, 10),
        y: at(3, 3, 7, 7),
        starts: Uint32Array.of(0, 2, 4),
        color: RED,
        stripColors: Uint8Array.of(0, 255, 0, 255, 0, 0, 255, 255),
        width: 4,
      },
    ]),
  ]),
  segments: scene([
    frame('a', [
      { kind: 'segments', ends: Float64Array.of(5, -Infinity, 5, Infinity), color: RED, width: 2 },
      {
        kind: 'segments',
        ends: Float64Array.of(-Infinity, 2, Infinity, 2),
        color: RED,
        width: 4,
        dash: [10, 10],
        gapColor: GREEN,
      },
    ]),
  ]),
  bars: scene([
    frame('a', [{ kind: 'bars', x0: at(1, 3, 5), x1: at(3, 5, 7), y0: at(0, 0, 0), y1: at(4, 8, 0.001), color: RED }]),
  ]),
  image: scene([
    frame('a', [
      {
        kind: 'image',
        pixels: Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255),
        columns: 2,
        rows: 2,
      },
    ]),
  ]),
  /** Columns of 1 from 1 on; those of the first row are 0 to 2 above its base, but the fourth is missing, those of the second jump. */
  spans: scene([
    frame('a', [
      signals(at(0, -20, 0, 10, 0, -20, NaN, 10, 0, -20), at(20, -10, 20, 20, 20, -10, NaN, 20, 20, -10), { x0: 1 }),
    ]),
  ]),
  /** Samples 2 apart; one of the first row is missing. */
  samples: scene([frame('a', [signals(level, level, { x0: 1, dx: 2, width: 8 })])]),
  denseSamples: scene([frame('a', [denseSamples()])]),
  /** Only the columns in the middle. */
  someColumns: scene([
    frame('a', [signals(new Float32Array(20).fill(-10), new Float32Array(20).fill(10), { from: 3, to: 6 })]),
  ]),
  blending: scene([
    frame('a', [
      { kind: 'bars', x0: at(0), x1: at(6), y0: at(0), y1: at(10), color: [1, 0, 0, 0.5] },
      { kind: 'bars', x0: at(4), x1: at(10), y0: at(0), y1: at(10), color: [0, 0, 1, 0.5] },
    ]),
  ]),
  clipping: scene([
    frame('a', [{ kind: 'bars', x0: at(-50), x1: at(50), y0: at(-50), y1: at(50), color: RED }], {
      box: [-0.5, -0.5, 0.5, 0.5],
    }),
  ]),
  window: scene([
    frame('a', [{ kind: 'bars', x0: at(-50), x1: at(50), y0: at(-50), y1: at(50), color: RED }], {
      clip: false,
      window: [-1, -1, 0, 1],
    }),
  ]),
  /** Ten hours, with one bar of four milliseconds. */
  hours: scene([
    frame(
      'a',
      [
        {
          kind: 'bars',
          x0: Float64Array.of(0, 10000.0123, 35999),
          x1: Float64Array.of(1, 10000.0163, 36000),
          y0: Float64Array.of(0, 0, 0),
          y1: Float64Array.of(10, 10, 10),
          color: RED,
        },
      ],
      { bounds: [0, 0, 36000, 10] },
    ),
  ]),
};

/** Deterministic numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next());
}

/** `waves` x `channels` strips of `samples` vertices for each of `clusters`, as a waveform view has them. */
export function waveScene(style: PlotStyle, waves = 100, channels = 12, samples = 82, clusters = 4): Scene {
  const next = random(1);
  const frames: Frame[] = [];
  const marks: LinesMark[][] = [];
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let channel = 0; channel < channels; channel++) {
      const x = new Float32Array(waves * samples);
      const y = new Float32Array(waves * samples);
      const amplitude = Math.exp(-((channel - 5) ** 2) / 12);
      for (let wave = 0; wave < waves; wave++) {
        for (let s = 0; s < samples; s++) {
          const t = (s - 30) / 6;
          x[wave * samples + s] = (cluster * 9 + (8 * s) / (samples - 1)) / (9 * clusters - 1);
          y[wave * samples + s] =
            (-Math.exp(-t * t) + 0.4 * Math.exp(-((t - 2.5) ** 2) / 4)) * amplitude + normal(next) * 0.09;
        }
      }
      const starts = Uint32Array.from({ length: waves + 1 }, (_, k) => k * samples);
      const color = style.clusterColor(cluster);
      const own: LinesMark = { kind: 'lines', x, y, starts, color: [color[0], color[1], color[2], 0.3], width: 1 };
      const mean: LinesMark = {
        kind: 'lines',
        x: x.slice(0, samples),
        y: Float32Array.from({ length: samples }, (_, s) => {
          const t = (s - 30) / 6;
          return (-Math.exp(-t * t) + 0.4 * Math.exp(-((t - 2.5) ** 2) / 4)) * amplitude;
        }),
        starts: Uint32Array.of(0, samples),
        color: style.meanColor(cluster),
        width: 1.5,
      };
      (marks[channel] ??= []).push(own, mean);
    }
  }
  for (let channel = 0; channel < channels; channel++) {
    const row = Math.floor(channel / 2);
    const shift = (channel % 2) * 0.9 - 0.45;
    const y = -0.85 + (row * 1.7) / (channels / 2 - 1);
    frames.push({
      id: `ch${channel}`,
      box: [shift - 0.4, y - 0.15, shift + 0.4, y + 0.15],
      bounds: [0, -1, 1, 1],
      clip: false,
      marks: [
        { kind: 'segments', ends: Float32Array.of(0, 0, 1, 0), color: style.zero, width: 1 },
        ...marks[channel],
        {
          kind: 'text',
          x: at(0),
          y: at(0),
          text: [String(channel)],
          anchor: [1, 0],
          offset: [-6, 0],
          color: style.tick,
          size: style.tickSize,
        },
      ],
    });
  }
  return scene(frames, { gutters: { left: 8, right: 8, top: 8, bottom: 20 }, background: style.background });
}

/** Amplitudes over time with axes, a background and a side histogram, as an amplitude view has them. */
export function amplitudeScene(style: PlotStyle, points = 10_000): Scene {
  const next = random(2);
  const cloud = (level: number, spread: number): Mark[] => {
    const x = Float64Array.from({ length: points }, () => next() * 3600);
    const y = Float64Array.from(x, (t) => level + (t / 3600) * 20 + normal(next) * spread);
    return [{ kind: 'points', x, y, size: 3, color: style.backgroundSpikes }];
  };
  const colored = (marks: Mark[], rank: number): Mark[] =>
    marks.map((mark) => (mark.kind === 'points' ? { ...mark, color: style.clusterColor(rank) } : mark));
  const left: Frame['box'] = [-1, -1, 0.6, 1];
  const bounds: Frame['bounds'] = [0, 0, 3600, 160];
  const edges = Float32Array.from({ length: 60 }, (_, k) => (k * 160) / 60);
  const heights = edges.map((e) => Math.exp(-((e - 110) ** 2) / 300));
  return scene(
    [
      {
        id: 'main',
        box: left,
        window: left,
        bounds,
        clip: true,
        marks: [
          {
            kind: 'bars',
            x0: at(1200),
            x1: at(1260),
            y0: at(-Infinity),
            y1: at(Infinity),
            color: style.timeBar,
          },
          ...cloud(60, 30),
          ...colored(cloud(100, 9), 0),
          ...colored(cloud(40, 7), 1),
        ],
      },
      {
        id: 'side',
        box: [0.63, -1, 1, 1],
        bounds: [0, 0, 1, 160],
        clip: true,
        fixed: 'x',
        inert: true,
        marks: [
          {
            kind: 'bars',
            x0: new Float32Array(60),
            x1: heights,
            y0: edges,
            y1: edges.map((e) => e + 160 / 60),
            color: [0.03, 0.57, 0.99, 0.5],
          },
          { kind: 'segments', ends: Float32Array.of(0, -Infinity, 0, Infinity), color: style.axis, width: 1 },
        ],
      },
    ],
    {
      gutters: { left: 40, right: 8, top: 8, bottom: 20 },
      background: style.background,
      xAxes: [
        { frame: 'main', unit: 's', grid: true },
        { frame: 'side', title: 'density', grid: false, ticks: [] },
      ],
      yAxes: [{ frame: 'main', unit: 'µV', grid: true }],
    },
  );
}

/** Cells of points with cross lines, as a feature view has them. */
export function featureScene(style: PlotStyle, points = 2500, clusters = 3): Scene {
  const frames: Frame[] = [];
  const next = random(3);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      const marks: Mark[] = [
        { kind: 'segments', ends: Float32Array.of(0, -Infinity, 0, Infinity), color: style.grid, width: 1 },
        { kind: 'segments', ends: Float32Array.of(-Infinity, 0, Infinity, 0), color: style.grid, width: 1 },
      ];
      for (let cluster = -1; cluster < clusters; cluster++) {
        const x = Float32Array.from({ length: points }, () => normal(next) * 0.12 + cluster * 0.2);
        const y = Float32Array.from({ length: points }, () => normal(next) * 0.12 - cluster * 0.15);
        const color = cluster < 0 ? style.backgroundSpikes : style.clusterColor(cluster);
        marks.push({ kind: 'points', x, y, size: 2, color: cluster < 0 ? color : [color[0], color[1], color[2], 0.5] });
      }
      frames.push({
        id: `${row},${column}`,
        box: gridBox(row, column, 4, 4, 0.96),
        bounds: [-1, -1, 1, 1],
        clip: true,
        ground: style.cell,
        border: style.border,
        marks,
      });
    }
  }
  const names = ['15A', '13A', '15B', '13B'];
  const middle = [-0.75, -0.25, 0.25, 0.75];
  return scene(frames, {
    gutters: { left: 34, right: 6, top: 6, bottom: 18 },
    background: style.background,
    labels: [
      ...names.map((text, k) => ({ edge: 'left' as const, at: middle[3 - k], text, color: style.tick })),
      ...names.map((text, k) => ({ edge: 'bottom' as const, at: middle[k], text, color: style.tick })),
    ],
  });
}

/** Bars with a refractory band and lines, ids in the gutters, as a correlogram view has them. */
export function correlogramScene(style: PlotStyle, n = 3): Scene {
  const frames: Frame[] = [];
  const next = random(4);
  const ids = [2, 24, 29];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const heights = Float32Array.from({ length: 51 }, (_, k) =>
        Math.abs(k - 25) < 3 && row === column ? 2 : 60 + next() * 40,
      );
      const edges = Float32Array.from({ length: 51 }, (_, k) => (k - 25.5) / 1000);
      frames.push({
        id: `${row},${column}`,
        box: gridBox(row, column, n, n, 0.94),
        bounds: [-0.0255, 0, 0.0255, 108],
        clip: true,
        ground: style.cell,
        marks: [
          { kind: 'bars', x0: at(-0.002), x1: at(0.002), y0: at(-Infinity), y1: at(Infinity), color: style.band },
          {
            kind: 'bars',
            x0: edges,
            x1: edges.map((e) => e + 0.001),
            y0: new Float32Array(51),
            y1: heights,
            color: row === column ? style.clusterColor(row) : style.crossColor(row),
          },
          {
            kind: 'segments',
            ends: Float32Array.of(-0.002, -Infinity, -0.002, Infinity, 0.002, -Infinity, 0.002, Infinity),
            color: [1, 1, 1, 0.8],
            width: 1,
            dash: [3, 3],
            gapColor: [0, 0, 0, 0.75],
          },
          { kind: 'segments', ends: Float32Array.of(-Infinity, 70, Infinity, 70), color: [0, 0, 0, 0.55], width: 3 },
          { kind: 'segments', ends: Float32Array.of(-Infinity, 70, Infinity, 70), color: style.reference, width: 1 },
        ],
      });
      frames.push({
        id: `t${row},${column}`,
        box: gridBox(row, column, n, n, 0.94),
        bounds: [0, 0, 1, 1],
        clip: false,
        inert: true,
        marks: [
          {
            kind: 'text',
            x: at(1),
            y: at(1),
            text: [`max ${Math.round(Math.max(...heights))}`],
            anchor: [1, 1],
            offset: [-3, 2],
            color: style.faint,
            size: style.tickSize,
          },
        ],
      });
    }
  }
  const middle = (k: number) => -1 + (2 * (k + 0.5)) / n;
  const marker = (k: number) => ({ shape: style.clusterShape(k), color: style.clusterColor(k) });
  const ranks = Array.from({ length: n }, (_, k) => k);
  return scene(frames, {
    gutters: { left: 40, right: 8, top: 4, bottom: 36 },
    background: style.background,
    xAxes: ranks.map((k) => ({
      frame: `${n - 1},${k}`,
      grid: false,
      unitScale: 0.001,
      ...(k === n - 1 && { unit: 'ms' }),
    })),
    labels: [
      ...ranks.map((k) => ({
        edge: 'left' as const,
        at: middle(n - 1 - k),
        text: String(ids[k]),
        color: style.text,
        marker: marker(k),
      })),
      ...ranks.map((k) => ({
        edge: 'bottom' as const,
        at: middle(k),
        text: String(ids[k]),
        color: style.text,
        marker: marker(k),
      })),
    ],
  });
}

/** All shapes in all rank colours, small and large. */
export function shapeScene(style: PlotStyle): Scene {
  const marks: Mark[] = [];
  for (let rank = 0; rank < 8; rank++) {
    for (const [row, size] of [4, 8, 14, 24].entries()) {
      marks.push({
        kind: 'points',
        x: at(rank),
        y: at(row),
        size,
        color: style.clusterColor(rank),
        shape: style.clusterShape(rank),
      });
    }
  }
  return scene([frame('a', marks, { bounds: [-0.6, -0.6, 7.6, 3.6] })], { background: style.background });
}

/** Many points at once, to be measured. */
export function manyPoints(style: PlotStyle, n = 140_000, size = 3): Scene {
  const next = random(5);
  const x = Float32Array.from({ length: n }, () => normal(next));
  const y = Float32Array.from({ length: n }, () => normal(next));
  const color = style.clusterColor(0);
  return scene(
    [
      frame('a', [{ kind: 'points', x, y, size, color: [color[0], color[1], color[2], 0.5] }], {
        bounds: [-4, -4, 4, 4],
      }),
    ],
    { background: style.background },
  );
}

/** Noise on `rows` channels, as samples or summed up in columns of `samples` each. */
export function signalScene(style: PlotStyle, rows: number, columns: number, samples: number): Scene {
  const next = random(5);
  const lower = new Float32Array(rows * columns);
  const upper = samples === 1 ? lower : new Float32Array(rows * columns);
  for (let k = 0; k < lower.length; k++) {
    lower[k] = normal(next) - (samples === 1 ? 0 : 2.2);
    if (samples > 1) upper[k] = normal(next) * 0.4 + 2.2;
  }
  const colors = Uint8Array.from({ length: 4 * rows }, (_, k) => {
    const share = Math.floor(k / 4) / rows;
    return k % 4 === 3 ? 255 : 255 * (style.traceLow[k % 4] * (1 - share) + style.traceHigh[k % 4] * share);
  });
  const mark: SignalsMark = {
    kind: 'signals',
    values: { lower, upper, rows },
    rows: { base: Float64Array.from({ length: rows }, (_, r) => r + 0.5), colors },
    from: 0,
    to: columns,
    x0: 0,
    dx: 1,
    gain: 0.2,
    width: 1,
  };
  const all: Frame = { id: 'a', box: [-1, -1, 1, 1], bounds: [0, 0, columns, rows], clip: true, marks: [mark] };
  return { ...scene([all]), background: style.background };
}
