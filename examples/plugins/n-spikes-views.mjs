import { definePlugin } from 'phy';

/** How many spikes the views show, where nobody chose another number. */
export default definePlugin({
  name: 'n-spikes-views',
  settings: {
    WaveformView: { spikesPerCluster: 250 },
    FeatureView: { spikesPerCluster: 1000, backgroundSpikes: 500 },
    AmplitudeView: { spikesPerCluster: 1000 },
    CorrelogramView: { spikesPerCluster: 20000 },
  },
});
