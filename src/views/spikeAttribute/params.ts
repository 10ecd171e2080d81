/** What can be set in the views of spike attributes (spec/commands.md 2, views.md 14e). */
import { text } from '../../core/base/params.ts';
import { markerSize, spikeBudget } from '../../core/base/viewParams.ts';

export const params = {
  attribute: text({
    default: '',
    required: true,
    label: 'Attribute',
    doc: 'Name of the attribute: `positions` for spike_positions.npy.',
    hidden: true,
  }),
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 5000,
    doc: 'At most so many spikes of each cluster, chosen at random. A split always considers every spike.',
    stateKey: 'n_spikes_amplitudes',
  }),
  markerSize: markerSize(5),
};
