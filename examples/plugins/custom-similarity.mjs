import { definePlugin } from 'phy';

/** Similar clusters are those whose templates have the largest scalar product with that of the reference. */
export default definePlugin({
  name: 'custom-similarity',
  similarities: {
    async waveform({ id }, { m, s }) {
      const reference = await m.get_cluster_template(id);
      const pairs = [];
      for (const other of s.clustering.cluster_ids)
        pairs.push([other, product(reference, await m.get_cluster_template(other))]);
      return pairs;
    },
  },
});

/** Over the channels that both have, divided by both lengths. */
function product(a, b) {
  if (a === null || b === null) return 0;
  const [samples, channels] = a.template.shape;
  let sum = 0;
  a.channel_ids.forEach((channel, i) => {
    const j = b.channel_ids.indexOf(channel);
    if (j < 0) return;
    for (let t = 0; t < samples; t++) {
      sum += a.template.data[t * channels + i] * b.template.data[t * b.template.shape[1] + j];
    }
  });
  return sum / (length(a) * length(b) || 1);
}

const length = ({ template: { data } }) => Math.sqrt(data.reduce((total, value) => total + value * value, 0));
