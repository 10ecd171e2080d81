import { definePlugin } from 'phy';

/** Two filters of raw data beside phy's own: less the median of all channels, and a smoother. Alt+R goes through all of them. */
export default definePlugin({
  name: 'raw-data-filter',
  filters: {
    common_reference: {
      title: 'Common median reference',
      allChannels: true,
      context: 0,
      filter(samples, { sampleCount, channelCount }) {
        for (let sample = 0; sample < sampleCount; sample++) {
          const row = samples.subarray(sample * channelCount, (sample + 1) * channelCount);
          const median = row.slice().sort()[Math.floor(channelCount / 2)];
          row.forEach((value, channel) => (row[channel] = value - median));
        }
        return samples;
      },
    },
    /** Mean of five samples: low frequencies only, nothing shifted in time. */
    smooth: {
      title: 'Mean of 5 samples',
      context: 0.001,
      filter: (samples, { sampleCount, channelCount }) =>
        samples.map((_, at) => {
          const [sample, channel] = [Math.floor(at / channelCount), at % channelCount];
          const [first, last] = [Math.max(0, sample - 2), Math.min(sampleCount - 1, sample + 2)];
          let sum = 0;
          for (let near = first; near <= last; near++) sum += samples[near * channelCount + channel];
          return sum / (last - first + 1);
        }),
    },
  },
});
