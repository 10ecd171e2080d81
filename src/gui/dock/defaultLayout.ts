/** The layout of the first launch, by the window's width in CSS px (look.md 2). Columns of views that are not offered take no room. */
import { pruneLayout, type Layout, type LayoutNode } from './layout.ts';

const tabs = (size: number, ...panels: readonly string[]): LayoutNode => ({
  kind: 'tabs',
  size,
  panels,
  active: panels[0] ?? '',
});
const column = (size: number, ...children: readonly LayoutNode[]): LayoutNode => ({ kind: 'column', size, children });
const row = (size: number, ...children: readonly LayoutNode[]): LayoutNode => ({ kind: 'row', size, children });

/** Fills the room left of `width` px with columns by weight; fixed columns are in px. */
function columns(width: number, fixed: readonly number[], weights: readonly number[]): readonly number[] {
  const rest = Math.max(width - fixed.reduce((sum, px) => sum + px, 0), 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (rest * weight) / total);
}

const histograms = (size: number): LayoutNode => row(size, tabs(1, 'ISIView'), tabs(1, 'FiringRateView'));

function small(width: number): LayoutNode {
  const left = Math.min(396, width * 0.34);
  const [middle, right] = columns(width, [left], [1, 1]);
  return row(
    1,
    column(left, tabs(1.5, 'ClusterView'), tabs(1, 'SimilarityView', 'ClusterScatterView')),
    column(middle, tabs(1.75, 'WaveformView', 'TraceView', 'ProbeView'), tabs(1, 'AmplitudeView')),
    column(right, tabs(1.2, 'FeatureView', 'TemplateFeatureView'), tabs(1.3, 'CorrelogramView'), histograms(0.92)),
  );
}

function medium(width: number): LayoutNode {
  const left = 470;
  const [middle, features, trace] = columns(width, [left], [1, 1.08, 0.86]);
  return row(
    1,
    column(left, tabs(1.5, 'ClusterView'), tabs(1.02, 'SimilarityView', 'ClusterScatterView')),
    column(middle, tabs(1.95, 'WaveformView'), tabs(1, 'AmplitudeView')),
    column(features, tabs(1.2, 'FeatureView', 'TemplateFeatureView'), tabs(1.12, 'CorrelogramView'), histograms(0.78)),
    tabs(trace, 'TraceView', 'ProbeView'),
  );
}

function large(width: number, left: number, extra: boolean): LayoutNode {
  const [middle, features, trace, others] = columns(width, [left, 122], [1, 1.08, 0.86, extra ? 0.86 : 0]);
  const wide = row(
    1,
    column(left, tabs(1.5, 'ClusterView'), tabs(1.02, 'SimilarityView'), tabs(0.74, 'ClusterScatterView')),
    column(middle, tabs(1.95, 'WaveformView'), tabs(1, 'AmplitudeView')),
    column(features, tabs(1.2, 'FeatureView', 'TemplateFeatureView'), tabs(1.12, 'CorrelogramView'), histograms(0.78)),
    tabs(trace, 'TraceView'),
    tabs(122, 'ProbeView'),
    ...(extra ? [column(others, tabs(1, 'TemplateView'), tabs(1, 'RasterView'))] : []),
  );
  return wide;
}

/** Of a recording without clusters: its views and nothing else. */
const recording = (): LayoutNode =>
  row(1, tabs(1, 'TraceView'), column(0.62, tabs(1, 'TraceImageView'), tabs(0.62, 'ProbeView')));

function allViews(width: number): LayoutNode {
  if (width < 1500) return small(width);
  if (width < 1800) return medium(width);
  if (width < 3000) return large(width, 548, false);
  return large(width, 720, true);
}

/** The layout for a window of `width` px with the panels that `known` accepts (views of this program, in this dataset or not). */
export function defaultLayout(width: number, known: (panel: string) => boolean): Layout {
  const root = known('ClusterView') ? allViews(width) : recording();
  const layout: Layout = { version: 1, root, floating: [] };
  const onlyTables: Layout = { version: 1, root: tabs(1, 'ClusterView', 'SimilarityView'), floating: [] };
  return pruneLayout(layout, known) ?? onlyTables;
}
