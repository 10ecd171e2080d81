/** Parameters that several views have, declared once: spike budgets (spec/views.md 1.13), marker size (1.12), raw data filter (1.17), reordered times. */
import { choice, number, toggle } from './params.ts';

interface Budget {
  readonly label: string;
  readonly default: number | null;
  readonly min?: number;
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

/** Diameter of points in CSS px. */
export const markerSize = (pixels: number) =>
  number({
    default: pixels,
    min: 0.01,
    max: 100,
    unit: { name: 'px', perStored: 1 },
    decimals: 2,
    label: 'Marker size',
    doc: 'Diameter of the points.',
    keep: 'user',
    stateKey: 'marker_size',
    drawOnly: true,
  });

/** Which filter raw data go through before they are shown or measured. */
export const rawDataFilter = (doc: string) =>
  choice({
    default: 'high_pass',
    choices: ['raw', 'high_pass'],
    label: 'Raw data filter',
    doc,
    keep: 'user',
    stateKey: 'raw_data_filter_name',
  });

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
