/** What can be set in the waveform view (spec/commands.md 2, views.md 2e, state keys of curation.md 4.7 and 5.3). */
import { choice, ids, number, toggle } from '../../core/base/params.ts';
import { rawDataFilter, spikeBudget } from '../../core/base/viewParams.ts';

/** Rotation order of the waveform types (views.md 2a). */
export const waveformTypes = ['waveforms', 'mean_waveforms', 'templates'] as const;
export type WaveformType = (typeof waveformTypes)[number];

/** One of the four scale factors; a dot and a number in the state key name an element of a list (`box_scaling` is [w, h]). */
const scale = <const K extends string>(label: string, doc: string, stateKey: K) =>
  number({
    default: 1,
    min: 1e-3,
    max: 1e3,
    label,
    doc,
    keep: 'dataset',
    stateKey,
    drawOnly: true,
    hidden: true,
  });

export const params = {
  type: choice({
    default: 'waveforms',
    choices: waveformTypes,
    label: 'Waveform type',
    doc: 'Individual waveforms from the raw data, their mean, or the templates. Without raw data the templates are shown.',
    keep: 'user',
    stateKey: 'waveforms_type',
  }),
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 100,
    doc: 'At most so many waveforms of each cluster.',
    stateKey: 'n_spikes_waveforms',
  }),
  spikesTotal: spikeBudget({
    label: 'Shared total spikes',
    default: null,
    proposal: { param: 'spikesPerCluster', times: 8 },
    doc: 'At most so many waveforms of all selected clusters together.',
    stateKey: 'n_spikes_waveforms_total',
  }),
  batches: number({
    default: 10,
    min: 1,
    max: 1e6,
    integer: true,
    label: 'Batches',
    doc: 'Number of runs of successive spikes, spread evenly over the recording, that a sample consists of.',
    keep: 'user',
    stateKey: 'batch_size_waveforms',
  }),
  sampling: choice({
    default: 'batches',
    choices: ['batches', 'even'],
    label: 'Sampling',
    doc: 'Batches of successive spikes, or spikes at even steps through the cluster.',
    keep: 'user',
    stateKey: 'sampling_waveforms',
  }),
  filter: rawDataFilter(
    'None, or a third-order Butterworth high-pass at 150 Hz applied forwards and backwards to each waveform.',
  ),
  filterOver: choice({
    default: 'window',
    choices: ['window', 'trace'],
    label: 'Filter over',
    doc: 'Each short window by itself, as phy filters, or the trace around it: a waveform is then the very slice of the filtered trace, but about fifteen times as much is read.',
    keep: 'user',
    stateKey: 'filter_over_waveforms',
  }),
  channels: ids({
    default: null,
    label: 'Channels',
    doc: 'Channel ids to show for every cluster; automatic: the best channels of each cluster.',
    hidden: true,
  }),
  overlap: toggle({
    default: false,
    label: 'Overlap waveforms',
    doc: 'Draw the clusters on top of each other instead of side by side.',
    keep: 'user',
    stateKey: 'overlap',
    drawOnly: true,
  }),
  labels: toggle({
    default: true,
    label: 'Show labels',
    doc: 'Show the channel labels.',
    keep: 'user',
    stateKey: 'do_show_labels',
    drawOnly: true,
  }),
  meanOnTop: toggle({
    default: true,
    label: 'Mean on top of single waveforms',
    doc: 'Draw single waveforms faintly with their mean on top; otherwise every waveform at 75 % opacity.',
    keep: 'user',
    stateKey: 'mean_on_top',
    drawOnly: true,
  }),
  boxScaleX: scale('Box width', 'Width of the boxes, relative to what fits.', 'box_scaling.0'),
  boxScaleY: scale('Box height', 'Height of the waveforms, relative to what fits.', 'box_scaling.1'),
  probeScaleX: scale(
    'Horizontal spread',
    'Horizontal distance of the channels, relative to what fits.',
    'probe_scaling.0',
  ),
  probeScaleY: scale('Vertical spread', 'Vertical distance of the channels, relative to what fits.', 'probe_scaling.1'),
};
