/** The views of all clusters on the reference's datasets, against the numbers the reference computes and against the files. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseParams } from '../../src/core/base/params.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import type { QueryContext } from '../../src/core/engine/query.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { query as clusterScatter } from '../../src/views/clusterScatter/query.ts';
import { query as raster } from '../../src/views/raster/query.ts';
import { query as template } from '../../src/views/template/query.ts';
import { at, datasetFolders, hasGolden, keysOf, maxDifference, numbersOf, readGoldenJson } from '../fixtures/golden.ts';
import { queryContext } from '../fixtures/queryContext.ts';

const present = (name: string): boolean => hasGolden(name) && existsSync(datasetFolders[name] ?? '');
const open = async (name: string): Promise<QueryContext> =>
  queryContext(await openDataset(folderStorage(path.resolve(datasetFolders[name])), 'params.py'));

describe.skipIf(!present('mini') || !hasGolden('views_mini'))('mini', () => {
  let context: QueryContext;
  beforeAll(async () => {
    context = await open('mini');
  });

  it('cluster scatter: fields and positions of the packaged bindings', async () => {
    const golden = at(readGoldenJson('views_mini'), 'one', 'ClusterScatterView');
    const { ids } = context.clusters;
    const answer = await clusterScatter.run(context, parseParams(clusterScatter.params, {}), ids);
    expect(answer.fields).toEqual(at(golden, 'fields'));
    expect(Array.from(answer.clusterIds.data)).toEqual(at(golden, 'all_cluster_ids'));
    const positions = numbersOf(at(golden, 'positions'));
    expect(
      maxDifference(
        answer.x.data,
        positions.filter((_, k) => k % 2 === 0),
      ),
    ).toBeLessThan(1e-6);
    expect(
      maxDifference(
        answer.y.data,
        positions.filter((_, k) => k % 2 === 1),
      ),
    ).toBeLessThan(1e-9);
  });

  it('rows in the order and with the filters of the cluster view', async () => {
    const golden = at(readGoldenJson('mini'), 'table_filter', 'n_spikes > 274', 'ids');
    const params = parseParams(raster.params, { columns: 1, filter: 'n_spikes > 274' });
    const answer = await raster.run(context, params, context.clusters.ids);
    expect(Array.from(answer.clusterIds.data)).toEqual(numbersOf(golden));
  });

  it('templates: those of the reference on every channel they have', async () => {
    const golden = at(readGoldenJson('mini'), 'get_template');
    const answer = await template.run(context, parseParams(template.params, {}), context.clusters.ids);
    const byTemplate = new Map(answer.clusters.map((cluster) => [cluster.templateId, cluster]));
    for (const id of keysOf(golden)) {
      const cluster = byTemplate.get(Number(id));
      const channels = numbersOf(at(golden, id, 'channel_ids'));
      const reference = numbersOf(at(golden, id, 'template'));
      if (cluster === undefined) throw new Error(`no template ${id}`);
      for (const [place, channel] of Array.from(cluster.channelIds.data).entries()) {
        const column = channels.indexOf(channel);
        const width = cluster.channelIds.data.length;
        const ours = cluster.waveform.data.filter((_, k) => k % width === place);
        const theirs = reference.filter((_, k) => k % channels.length === column);
        // On a distance tie the reference may have taken another channel (golden README).
        if (column >= 0) expect(maxDifference(ours, theirs)).toBeLessThan(1e-5);
      }
    }
  });
});

describe.each(['mini', 'ks4', 'template', 'mountainsort'])('%s', (name) => {
  it.skipIf(!present(name))('raster: every spike of every cluster once, in its column', async () => {
    const context = await open(name);
    const { dataset, clusters } = context;
    const columns = 77;
    const params = parseParams(raster.params, { columns, sort: 'id', direction: 'asc' });
    const answer = await raster.run(context, params, clusters.ids);
    if (!('density' in answer)) throw new Error('no density');
    const { startSeconds, endSeconds, density } = answer;
    expect(density.data.reduce((a, b) => a + b, 0)).toBe(
      clusters.ids.reduce((sum, id) => sum + clusters.spikesOf(id).length, 0),
    );
    const edges = Array.from({ length: columns }, (_, c) => startSeconds + c * ((endSeconds - startSeconds) / columns));
    for (const [row, id] of clusters.ids.entries()) {
      const wanted = new Int32Array(columns);
      for (const spike of clusters.spikesOf(id)) {
        const time = dataset.spikes.samples[spike] / dataset.sampleRate;
        wanted[edges.findLastIndex((edge) => edge <= time)]++;
      }
      expect(density.data.subarray(row * columns, (row + 1) * columns)).toEqual(wanted);
    }
  });
});
