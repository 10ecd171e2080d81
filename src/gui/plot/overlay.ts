/** The pointer's own things over a plot (lasso, crosshair), as an SVG element: they move without the marks being painted again. */
import { toCss } from '../colors/convert.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Point } from './transform.ts';

const SVG = 'http://www.w3.org/2000/svg';

export interface OverlayContent {
  /** CSS px. */
  readonly lasso: readonly Point[];
  /** Where the next vertex would go. */
  readonly live: Point | null;
  readonly crosshair: Point | null;
}

/** `x,y x,y` as SVG wants it, to a hundredth of a px. */
export function pointsAttribute(points: readonly Point[]): string {
  return points.map(([x, y]) => `${Number(x.toFixed(2))},${Number(y.toFixed(2))}`).join(' ');
}

/** SVG elements of a lasso: a dark halo under a closed line, and its vertices. */
function lassoElements(document: Document, content: OverlayContent, style: PlotStyle): SVGElement[] {
  const { lasso, live } = content;
  if (lasso.length === 0) return [];
  const make = (tag: string, attributes: Record<string, string>) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const points = pointsAttribute(lasso);
  const halo = toCss([style.background[0], style.background[1], style.background[2], 0.6]);
  const ink = toCss(style.lasso);
  const elements = [
    make('polygon', { points, fill: 'none', stroke: halo, 'stroke-width': '3' }),
    make('polygon', { points, fill: 'none', stroke: ink, 'stroke-width': '1', class: 'lasso' }),
  ];
  if (live !== null) {
    const ends = pointsAttribute([lasso[lasso.length - 1], live, lasso[0]]);
    elements.push(
      make('polyline', { points: ends, fill: 'none', stroke: ink, 'stroke-dasharray': '3 3', opacity: '.7' }),
    );
  }
  for (const [x, y] of lasso) {
    const [cx, cy] = [x.toFixed(2), y.toFixed(2)];
    elements.push(make('circle', { cx, cy, r: '2.5', fill: ink, stroke: halo, 'stroke-width': '1' }));
  }
  return elements;
}

/** Replaces what the overlay shows. */
export function drawOverlay(svg: SVGSVGElement, content: OverlayContent, style: PlotStyle): void {
  const document = svg.ownerDocument;
  const elements = lassoElements(document, content, style);
  if (content.crosshair !== null) {
    const [x, y] = content.crosshair;
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', `M${Math.floor(x) + 0.5} 0v9999M0 ${Math.floor(y) + 0.5}h99999`);
    line.setAttribute('stroke', toCss(style.faint));
    line.setAttribute('stroke-dasharray', '2 3');
    line.setAttribute('fill', 'none');
    elements.unshift(line);
  }
  svg.replaceChildren(...elements);
}
