/** The page that the browser test opens: makes plots on request and tells what they drew. */
import type { Root } from 'react-dom/client';
import { createRoot } from 'react-dom/client';
import { readPlotStyle } from '../../../src/gui/colors/style.ts';
import type { Lasso } from '../../../src/gui/plot/lasso.ts';
import { sharedPainters } from '../../../src/gui/plot/painters.ts';
import type { PlotHandle, PlotProps } from '../../../src/gui/plot/Plot.tsx';
import { Plot } from '../../../src/gui/plot/Plot.tsx';
import type { Scene } from '../../../src/gui/plot/scene.ts';
import * as scenes from './scenes.ts';

type Options = Partial<Omit<PlotProps, 'scene' | 'ref'>> & { readonly width?: number; readonly height?: number };

interface Shown {
  readonly cell: HTMLElement;
  readonly root: Root;
  readonly events: unknown[];
  handle: PlotHandle | null;
  painted: number;
  lasso: Lasso | null;
  scene: Scene | null;
  options: Options;
}

const shown = new Map<string, Shown>();
const query = new URL(window.location.href).searchParams;
document.documentElement.dataset['theme'] = query.get('theme') ?? 'dark';
const style = readPlotStyle(document.documentElement);

const MAKERS: Readonly<Record<string, () => Scene>> = {
  waves: () => scenes.waveScene(style),
  amplitude: () => scenes.amplitudeScene(style),
  feature: () => scenes.featureScene(style),
  correlogram: () => scenes.correlogramScene(style),
  shapes: () => scenes.shapeScene(style),
  traces: () => scenes.signalScene(style, 24, 400, 1),
  envelopes: () => scenes.signalScene(style, 384, 380, 40),
  manyPoints: () => scenes.manyPoints(style),
};

function sceneOf(name: string): Scene {
  return MAKERS[name]?.() ?? scenes.MARKS[name];
}

function render(id: string): void {
  const plot = shown.get(id);
  if (plot === undefined) return;
  const log = (kind: string) => (event: unknown) => void plot.events.push({ kind, event });
  plot.root.render(
    <Plot
      ref={(handle) => {
        plot.handle = handle;
      }}
      label={id}
      onClick={log('click')}
      onWheel={log('wheel')}
      onHover={log('hover')}
      onLassoPoint={({ frame, data }) => {
        plot.lasso = { frame, polygon: [...(plot.lasso?.polygon ?? []), data] };
        render(id);
      }}
      onLassoClear={() => {
        plot.lasso = null;
        render(id);
      }}
      {...plot.options}
      scene={plot.scene}
      lasso={plot.lasso}
      onPainted={() => plot.painted++}
    />,
  );
}

/** Mean colour of the pixels of a rectangle given in shares of the canvas. */
function meanColor(id: string, x0: number, y0: number, x1: number, y1: number): number[] {
  const canvas = shown.get(id)?.cell.querySelector('canvas');
  const context = canvas?.getContext('2d');
  if (canvas === null || canvas === undefined || context === null || context === undefined) return [];
  const [x, y] = [Math.round(x0 * canvas.width), Math.round(y0 * canvas.height)];
  const width = Math.max(1, Math.round(x1 * canvas.width) - x);
  const height = Math.max(1, Math.round(y1 * canvas.height) - y);
  const { data } = context.getImageData(x, y, width, height);
  const sums = [0, 0, 0];
  for (let k = 0; k < data.length; k++) if (k % 4 < 3) sums[k % 4] += data[k];
  return sums.map((sum) => sum / (data.length / 4));
}

/** Share of the pixels of the whole canvas that are brighter than a third. */
function litShare(id: string): number {
  const canvas = shown.get(id)?.cell.querySelector('canvas');
  const context = canvas?.getContext('2d');
  if (canvas === null || canvas === undefined || context === null || context === undefined) return 0;
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let lit = 0;
  for (let k = 0; k < data.length; k += 4) if (Math.max(data[k], data[k + 1], data[k + 2]) > 85) lit++;
  return lit / (data.length / 4);
}

let losing: WEBGL_lose_context | null = null;

const page = {
  show(id: string, name: string, options: Options = {}): void {
    let plot = shown.get(id);
    if (plot === undefined) {
      const cell = document.createElement('div');
      cell.className = 'cell';
      cell.dataset['plot'] = id;
      document.querySelector('#plots')?.append(cell);
      plot = {
        cell,
        root: createRoot(cell),
        events: [],
        handle: null,
        painted: 0,
        lasso: null,
        scene: null,
        options,
      };
      shown.set(id, plot);
    }
    plot.options = { ...plot.options, ...options };
    plot.cell.style.width = `${plot.options.width ?? 200}px`;
    plot.cell.style.height = `${plot.options.height ?? 200}px`;
    plot.scene = sceneOf(name);
    render(id);
  },
  clear(): void {
    for (const { root, cell } of shown.values()) {
      root.unmount();
      cell.remove();
    }
    shown.clear();
  },
  painted: (id: string) => shown.get(id)?.painted ?? 0,
  events: (id: string) => shown.get(id)?.events ?? [],
  lasso: (id: string) => shown.get(id)?.lasso ?? null,
  setLasso(id: string, lasso: Lasso | null): void {
    const plot = shown.get(id);
    if (plot === undefined) return;
    plot.lasso = lasso;
    render(id);
  },
  camera: (id: string) => shown.get(id)?.handle?.camera ?? null,
  setCamera: (id: string, pan: [number, number], zoom: [number, number]) =>
    shown.get(id)?.handle?.setCamera({ pan, zoom }),
  svg: (id: string) => shown.get(id)?.handle?.svg() ?? '',
  async png(id: string, scale: number): Promise<readonly [number, number, number]> {
    const blob = await shown.get(id)?.handle?.png(scale);
    if (blob === undefined) return [0, 0, 0];
    const bitmap = await createImageBitmap(blob);
    return [bitmap.width, bitmap.height, blob.size];
  },
  meanColor,
  litShare,
  setRenderer: (choice: 'auto' | 'webgl' | 'canvas') => sharedPainters().set(choice),
  loseContext(): void {
    // A lost context hands out no extensions, so this one is kept.
    losing = sharedPainters().webgl()?.device.gl.getExtension('WEBGL_lose_context') ?? null;
    losing?.loseContext();
  },
  restoreContext: () => losing?.restoreContext(),
  /** Which renderer painted last, told by painting a picture. */
  kind(): string {
    const context = new OffscreenCanvas(64, 64).getContext('2d');
    if (context === null) return '';
    const camera = { pan: [0, 0], zoom: [1, 1] } as const;
    return sharedPainters().paint(context, scenes.MARKS['points'], camera, { x: 0, y: 0, width: 64, height: 64 }, 1);
  },
  /** Milliseconds per picture, pixels read back: first (with uploads) and the fastest of `n` more. */
  measure(name: string, width: number, height: number, ratio: number, n = 5): readonly [number, number] {
    const scene = sceneOf(name);
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) return [0, 0];
    const area = { x: 0, y: 0, width, height };
    const times: number[] = [];
    for (let k = 0; k <= n; k++) {
      const camera = { pan: [k / 1000, 0], zoom: [1, 1] } as const;
      const start = performance.now();
      context.clearRect(0, 0, width, height);
      sharedPainters().paint(context, scene, camera, area, ratio);
      context.getImageData(0, 0, 1, 1);
      times.push(performance.now() - start);
    }
    const [first, ...rest] = times;
    return [first, Math.min(...rest)];
  },
  cell: (id: string) => shown.get(id)?.cell ?? null,
};
export type GalleryPage = typeof page;
Object.assign(window, { gallery: page });
