import { definePlugin } from 'phy';

/** A view with a histogram for each cluster: the first feature on its best channel. */
export default definePlugin({
  name: 'cluster-stats',
  views: {
    featureHistogram: {
      parameters: { bins: { default: 100, min: 1, max: 1000, integer: true, label: 'Number of bins' } },
      query: async (clusters, _, { m }) =>
        await Promise.all(
          clusters.map(async ({ id, spikeIds, channels }) => {
            const { shape, data } = await m.get_features(spikeIds, channels.subarray(0, 1));
            const values = Float32Array.from(spikeIds, (_, i) => data[i * shape[2]]);
            return { id, values: values.filter((value) => !Number.isNaN(value)) };
          }),
        ),
      draw: (clusters, { parameters, color }) => ({
        plots: clusters.map(({ id, values }, place) => ({
          title: `cluster ${id}`,
          marks: [{ kind: 'bars', color: color(place), ...histogram(values, parameters.bins) }],
        })),
      }),
    },
  },
});

function histogram(values, bins) {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const width = (values.reduce((a, b) => Math.max(a, b), -Infinity) - low) / bins || 1;
  const heights = new Float64Array(bins);
  for (const value of values) heights[Math.min(bins - 1, Math.floor((value - low) / width))] += 1;
  return { edges: Float64Array.from({ length: bins + 1 }, (_, k) => low + k * width), heights };
}
