import { definePlugin } from 'phy';

/** The templates of the selected clusters on their best channels, one plot above the other. */
export default definePlugin({
  name: 'template-lines-view',
  views: {
    templateLines: {
      query: async (clusters, _, { m }) => await Promise.all(clusters.map(({ id }) => m.get_cluster_template(id))),
      draw: (templates, { color }) => ({
        plots: templates
          .filter((template) => template !== null)
          .map(
            (
              {
                template: {
                  shape: [samples, channels],
                  data,
                },
              },
              place,
            ) => ({
              marks: Array.from({ length: Math.min(channels, 4) }, (_, channel) => ({
                kind: 'line',
                x: Float64Array.from({ length: samples }, (_, t) => t),
                y: Float64Array.from({ length: samples }, (_, t) => data[t * channels + channel]),
                color: color(place, 1 - channel / 5),
              })),
            }),
          ),
      }),
    },
  },
});
