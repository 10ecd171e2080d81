/** What can be set in the correlogram view (spec/commands.md 2, views.md 5c and 5e, state keys of curation.md 4.7 and 5.3). */
import { number, toggle } from '../../core/base/params.ts';
import { REFRACTORY_SECONDS, spikeBudget } from '../../core/base/viewParams.ts';

const milliseconds = { name: 'ms', perStored: 1000 } as const;

export const params = {
  binSeconds: number({
    default: 0.001,
    min: 1e-6,
    max: 1e3,
    unit: milliseconds,
    decimals: 3,
    snippet: 'cb',
    label: 'Bin size',
    doc: 'Width of a bin.',
    keep: 'dataset',
    stateKey: 'bin_size',
  }),
  windowSeconds: number({
    default: 0.05,
    min: 2e-6,
    max: 1e3,
    unit: milliseconds,
    decimals: 3,
    snippet: 'cw',
    label: 'Window size',
    doc: 'Full width of the window, both sides together.',
    keep: 'dataset',
    stateKey: 'window_size',
  }),
  refractorySeconds: number({
    default: REFRACTORY_SECONDS,
    min: 1e-6,
    max: 0.1,
    unit: milliseconds,
    decimals: 3,
    snippet: 'cr',
    label: 'Refractory period',
    doc: 'Where the two vertical lines are drawn on either side of zero.',
    keep: 'dataset',
    stateKey: 'refractory_period',
  }),
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 100_000,
    doc: 'At most so many spikes of each cluster, chosen at random.',
    stateKey: 'n_spikes_correlograms',
  }),
  spikesTotal: spikeBudget({
    label: 'Shared total spikes',
    default: 100_000,
    doc: 'At most so many spikes of all selected clusters together.',
    stateKey: 'n_spikes_correlograms_total',
  }),
  uniform: toggle({
    default: false,
    label: 'Uniform normalization',
    doc: 'One vertical scale for all correlograms instead of one for each.',
    keep: 'user',
    stateKey: 'uniform_normalization',
    drawOnly: true,
  }),
  labels: toggle({
    default: true,
    label: 'Show labels',
    doc: 'Show the cluster ids beside the first column and below the last row.',
    keep: 'user',
    stateKey: 'do_show_labels',
    drawOnly: true,
  }),
};
