import { describe, expect, it } from 'vitest';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { ClusterChange, Clustering } from './clustering.ts';
import {
  applyChange,
  changedSpikeCount,
  createClustering,
  invertChange,
  largestRemoved,
  planAssign,
  planMerge,
  spikesOf,
  union,
} from './clustering.ts';

/** The assignment as a plain vector: what the reference keeps, and the slow truth to compare with. */
function vector(clustering: Clustering): number[] {
  const spikes = Array.from({ length: clustering.spikeCount }, () => -1);
  for (const [id, list] of clustering.clusters) for (const spike of list) spikes[spike] = id;
  return spikes;
}
const of = (...spikeClusters: number[]): Clustering => createClustering(Int32Array.from(spikeClusters));

/** Clustering with its stack of changes, as short as a test needs it. */
class Stack {
  clustering: Clustering;
  private done: ClusterChange[] = [];
  private undone: ClusterChange[] = [];
  constructor(clustering: Clustering) {
    this.clustering = clustering;
  }
  private perform(change: ClusterChange): ClusterChange {
    this.clustering = applyChange(this.clustering, change);
    return change;
  }
  merge(ids: number[], to?: number): ClusterChange {
    this.undone = [];
    const change = this.perform(planMerge(this.clustering, ids, to));
    this.done.push(change);
    return change;
  }
  assign(spikes: ArrayLike<number>, labels?: ArrayLike<number>): ClusterChange | undefined {
    const now = vector(this.clustering);
    const change = planAssign(this.clustering, (spike) => now[spike], { spikes, labels });
    if (change === undefined) return undefined;
    this.undone = [];
    this.done.push(this.perform(change));
    return change;
  }
  undo(): ClusterChange | undefined {
    const last = this.done.pop();
    if (last === undefined) return undefined;
    this.undone.push(last);
    return this.perform(invertChange(last));
  }
  redo(): ClusterChange | undefined {
    const last = this.undone.pop();
    if (last === undefined) return undefined;
    this.done.push(last);
    return this.perform(last);
  }
}
const ids = (lists: ReadonlyMap<number, Int32Array>): number[] => [...lists.keys()];

describe('createClustering', () => {
  it('lists the spikes of each cluster in ascending order in one array', () => {
    const clustering = of(2, 5, 3, 2, 7, 5, 2);
    expect(clustering.ids).toEqual([2, 3, 5, 7]);
    expect([...spikesOf(clustering, 2)]).toEqual([0, 3, 6]);
    expect(spikesOf(clustering, 2).buffer).toBe(spikesOf(clustering, 7).buffer);
    expect(() => spikesOf(clustering, 4)).toThrow(RangeError);
  });
  it('never lists unclustered spikes', () => {
    const clustering = of(-1, 4, -2, 4);
    expect(clustering.ids).toEqual([4]);
    expect([clustering.spikeCount, clustering.newClusterId]).toEqual([4, 5]);
  });
  it('uses a stored counter only beyond the ids in use (BUG-16)', () => {
    expect(createClustering(Int32Array.of(3, 9), 40).newClusterId).toBe(40);
    expect(createClustering(Int32Array.of(3, 9), 4).newClusterId).toBe(10);
    expect(createClustering(new Int32Array(0)).newClusterId).toBe(0);
  });
  it('takes ids far apart', () => {
    const clustering = of(2_000_000_000, 1, 2_000_000_000, -5);
    expect(clustering.ids).toEqual([1, 2_000_000_000]);
    expect([...spikesOf(clustering, 2_000_000_000)]).toEqual([0, 2]);
  });
});

describe('worked examples of 1.3 and 1.4', () => {
  it('split, undo, redo, split of a whole cluster', () => {
    const stack = new Stack(of(2, 5, 3, 2, 7, 5, 2));
    const first = stack.assign([0]);
    expect(vector(stack.clustering)).toEqual([8, 5, 3, 9, 7, 5, 9]);
    expect([ids(first!.removed), ids(first!.added)]).toEqual([[2], [8, 9]]);
    expect(stack.undo()!.description).toBe('merge');
    expect(vector(stack.clustering)).toEqual([2, 5, 3, 2, 7, 5, 2]);
    expect(stack.redo()!.description).toBe('assign');
    expect(vector(stack.clustering)).toEqual([8, 5, 3, 9, 7, 5, 9]);
    const whole = stack.assign([0]);
    expect(whole!.description).toBe('merge');
    expect([ids(whole!.removed), ids(whole!.added)]).toEqual([[8], [10]]);
    expect(vector(stack.clustering)).toEqual([10, 5, 3, 9, 7, 5, 9]);
  });
  it('one lasso over three clusters: one new cluster, then the remainders by old id', () => {
    const clustering = createClustering(Int32Array.of(10, 10, 20, 20, 30, 30));
    const stack = new Stack(clustering);
    stack.assign([1, 2, 3, 4]);
    expect(vector(stack.clustering)).toEqual([32, 31, 31, 31, 31, 33]);
  });
  it('spikes in any order', () => {
    const stack = new Stack(of(0, 0, 1, 1, 2, 2, 10, 10, 11, 11, 20, 20, 30, 30));
    const change = stack.assign([13, 10, 11]);
    expect([ids(change!.removed), ids(change!.added)]).toEqual([
      [20, 30],
      [31, 32],
    ]);
    expect([[...spikesOf(stack.clustering, 31)], [...spikesOf(stack.clustering, 32)]]).toEqual([[10, 11, 13], [12]]);
  });
  it('pairs of a merge', () => {
    const change = planMerge(of(2, 3, 7), [3, 2]);
    expect(change.descendants).toEqual([
      [2, 8],
      [3, 8],
    ]);
  });
  it('remainders follow the largest new id, in ascending order of the old one', () => {
    const stack = new Stack(createClustering(Int32Array.of(3, 5, 2, 9, 5, 5, 2)));
    stack.assign([0, 2], [0, 1]);
    expect(vector(stack.clustering)).toEqual([10, 5, 11, 9, 5, 5, 12]);
  });
  it('gaps in labels are gaps in ids', () => {
    const stack = new Stack(of(32, 32, 32, 32));
    const change = stack.assign([0, 1, 2, 3], [0, 0, 5, 5]);
    expect(ids(change!.added)).toEqual([33, 38]);
    expect(stack.clustering.newClusterId).toBe(39);
  });
  it('only differences between labels matter', () => {
    const stack = new Stack(of(0, 0, 0));
    expect(ids(stack.assign([0, 1, 2], [107, 105, 105])!.added)).toEqual([1, 3]);
  });
});

describe('what is refused', () => {
  const clustering = of(0, 0, 1, -1);
  const now = vector(clustering);
  const assign = (spikes: number[], labels?: number[]) =>
    planAssign(clustering, (spike) => now[spike], { spikes, labels });
  it('unknown clusters and ids that were given out', () => {
    expect(() => planMerge(clustering, [0, 7])).toThrow('There is no cluster 7.');
    expect(() =>
      planMerge(
        clustering,
        Array.from({ length: 2000 }, (_, id) => id),
      ),
    ).toThrow(/^There are no clusters 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 1986 more\.$/);
    expect(() => planMerge(clustering, [0, 1], 1)).toThrow(
      'The new cluster id is 1, expected 2 or a larger whole number.',
    );
    expect(ids(planMerge(clustering, [0, 1], 9).added)).toEqual([9]);
    expect(ids(planMerge(clustering, [1]).added)).toEqual([2]);
  });
  it('unknown spikes, unclustered spikes, labels that do not fit', () => {
    expect(assign([])).toBeUndefined();
    for (const spike of [-1, 4, 0.5]) expect(() => assign([spike])).toThrow(`There is no spike ${spike}.`);
    expect(() => assign([3])).toThrow('belongs to no cluster');
    expect(() => assign([0, 1], [1])).toThrow('1 labels for 2 spikes');
    expect(() => assign([0, 0], [1, 2])).toThrow('two labels');
    expect(() => assign([0, 1], [0, 4e9])).toThrow('too far apart');
    expect([...assign([1, 1], [2, 2])!.added.values()].map((list) => [...list])).toEqual([[1], [0]]);
  });
});

it('ids beyond what an int32 holds are refused, whatever makes them', () => {
  const clustering = createClustering(Int32Array.of(0, 0, 0, 1), 2 ** 31 - 1);
  const sentence = 'The new cluster id would be 2,147,483,648, expected 2,147,483,647 at most.';
  expect(ids(planMerge(clustering, [0, 1]).added)).toEqual([2 ** 31 - 1]);
  expect(() => planMerge(clustering, [0, 1], 2 ** 31)).toThrow(sentence);
  expect(() => planAssign(clustering, (spike) => (spike < 3 ? 0 : 1), { spikes: [0] })).toThrow(sentence);
  expect(() => planAssign(createClustering(Int32Array.of(0, 1), 2 ** 31), (k) => k, { spikes: [0] })).toThrow(sentence);
});

describe('ids and sizes', () => {
  it('an id is not given out again after an undo', () => {
    const stack = new Stack(of(0, 1, 13));
    expect(ids(stack.merge([0, 1]).added)).toEqual([14]);
    stack.undo();
    expect(ids(stack.merge([0, 1]).added)).toEqual([15]);
  });
  it('redo beyond the end and undo before the beginning do nothing', () => {
    const stack = new Stack(of(0, 1));
    expect([stack.redo(), stack.undo()]).toEqual([undefined, undefined]);
  });
  it('the largest parent is the smallest id on ties', () => {
    expect(largestRemoved(planMerge(of(4, 4, 2, 2, 7), [4, 2, 7]))).toBe(2);
    expect(largestRemoved(planMerge(of(4, 4, 4, 2, 2, 7), [4, 2, 7]))).toBe(4);
  });
  it('union merges sorted lists', () => {
    const lists = [Int32Array.of(1, 5, 9), Int32Array.of(0), Int32Array.of(2, 3, 4, 10), new Int32Array(0)];
    expect([...union(lists)]).toEqual([0, 1, 2, 3, 4, 5, 9, 10]);
    expect([...union([])]).toEqual([]);
  });
  it('leaves the state it started from as it was', () => {
    const clustering = of(0, 0, 1);
    applyChange(clustering, planMerge(clustering, [0, 1]));
    expect(vector(clustering)).toEqual([0, 0, 1]);
  });
});

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);

interface GoldenStep {
  readonly op: string;
  readonly args: unknown;
  readonly up: {
    readonly description: string;
    readonly added: number[];
    readonly deleted: number[];
    readonly descendants: number[][];
    readonly n: number;
  };
  readonly spike_clusters: number[];
  readonly cluster_ids: number[];
  readonly new_cluster_id: number;
}

describe.skipIf(!hasGolden('functions'))('the reference step by step', () => {
  it('gives the same ids, pairs and vectors', () => {
    const { clustering } = readGolden('functions') as {
      clustering: { spike_clusters0: { data: number[] }; steps: GoldenStep[] };
    };
    const stack = new Stack(of(...clustering.spike_clusters0.data));
    for (const step of clustering.steps) {
      const change = performGolden(stack, step);
      expect(change.description).toBe(step.up.description);
      expect(ids(change.added)).toEqual(step.up.added);
      expect(ids(change.removed)).toEqual(step.up.deleted);
      expect(change.descendants).toEqual(step.up.descendants);
      expect(changedSpikeCount(change)).toBe(step.up.n);
      expect(vector(stack.clustering)).toEqual(step.spike_clusters);
      expect(stack.clustering.ids).toEqual(step.cluster_ids);
      expect(stack.clustering.newClusterId).toBe(step.new_cluster_id);
    }
  });
});

/** For `merge_to` and `split_whole` the file records other arguments than those in force; the clusters that vanished say which they were. */
function performGolden(stack: Stack, { op, args, up }: GoldenStep): ClusterChange {
  const pair = Array.isArray(args) ? args : [];
  switch (op) {
    case 'merge':
      return stack.merge(numbers(args));
    case 'merge_to':
      return stack.merge(up.deleted, Number(pair[1]));
    case 'undo':
      return stack.undo()!;
    case 'redo':
      return stack.redo()!;
    case 'assign':
      return stack.assign(numbers(pair[0]), numbers(pair[1]))!;
    case 'split_whole':
      return stack.assign(spikesOf(stack.clustering, up.deleted[0]))!;
    default:
      return stack.assign(numbers(args))!;
  }
}
