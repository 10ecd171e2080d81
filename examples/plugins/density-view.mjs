import { definePlugin } from 'phy';

/** How many spikes lie where in the plane of the first two features of the best channel. */
export default definePlugin({
  name: 'density-view',
  views: {
    featureDensity: {
      parameters: { bins: { default: 40, min: 2, max: 200, integer: true, label: 'Bins' } },
      async query(clusters, { bins }, { m }) {
        const images = [];
        for (const { id, spikeIds, channels } of clusters) {
          const { shape, data } = await m.get_features(spikeIds, channels.subarray(0, 1));
          const at = (spike, pc) => data[spike * shape[2] + pc];
          const spikes = [...spikeIds.keys()].filter((spike) => !Number.isNaN(at(spike, 0)));
          const sizes = spikes
            .flatMap((spike) => [Math.abs(at(spike, 0)), Math.abs(at(spike, 1))])
            .sort((a, b) => a - b);
          const limit = sizes[Math.floor(0.995 * sizes.length)] || 1;
          const place = (value) => Math.max(0, Math.min(bins - 1, Math.floor(((value / limit + 1) / 2) * bins)));
          const counts = new Float64Array(bins * bins);
          for (const spike of spikes) counts[place(at(spike, 1)) * bins + place(at(spike, 0))] += 1;
          images.push({ id, counts, limit, bins });
        }
        return images;
      },
      draw: (images, { color }) => ({
        columns: 2,
        plots: images.map(({ id, counts, limit, bins }, at) => ({
          title: `cluster ${id}`,
          marks: [
            {
              kind: 'image',
              values: counts,
              rows: bins,
              columns: bins,
              color: color(at),
              bounds: [-limit, -limit, limit, limit],
            },
          ],
        })),
      }),
    },
  },
});
