/** The probe view's answer on the reference's datasets: where it draws the sites (views_mini), and the best channels of clusters. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/core/dataset/open.ts';
import type { QueryContext } from '../../src/core/engine/query.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { query } from '../../src/views/probe/query.ts';
import { at, datasetFolders, hasGolden, keysOf, maxDifference, numbersOf, readGoldenJson } from '../fixtures/golden.ts';
import { queryContext } from '../fixtures/queryContext.ts';

async function openContext(name: string): Promise<QueryContext> {
  const dataset = await openDataset(folderStorage(datasetFolders[name]), 'params.py');
  return queryContext(dataset);
}
const present = (name: string): boolean => hasGolden(name) && existsSync(path.join(datasetFolders[name], 'params.py'));

/** Templates of mini whose 12 nearest sites are tied (golden README). */
const TIED = [2, 3, 8, 9, 11, 21, 22, 23, 34];

describe.skipIf(!present('mini'))('probe on mini', () => {
  it('places the sites where the reference does', async () => {
    const context = await openContext('mini');
    const golden = readGoldenJson('views_mini');
    const clusters = numbersOf(at(golden, 'one', 'cluster_ids'));
    const answer = await query.run(context, { labels: false, trueAspect: false }, clusters);
    const positions = numbersOf(at(golden, 'one', 'ProbeView', 'positions'));
    expect(maxDifference(answer.drawn.data, positions)).toBeLessThan(1e-7);
    expect(answer.drawn.shape).toEqual([32, 2]);
    expect(answer.clusters.map(({ clusterId }) => clusterId)).toEqual(clusters);
  });
});

describe.skipIf(!present('mini') || !present('template'))('best channels of the probe view', () => {
  it.each(['mini', 'template'])('are those of the reference on %s', async (name) => {
    const context = await openContext(name);
    const best = at(readGoldenJson(name), 'best_channels');
    const ids = keysOf(best)
      .map(Number)
      .filter((id) => name !== 'mini' || !TIED.includes(context.facts.dominantTemplate(id)));
    const answer = await query.run(context, { labels: false, trueAspect: false }, ids);
    expect(ids.length).toBeGreaterThan(2);
    for (const { clusterId, channelIds } of answer.clusters) {
      expect([...channelIds.data]).toEqual(numbersOf(at(best, String(clusterId), 'best_channels')));
    }
  });
});
