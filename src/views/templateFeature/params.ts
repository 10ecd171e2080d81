/** What can be set in the template feature view (spec/commands.md 2, views.md 4e, state keys of curation.md 4.7 and 5.3). */
import { markerSize, spikeBudget } from '../../core/base/viewParams.ts';

export const params = {
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 2500,
    doc: 'At most so many spikes of each of the two clusters, chosen at random. A split always considers every spike.',
    stateKey: 'n_spikes_features',
  }),
  markerSize: markerSize(5),
};
