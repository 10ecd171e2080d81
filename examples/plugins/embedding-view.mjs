import { definePlugin } from 'phy';

/** At most 200 spikes of the selection in a plane: features of the best channels, along their two directions of largest variance. It has a lasso. */
export default definePlugin({
  name: 'embedding-view',
  views: {
    embedding: {
      parameters: { spikes: { default: 200, min: 10, max: 5000, integer: true, label: 'Spikes' } },
      query: embed,
      // The same for the lasso. Spikes that are not shown have no place: a split asks where they go.
      coordinates: embed,
      draw: (clusters, { color }) => ({
        plots: [
          { marks: clusters.map(({ x, y }, place) => ({ kind: 'points', x, y, color: color(place, 0.8), size: 5 })) },
        ],
      }),
    },
  },
});

/** Some spikes of each cluster with their place in the plane. */
async function embed(clusters, { spikes }, { m }) {
  const each = Math.ceil(spikes / Math.max(1, clusters.length));
  const chosen = clusters.map(({ spikeIds }) => spikeIds.filter((_, i) => i % Math.ceil(spikeIds.length / each) === 0));
  const ids = Int32Array.from(chosen.flatMap((list) => [...list]));
  const { data } = await m.get_features(ids, clusters[0].channels.subarray(0, 4));
  const size = data.length / ids.length;
  const rows = Array.from(ids, (_, i) => Array.from(data.subarray(i * size, (i + 1) * size), (value) => value || 0));
  const means = rows[0].map((_, d) => rows.reduce((sum, row) => sum + row[d], 0) / rows.length);
  const centred = rows.map((row) => row.map((value, d) => value - means[d]));
  const first = direction(centred);
  const along = centred.map((row) => dot(row, first));
  const second = direction(centred.map((row, i) => row.map((value, d) => value - along[i] * first[d])));
  const across = centred.map((row) => dot(row, second));
  const starts = chosen.map((_, k) => chosen.slice(0, k).reduce((sum, list) => sum + list.length, 0));
  return chosen.map((list, k) => ({
    spikeIds: list,
    x: Float64Array.from(along.slice(starts[k], starts[k] + list.length)),
    y: Float64Array.from(across.slice(starts[k], starts[k] + list.length)),
  }));
}

const dot = (a, b) => a.reduce((sum, value, d) => sum + value * b[d], 0);

/** Direction of largest variance, by the power method from a fixed start. */
function direction(rows) {
  let axis = rows[0].map((_, d) => 1 / (d + 1));
  for (let round = 0; round < 50; round++) {
    const next = axis.map(() => 0);
    for (const row of rows) {
      const along = dot(row, axis);
      row.forEach((value, d) => (next[d] += along * value));
    }
    const length = Math.sqrt(dot(next, next)) || 1;
    axis = next.map((value) => value / length);
  }
  return axis;
}
