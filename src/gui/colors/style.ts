/** Everything that `draw.ts` needs to know of the theme, as numbers: read once from the CSS variables of gui/theme/tokens.css. */
import type { Rgba, Shape } from '../plot/scene.ts';

export interface PlotStyle {
  readonly background: Rgba;
  readonly cell: Rgba;
  readonly grid: Rgba;
  readonly axis: Rgba;
  readonly tick: Rgba;
  readonly title: Rgba;
  readonly zero: Rgba;
  readonly backgroundSpikes: Rgba;
  readonly reference: Rgba;
  readonly band: Rgba;
  readonly timeBar: Rgba;
  readonly lasso: Rgba;
  readonly site: Rgba;
  /** CSS px at the present interface scale. */
  readonly tickSize: number;
  readonly gutter: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Colour of the cluster at place `rank` (0-based) of the selection, opaque. */
  clusterColor(rank: number): Rgba;
  clusterShape(rank: number): Shape;
}
