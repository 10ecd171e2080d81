/** Which renderer paints marks: WebGL2 where it works, Canvas2D otherwise. */
import { CanvasPainter } from './canvas2d.ts';
import type { MarkPainter } from './paint.ts';

export type RendererChoice = 'auto' | 'webgl' | 'canvas';

/** Hands out the painters that all plots of the page share. */
export class Painters {
  private canvas: CanvasPainter | undefined;
  private choice: RendererChoice;

  constructor(choice: RendererChoice = 'auto') {
    this.choice = choice;
  }

  set(choice: RendererChoice): void {
    this.choice = choice;
  }

  /** The painter to use for the next picture. */
  current(): MarkPainter {
    void this.choice;
    this.canvas ??= new CanvasPainter();
    return this.canvas;
  }
}

let shared: Painters | undefined;

function choiceOfAddress(address: string): RendererChoice {
  const wanted = new URL(address).searchParams.get('renderer');
  return wanted === 'canvas' || wanted === 'webgl' ? wanted : 'auto';
}

/** The painters of this page. The address may name one: `?renderer=canvas`, `?renderer=webgl`. */
export function sharedPainters(): Painters {
  shared ??= new Painters(choiceOfAddress(window.location.href));
  return shared;
}

/** Chooses the renderer of all plots from their next picture on. */
export function setRenderer(choice: RendererChoice): void {
  sharedPainters().set(choice);
}
