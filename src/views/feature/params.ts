/** What can be set in the feature view (spec/commands.md 2, views.md 3e, state keys of curation.md 4.7 and 5.3). */
import { ids, number, text, toggle } from '../../core/base/params.ts';
import { markerSize, reorderedTimes, spikeBudget } from '../../core/base/viewParams.ts';

export const params = {
  spikesPerCluster: spikeBudget({
    label: 'Spikes per cluster',
    default: 2500,
    doc: 'At most so many spikes of each cluster, chosen at random. A split always considers every spike.',
    stateKey: 'n_spikes_features',
  }),
  backgroundSpikes: spikeBudget({
    label: 'Background spikes',
    default: 1000,
    min: 0,
    doc: 'About so many spikes at even steps through the whole recording, drawn in grey.',
    stateKey: 'n_spikes_features_background',
  }),
  channels: ids({
    default: null,
    label: 'Channels',
    doc: 'Channel ids of the dimensions 0, 1, ...; automatic: the best channels of the first cluster, those shared by all clusters first.',
    hidden: true,
  }),
  reordered: reorderedTimes,
  fixedChannels: toggle({
    default: false,
    label: 'Fixed channels',
    doc: 'Keep the channels; otherwise they are chosen anew at every selection.',
    keep: 'user',
    stateKey: 'fixed_channels',
    drawOnly: true,
  }),
  grid: text({
    default: '',
    label: 'Grid',
    doc: 'Cells as x,y with blanks between them and ; between rows, such as 0A,1A time,0A; 0A,0B 1A,0B. Empty: the usual four by four.',
    keep: 'user',
    drawOnly: true,
  }),
  featureScaling: number({
    default: 1,
    min: 1e-3,
    max: 1e3,
    label: 'Feature scaling',
    doc: 'Factor on all features when they are drawn.',
    keep: 'user',
    stateKey: 'feature_scaling',
    drawOnly: true,
    hidden: true,
  }),
  markerSize: markerSize(2),
};
