/**
 * Parameters that several views have, declared once: spike budgets (spec/views.md 1.13), marker size (1.12), raw data filter (1.17), reordered
 * times, bins (9), colour scheme (1.10), order of the cluster table (spec/commands.md 2), and what trace and trace image have in common (6e, 7e).
 */
import {
  choice,
  number,
  text,
  toggle,
  type ChoiceParam,
  type NumberParam,
  type Param,
  type ParamSpecs,
} from './params.ts';

interface Budget {
  readonly label: string;
  readonly default: number | null;
  readonly min?: number;
  readonly proposal?: NumberParam['proposal'];
  readonly doc: string;
  /** Name of the reference's controller parameter (spec/curation.md 5.3). */
  readonly stateKey: string;
}

/** At most so many spikes; null = no limit. Kept for all datasets. */
export const spikeBudget = (budget: Budget) =>
  number({
    min: 1,
    max: 1e9,
    integer: true,
    nullable: true,
    nullMeans: 'no limit',
    unit: { name: 'spikes', perStored: 1 },
    keep: 'user',
    ...budget,
  });

/** Diameter of points in CSS px; `doc` where marks are no points. */
export const markerSize = (pixels: number, doc = 'Diameter of the points.') =>
  number({
    default: pixels,
    min: 0.01,
    max: 100,
    unit: { name: 'px', perStored: 1 },
    decimals: 2,
    label: 'Marker size',
    doc,
    keep: 'user',
    stateKey: 'marker_size',
    drawOnly: true,
  });

/** Key of the filter in the state file, which tells its parameter from all others. */
export const RAW_FILTER_KEY = 'raw_data_filter_name';

/** Which filter raw data go through before they are shown or measured. Plugins add choices. */
export const rawDataFilter = (doc: string) =>
  choice<string>({
    default: 'high_pass',
    choices: ['raw', 'high_pass'],
    open: true,
    label: 'Raw data filter',
    doc,
    keep: 'user',
    stateKey: RAW_FILTER_KEY,
  });

const isFilter = (spec: Param): spec is ChoiceParam => spec.kind === 'choice' && spec.stateKey === RAW_FILTER_KEY;

/**
 * Parameters with all filters to choose from, those of plugins among them, in a parameter made by `rawDataFilter`; `usual` is its default where
 * that depends on the dataset and the plugins.
 */
export function withRawFilters<S extends ParamSpecs>(specs: S, names: readonly string[], usual?: string): S {
  const entries = Object.entries(specs).map(([name, spec]): readonly [string, Param] => [
    name,
    isFilter(spec)
      ? { ...spec, choices: [...spec.choices, ...names], open: false, default: usual ?? spec.default }
      : spec,
  ]);
  return { ...specs, ...Object.fromEntries(entries) };
}

/** Times of spike_times_reordered.npy instead of those of the recording. */
export const reorderedTimes = toggle({
  default: false,
  label: 'Reordered spike times',
  doc: 'Take the times of spike_times_reordered.npy where the dataset has them.',
  hidden: true,
});

/** Ways to colour clusters that are not selected, in rotation order (spec/views.md 1.10). `custom` is what the View menu sets. */
export const COLOR_SCHEMES = ['blank', 'random', 'cluster_group', 'depth', 'firing_rate', 'custom'] as const;
export type ColorScheme = (typeof COLOR_SCHEMES)[number];

/** How a colour view colours clusters that are not selected. */
export const colorScheme = (initial: ColorScheme) =>
  choice({
    default: initial,
    choices: COLOR_SCHEMES,
    label: 'Color scheme',
    doc: 'Colours of the clusters that are not selected: by id, group, depth or firing rate, or as the View menu says (custom).',
    keep: 'user',
    stateKey: 'color_scheme',
    drawOnly: true,
  });

/** Bound of the refractory period where nothing else is chosen, s. */
export const REFRACTORY_SECONDS = 0.002;

/** Intervals shorter than this are violations of the refractory period: the setting of the ISI view, which the commands that go through them read. */
export const violationBound = number({
  default: REFRACTORY_SECONDS,
  min: 1e-6,
  max: 0.1,
  unit: { name: 'ms', perStored: 1000 },
  decimals: 3,
  snippet: 'isir',
  label: 'Refractory period',
  doc: 'Intervals shorter than this are counted as violations; a dashed line marks it. Next refractory violation goes to them.',
  keep: 'dataset',
  stateKey: 'refractory_period',
});

interface HistogramDeclaration {
  /** First letters of its snippets: `isi` makes `:isin`, `:isib`, `:isimin` and `:isimax` (spec/curation.md 7.3). */
  readonly alias?: string;
  readonly unit?: { readonly name: string; readonly perStored: number };
  readonly keep?: 'user' | 'dataset';
}

/** Number of bins of a histogram view, limits of spec/views.md 9a. The settings form asks for the size of a bin instead. */
export const histogramBins = (bins: number, { alias = 'h', keep = 'user' }: HistogramDeclaration = {}) =>
  number({
    default: bins,
    min: 2,
    max: 1e6,
    integer: true,
    label: 'Number of bins',
    doc: 'How many bins the range is divided into. The settings beside the view ask for the size of a bin instead.',
    snippet: `${alias}n`,
    keep,
    stateKey: 'n_bins',
    hidden: true,
  });

const histogramEnd = ({ unit, keep = 'user' }: HistogramDeclaration) => ({
  decimals: 6,
  keep,
  ...(unit !== undefined && { unit }),
});

/** Where the bins of a histogram view begin; its default is 0. */
export const histogramMinimum = (given: HistogramDeclaration = {}) => ({
  ...histogramEnd(given),
  default: 0,
  min: 0,
  label: 'Range minimum',
  doc: 'Where the first bin begins.',
  snippet: `${given.alias ?? 'h'}min`,
  stateKey: 'x_min',
});

/** Where the bins of a histogram view end; its default is the view's own. */
export const histogramMaximum = (given: HistogramDeclaration = {}) => ({
  ...histogramEnd(given),
  min: 1e-6,
  label: 'Range maximum',
  doc: 'Where the last bin ends.',
  snippet: `${given.alias ?? 'h'}max`,
  stateKey: 'x_max',
});

/** Order and filter of clusters as in the cluster view, for what is asked without a window. The views of the window follow its table. */
export const tableOrder = (sort: string) => ({
  sort: text({
    default: sort,
    label: 'Sort',
    doc: 'Column to sort by, or several: depth asc, n_spikes desc.',
    hidden: true,
  }),
  direction: choice({
    choices: ['asc', 'desc'],
    default: 'desc',
    label: 'Direction',
    doc: 'Ascending or descending, for columns that do not say it themselves; missing values come last in ascending order.',
    hidden: true,
  }),
  filter: text({
    default: '',
    label: 'Filter',
    doc: 'Keeps the rows for which it is true, such as n_spikes > 20.',
    hidden: true,
  }),
});

/** One end of an interval that moving about changes; null before it was ever moved. Kept as the reference's list `interval`. */
const intervalEnd = (index: 0 | 1) =>
  number({
    default: null,
    min: 0,
    nullable: true,
    nullMeans: '0.25 s around the middle',
    unit: { name: 's', perStored: 1 },
    label: index === 0 ? 'Start' : 'End',
    doc: index === 0 ? 'Where the interval begins.' : 'Where the interval ends.',
    keep: 'dataset',
    stateKey: `interval.${index}`,
    hidden: true,
  });

/** The interval of raw data that is shown. */
export const intervalParams = { startSeconds: intervalEnd(0), endSeconds: intervalEnd(1) };

/** In how many columns an interval is summed up. */
export const columnCount = number({
  default: null,
  min: 1,
  max: 1e6,
  integer: true,
  nullable: true,
  nullMeans: 'every sample',
  label: 'Columns',
  doc: 'Sums the samples up in so many columns of equal length; at most one per sample.',
  hidden: true,
});

/** Where the row of the lowest channel lies. */
export const rowOrigin = choice({
  default: 'bottom',
  choices: ['bottom', 'top'],
  label: 'Origin',
  doc: 'Which end the channel with the smallest depth lies at.',
  keep: 'user',
  stateKey: 'origin',
  drawOnly: true,
});

/** Whether the vertical scale follows what is shown. */
export const autoScale = (doc: string) =>
  toggle({ default: true, label: 'Automatic scale', doc, keep: 'user', stateKey: 'auto_scale', drawOnly: true });

/** Whether trace and trace image move together. */
export const linkedInTime = toggle({
  default: true,
  label: 'Linked in time',
  doc: 'Trace views and trace image views show the same interval: one follows when one of the other kind is moved.',
  keep: 'user',
  stateKey: 'linked',
  drawOnly: true,
});
