import { writeFile } from 'node:fs/promises';
import { definePlugin } from 'phy';

/** Writes cluster_channel.tsv, the best channel of every cluster, whenever the files are saved. */
export default definePlugin({
  name: 'cluster-metadata',
  async saved(files, { m }) {
    const lines = ['cluster_id\tchannel'];
    for (const id of await m.cluster_ids()) {
      const { channels } = await m.cluster(id);
      lines.push(`${id}\t${m.channel_labels[channels[0]]}`);
    }
    await writeFile(`${m.dir_path}/cluster_channel.tsv`, `${lines.join('\n')}\n`);
  },
});
