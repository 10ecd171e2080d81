import { definePlugin } from 'phy';

/** A column with the mean interval between spikes, s. */
export default definePlugin({
  name: 'cluster-metrics',
  metrics: {
    meanisi: ({ times }) => (times.length < 2 ? null : (times.at(-1) - times[0]) / (times.length - 1)),
  },
});
