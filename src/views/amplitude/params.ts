/** What can be set in the amplitude view (spec/commands.md 2, views.md 8e, state keys of curation.md 4.7 and 5.3). */
import { choice, number } from '../../core/base/params.ts';
import { markerSize, rawDataFilter, reorderedTimes, spikeBudget } from '../../core/base/viewParams.ts';

/** Rotation order of the amplitude types (views.md 8a: alphabetical). */
export const amplitudeTypes = ['feature', 'raw', 'template', 'template_feature'] as const;
export type AmplitudeType = (typeof amplitudeTypes)[number];

export const params = {
  type: choice({
    default: 'template',
    choices: amplitudeTypes,
    label: 'Amplitude type',
    doc: 'Template amplitude, feature on one channel, peak-to-peak of the raw waveform on one channel, or template feature.',
    keep: 'user',
    stateKey: 'amplitudes_type',
  }),
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 5000,
    doc: 'At most so many spikes of each cluster (a fifth of it for raw amplitudes). A split always considers every spike.',
    stateKey: 'n_spikes_amplitudes',
  }),
  spikesTotal: spikeBudget({
    label: 'Shared total spikes',
    default: null,
    proposal: { param: 'spikesPerCluster', times: 8 },
    doc: 'At most so many spikes of all selected clusters together.',
    stateKey: 'n_spikes_amplitudes_total',
  }),
  backgroundSpikes: spikeBudget({
    label: 'Background spikes',
    default: 10_000,
    min: 0,
    doc: 'At most so many spikes, in grey, of the other clusters on the best channel of the first one (a fifth of it for raw amplitudes).',
    stateKey: 'n_spikes_amplitudes_background',
  }),
  channel: number({
    default: null,
    min: 0,
    integer: true,
    nullable: true,
    nullMeans: 'best channel of the first cluster',
    label: 'Channel',
    doc: 'Channel id of the feature and raw amplitudes.',
    hidden: true,
  }),
  pc: number({
    default: 0,
    min: 0,
    max: 9,
    integer: true,
    label: 'Principal component',
    doc: 'Which principal component the feature amplitude is, counted from 0.',
    hidden: true,
  }),
  filter: rawDataFilter('Filter applied to each waveform before its raw amplitude is measured.'),
  reordered: reorderedTimes,
  markerSize: markerSize(5),
};
