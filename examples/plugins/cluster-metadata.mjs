import { writeFile } from 'node:fs/promises';
import { definePlugin } from 'phy';

/** Writes cluster_channel.tsv, the best channel of every cluster, whenever the files are saved. */
export default definePlugin({
  name: 'cluster-metadata',
  async saved(files, { m, s }) {
    const lines = ['cluster_id\tchannel'];
    for (const id of s.clustering.cluster_ids) {
      const [best] = await m.get_cluster_channels(id);
      lines.push(`${id}\t${m.channel_labels[best]}`);
    }
    await writeFile(`${m.dir_path}/cluster_channel.tsv`, `${lines.join('\n')}\n`);
  },
});
