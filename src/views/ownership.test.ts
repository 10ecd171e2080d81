/** Whatever was merged, split and undone, the spikes behind every mark are those of the cluster that it is coloured as. */
import { describe, expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../tests/fixtures/smallDataset.ts';
import { seededRandom } from '../core/base/random.ts';
import type { NdArray } from '../core/base/nd.ts';
import type { Session } from '../core/engine/session.ts';
import { queries } from './queries.ts';

const ACTIONS = 1000;
const never = new AbortController().signal;

/** Clusters as sets of spikes, kept without the program: merging and splitting relabel, undo and redo step through what was. */
class Partition {
  private readonly states: Int32Array[];
  private place = 0;
  private next: number;

  constructor(clusters: Int32Array) {
    this.states = [clusters.slice()];
    this.next = Math.max(...clusters) + 1;
  }
  get labels(): Int32Array {
    return this.states[this.place];
  }
  get canUndo(): boolean {
    return this.place > 0;
  }
  get canRedo(): boolean {
    return this.place + 1 < this.states.length;
  }
  move(step: 1 | -1): void {
    this.place += step;
  }
  /** Gives spikes a label of their own. */
  relabel(spikes: Iterable<number>): void {
    const labels = this.labels.slice();
    for (const spike of spikes) labels[spike] = this.next;
    this.next += 1;
    this.states.splice(this.place + 1, Infinity, labels);
    this.place += 1;
  }
  spikesOf(label: number): readonly number[] {
    return [...this.labels.keys()].filter((spike) => this.labels[spike] === label);
  }
}

interface Entry {
  readonly clusterId: number;
  readonly spikeIds: NdArray<Int32Array>;
  readonly total: number;
}

describe('after 1,000 random merges, splits, undos and redos', () => {
  it('every view draws the spikes of its clusters, in their colours', async () => {
    const small = makeSmallDataset();
    const session = await openMemorySession(new Disk(copyOfFiles(small.files)), { queries });
    const truth = new Partition(Int32Array.from(session.dataset.spikes.clusters));
    const random = seededRandom(20, 11, 25);
    for (let count = 1; count <= ACTIONS; count++) {
      await actAtRandom(session, truth, () => random.next());
      if (count % 40 === 0) await checkViews(session, truth.labels, () => random.next());
    }
    // The check itself notices one spike in the wrong place.
    const wrong = truth.labels.slice();
    wrong[0] = -1;
    await expect(checkViews(session, wrong, () => random.next())).rejects.toThrow();
    await session.close();
  });
});

async function actAtRandom(session: Session, truth: Partition, random: () => number): Promise<void> {
  const kind = random();
  if (kind < 0.2 && truth.canUndo) {
    expect((await session.act('undo', [])).ok).toBe(true);
    return truth.move(-1);
  }
  if (kind < 0.3 && truth.canRedo) {
    expect((await session.act('redo', [])).ok).toBe(true);
    return truth.move(1);
  }
  const { clusters } = session;
  const ids = clusters.ids;
  const [a, b] = [ids[Math.floor(random() * ids.length)], ids[Math.floor(random() * ids.length)]];
  // Few clusters are split, many are merged.
  if (random() < (ids.length - 2) / 10 && a !== b) {
    const spikes = [...clusters.spikesOf(a), ...clusters.spikesOf(b)];
    expect((await session.act('merge', [a, b])).ok).toBe(true);
    return truth.relabel(spikes);
  }
  const spikes = [...clusters.spikesOf(a)].filter(() => random() < 0.4);
  if (spikes.length === 0 || spikes.length === clusters.spikesOf(a).length) return;
  expect((await session.act('split', spikes)).ok).toBe(true);
  truth.relabel(spikes);
}

async function checkViews(session: Session, labels: Int32Array, random: () => number): Promise<void> {
  const { ids } = session.clusters;
  const chosen = [...ids].sort(() => random() - 0.5).slice(0, 2 + Math.floor(random() * 3));
  const ask = async (query: string, clusters: readonly number[], params = {}): Promise<Record<string, unknown>> => {
    const { answer } = await session.ask(query, clusters, params, never);
    return { ...(answer as object) };
  };
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  /** The one label of some spikes. */
  const labelOf = (spikes: Iterable<number>): number => {
    const found = new Set([...spikes].map((spike) => labels[spike]));
    expect(found.size).toBe(1);
    return [...found][0];
  };
  const labelOfCluster = new Map(chosen.map((id) => [id, labelOf(session.clusters.spikesOf(id))]));

  const drawn: readonly (readonly [query: string, clusters: readonly number[], params?: object])[] = [
    ['waveform', chosen],
    ['feature', chosen],
    ['templateFeature', chosen.slice(0, 2)],
    ['amplitude', chosen],
    ['amplitude', chosen, { type: 'raw' }],
    ['spikeAttribute', chosen, { attribute: 'positions' }],
  ];
  for (const [query, clusters, params] of drawn) {
    const entries = (await ask(query, clusters, params)).clusters as readonly Entry[];
    expect(entries.map(({ clusterId }) => clusterId)).toEqual(clusters);
    for (const { clusterId, spikeIds, total } of entries) {
      expect(labelOf(spikeIds.data)).toBe(labelOfCluster.get(clusterId));
      expect(total).toBe(sizes.get(labelOfCluster.get(clusterId) ?? -1));
    }
  }
  const raster = await ask('raster', [], { columns: null });
  const [rows, spikes] = [raster.spikeRows, raster.spikeIds].map((array) => (array as NdArray<Int32Array>).data);
  expect(spikes).toHaveLength(labels.length);
  const byRow = new Map<number, Set<number>>();
  for (const [k, row] of rows.entries()) byRow.set(row, (byRow.get(row) ?? new Set()).add(labels[spikes[k]]));
  expect([...byRow.values()].every((found) => found.size === 1)).toBe(true);
  expect(byRow.size).toBe(ids.length);

  for (const query of ['trace', 'traceSpikes']) {
    const trace = await ask(query, chosen, { allSpikes: true });
    const [traceSpikes, owners] = [trace.spikeIds, trace.spikeClusters].map(
      (array) => (array as NdArray<Int32Array>).data,
    );
    expect(traceSpikes.length).toBeGreaterThan(0);
    for (const [k, spike] of traceSpikes.entries()) expect(owners[k]).toBe(session.clusters.clusterOf(spike));
  }

  const rates = (await ask('firingRate', chosen)).counts as NdArray<Int32Array>;
  for (const [row, id] of chosen.entries()) {
    const counts = rates.data.subarray(row * rates.shape[1], (row + 1) * rates.shape[1]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sizes.get(labelOfCluster.get(id) ?? -1));
  }

  // What is counted, or stands for a whole cluster, is made of its spikes and of no others.
  const sizeOf = (id: number): number => sizes.get(labelOfCluster.get(id) ?? -1) ?? -1;
  const intervals = (await ask('isi', chosen)).total as NdArray<Int32Array>;
  expect([...intervals.data]).toEqual(chosen.map((id) => sizeOf(id) - 1));
  const correlogram = (await ask('correlogram', chosen)).totalSpikes as NdArray<Int32Array>;
  expect([...correlogram.data]).toEqual(chosen.map(sizeOf));
  const scatter = await ask('clusterScatter', [], { x: 'n_spikes', y: 'id' });
  const [scattered, counts, own] = [scatter.clusterIds, scatter.x, scatter.y].map((array) => [
    ...(array as NdArray<Float64Array>).data,
  ]);
  expect(own).toEqual(scattered);
  expect(counts).toEqual(scattered.map((id) => sizes.get(labelOf(session.clusters.spikesOf(id)))));
  const templates = (await ask('template', [])).clusters as readonly { clusterId: number; templateId: number }[];
  expect(templates).toHaveLength(ids.length);
  for (const { clusterId, templateId } of templates) {
    const label = labelOf(session.clusters.spikesOf(clusterId));
    expect(templateId).toBe(mostFrequent(labels, label, session.dataset.spikes.templates));
  }
}

/** The template that most spikes with a label were found with, the lowest of several. */
function mostFrequent(labels: Int32Array, label: number, templates: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (const [spike, one] of labels.entries()) {
    if (one === label) counts.set(templates[spike], (counts.get(templates[spike]) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return Math.min(...[...counts].filter(([, count]) => count === most).map(([template]) => template));
}
