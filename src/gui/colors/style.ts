/** Everything that `draw.ts` needs to know of the theme, as numbers: read once from the CSS variables of gui/theme/tokens.css. */
import type { Rgba, Shape } from '../plot/scene.ts';
import type { Rgb } from './convert.ts';
import { luminance, mix, paleTint, parseColor, withAlpha } from './convert.ts';
import { groupIndex } from './mapping.ts';
import { colorOfRank, shapeOfRank } from './selection.ts';

export interface PlotStyle {
  readonly theme: 'dark' | 'light';
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
  /** Edge of a subplot. */
  readonly border: Rgba;
  /** Names and ids beside data. */
  readonly text: Rgba;
  /** Units and notes. */
  readonly faint: Rgba;
  /** Focus ring and progress line. */
  readonly focus: Rgba;
  readonly accent: Rgba;
  /** Colours of traces at the lowest and the highest depth. */
  readonly traceLow: Rgba;
  readonly traceHigh: Rgba;
  /** Opacities by use (spec/views.md 1.9, look/tokens.css). */
  readonly alpha: {
    readonly wave: number;
    readonly feature: number;
    readonly amplitude: number;
    readonly sideHistogram: number;
    readonly cross: number;
  };
  /** CSS px at the present interface scale. */
  readonly tickSize: number;
  readonly gutter: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** Value of CSS `font-family`. */
  readonly fontFamily: string;
  /** Interface scale times font size, 1 unless the user changed them. */
  readonly scale: number;
  /** Colour of the cluster at place `rank` (0-based) of the selection, opaque. */
  readonly clusterColor: (rank: number) => Rgba;
  readonly clusterShape: (rank: number) => Shape;
  /** Pale colour of a cross-correlogram in the row of this cluster, with its opacity. */
  readonly crossColor: (rank: number) => Rgba;
  /** Ink of a mean drawn over single waves of this cluster: lighter on dark, darker on light; opaque. */
  readonly meanColor: (rank: number) => Rgba;
  readonly groupColor: (group: string | null | undefined) => Rgba;
}

/** Values of look/tokens.css (dark) for variables that are not set, as in tests and before the style sheet is there. */
const DEFAULTS: Readonly<Record<string, string>> = {
  '--plot-bg': '#0d0f11',
  '--plot-cell': '#111417',
  '--plot-grid': '#1d2226',
  '--plot-axis': '#3a434b',
  '--plot-tick': '#97a1ab',
  '--plot-title': '#b9c1c9',
  '--plot-zero': '#3b444c',
  '--plot-background-spikes': 'rgb(128 128 128 / .5)',
  '--plot-reference': '#e4e8ec',
  '--plot-band': 'rgb(255 255 255 / .055)',
  '--plot-time-bar': 'rgb(255 255 0 / .22)',
  '--plot-lasso': '#ffffff',
  '--site': '#4b545d',
  '--line-1': '#21262b',
  '--text-1': '#eceff2',
  '--text-3': '#8e98a3',
  '--focus': '#c3cffc',
  '--accent': '#a9b9f5',
  '--trace-low': '#8457a6',
  '--trace-high': '#3b9a95',
  '--group-noise': '#666666',
  '--group-mua': '#808080',
  '--group-good': '#86d16d',
  '--group-unsorted': '#bfbfbf',
  '--sel-1': '#0892fc',
  '--sel-2': '#ff0202',
  '--sel-3': '#98ff00',
  '--sel-4': '#ffa530',
  '--sel-5': '#b600ff',
  '--sel-6': '#028800',
  '--sel-7': '#ff8fc8',
  '--sel-8': '#79525f',
  '--alpha-wave': '.75',
  '--alpha-feature': '.5',
  '--alpha-amplitude': '1',
  '--alpha-side-hist': '.5',
  '--alpha-cross': '.6',
  '--fs-xs': '10.5px',
  '--gutter-left': '40px',
  '--gutter-right': '8px',
  '--gutter-top': '8px',
  '--gutter-bottom': '20px',
  '--font-ui': '"Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", sans-serif',
  '--text-scale': '1',
};

/** Gives the text of a CSS variable, empty when it is not set. */
export type ReadVariable = (name: string) => string;

/** A plain number, a length in px, or a product of such inside `calc()`. NaN for anything else. */
export function parseLength(text: string): number {
  const factors = text.replace(/calc|[()]/g, ' ').split('*');
  return factors.reduce((product, factor) => {
    const number = /^\s*(-?[\d.]+)(?:px)?\s*$/.exec(factor)?.[1];
    return product * (number === undefined ? NaN : Number(number));
  }, 1);
}

/** Builds the style from CSS variables; a missing or unreadable one takes its dark default. */
export function styleFromVariables(read: ReadVariable): PlotStyle {
  const color = (name: string): Rgba => parseColor(read(name)) ?? parseColor(DEFAULTS[name] ?? '') ?? [0, 0, 0, 1];
  const number = (name: string): number => {
    const value = parseLength(read(name));
    return Number.isFinite(value) ? value : parseLength(DEFAULTS[name] ?? '');
  };
  const background = color('--plot-bg');
  const theme = luminance(background) > 0.3 ? 'light' : 'dark';
  const first: Rgb[] = Array.from({ length: 8 }, (_, k) => {
    const [r, g, b] = color(`--sel-${k + 1}`);
    return [r, g, b];
  });
  const ground: Rgb | undefined = theme === 'light' ? [background[0], background[1], background[2]] : undefined;
  const clusterColor = (rank: number) => withAlpha(colorOfRank(rank, first, ground), 1);
  const crossAlpha = number('--alpha-cross');
  const groups = ['--group-noise', '--group-mua', '--group-good', '--group-unsorted'].map(color);
  const family = read('--font-ui').trim();
  return {
    theme,
    background,
    cell: color('--plot-cell'),
    grid: color('--plot-grid'),
    axis: color('--plot-axis'),
    tick: color('--plot-tick'),
    title: color('--plot-title'),
    zero: color('--plot-zero'),
    backgroundSpikes: color('--plot-background-spikes'),
    reference: color('--plot-reference'),
    band: color('--plot-band'),
    timeBar: color('--plot-time-bar'),
    lasso: color('--plot-lasso'),
    site: color('--site'),
    border: color('--line-1'),
    text: color('--text-1'),
    faint: color('--text-3'),
    focus: color('--focus'),
    accent: color('--accent'),
    traceLow: color('--trace-low'),
    traceHigh: color('--trace-high'),
    alpha: {
      wave: number('--alpha-wave'),
      feature: number('--alpha-feature'),
      amplitude: number('--alpha-amplitude'),
      sideHistogram: number('--alpha-side-hist'),
      cross: crossAlpha,
    },
    tickSize: number('--fs-xs'),
    gutter: {
      left: number('--gutter-left'),
      right: number('--gutter-right'),
      top: number('--gutter-top'),
      bottom: number('--gutter-bottom'),
    },
    fontFamily: family === '' ? DEFAULTS['--font-ui'] : family,
    scale: number('--text-scale'),
    clusterColor,
    clusterShape: shapeOfRank,
    crossColor: (rank) => {
      const own = clusterColor(rank);
      return withAlpha(theme === 'light' ? mix(own, [1, 1, 1], 0.34) : paleTint(own), crossAlpha);
    },
    meanColor: (rank) =>
      theme === 'light' ? mix(clusterColor(rank), [0, 0, 0], 0.62) : mix(clusterColor(rank), [1, 1, 1], 0.5),
    groupColor: (group) => groups[groupIndex(group)],
  };
}

/** The dark style at scale 1, without any document: for tests and for pictures made outside a window. */
export function darkStyle(): PlotStyle {
  return styleFromVariables(() => '');
}

/** Variables that differ between any two of theme, palette, contrast and scale. */
const KEY_VARIABLES = ['--plot-bg', '--plot-tick', '--plot-axis', '--sel-1', '--sel-2', '--fs-xs', '--font-ui'];
const known = new Map<string, PlotStyle>();
/** One object for every place without a style sheet yet, such as a window that was just opened. */
let unstyled: PlotStyle | null = null;

/** The style that holds at `element`, from its CSS variables. The same theme, palette and scale give the same object. */
export function readPlotStyle(element: Element): PlotStyle {
  const view = element.ownerDocument.defaultView;
  if (view === null) return (unstyled ??= darkStyle());
  const computed = view.getComputedStyle(element);
  const read: ReadVariable = (name) => computed.getPropertyValue(name);
  const key = KEY_VARIABLES.map(read).join('|');
  const found = known.get(key);
  if (found !== undefined) return found;
  if (read('--plot-bg') === '') return (unstyled ??= darkStyle());
  const style = styleFromVariables(read);
  known.set(key, style);
  return style;
}

/** Calls `listener` when theme, palette, contrast or scale of this document may have changed. Returns what stops it. */
export function watchStyle(document: Document, listener: () => void): () => void {
  const view = document.defaultView;
  if (view === null) return () => undefined;
  const observer = new view.MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true });
  return () => observer.disconnect();
}
