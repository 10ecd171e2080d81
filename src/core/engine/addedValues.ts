/**
 * Values that plugins compute for clusters: columns of the cluster view, and an order of the similarity view. They come one after the other and
 * never hold anything up: a cell is empty, and the similarity view keeps its usual order, until its value is there.
 */
import { isAborted, PhyError, sentenceOf } from '../base/errors.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import type { AddedColumn, AddedSimilarity, Additions } from './additions.ts';
import type { QueryContext } from './query.ts';

interface Surroundings {
  /** What is asked is asked about the clusters as they are now. */
  readonly context: () => QueryContext;
  /** Called now and then with the clusters whose values became known. */
  readonly known: (clusterIds: readonly number[], similar: boolean) => void;
  /** What went wrong. A column that fails once is not asked again. */
  readonly trouble: (sentence: string) => void;
}

/** Values are shown together that come within this time. */
const BATCH_MS = 150;

/** In place of a value that is to be asked for again. */
const LATER = Symbol('later');

type Pairs = readonly { readonly id: number; readonly similarity: number }[];

export class AddedValues {
  /** Names of the columns, in order. */
  readonly names: readonly string[];
  private readonly columns: readonly AddedColumn[];
  private readonly similarity: AddedSimilarity | undefined;
  private readonly values = new Map<number, Readonly<Record<string, MetadataValue>>>();
  private readonly rows = new Map<number, { readonly base: object; readonly row: object }>();
  private readonly similar = new Map<number, Pairs>();
  private readonly broken = new Set<string>();
  private readonly waiting = new Set<number>();
  private readonly wanted = new Set<number>();
  private surroundings: Surroundings | null = null;
  private work: Promise<void> = Promise.resolve();
  private isWorking = false;
  private isClosed = false;

  constructor({ columns, similarities }: Additions) {
    this.columns = columns;
    this.names = columns.map(({ name }) => name);
    this.similarity = similarities.at(-1);
  }

  /** Metrics of a row with the added ones beside them. */
  over(clusterId: number, base: object): object {
    if (this.columns.length === 0) return base;
    const known = this.rows.get(clusterId);
    if (known?.base === base) return known.row;
    const row = { ...base, ...this.values.get(clusterId) };
    this.rows.set(clusterId, { base, row });
    return row;
  }

  /** Similar clusters by the added measure; undefined while it is not known, or when there is none. */
  similarTo(clusterId: number): Pairs | undefined {
    if (this.similarity === undefined || this.broken.has(this.similarity.name)) return undefined;
    const known = this.similar.get(clusterId);
    if (known === undefined) {
      this.wanted.add(clusterId);
      this.begin();
    }
    return known;
  }

  /** From here on values are computed: of these clusters, and of those that `follow` brings. */
  start(surroundings: Surroundings, clusterIds: readonly number[]): void {
    this.surroundings = surroundings;
    this.follow(clusterIds);
  }

  /** New clusters. */
  follow(clusterIds: readonly number[]): void {
    if (this.columns.length === 0) return;
    for (const id of clusterIds) if (!this.values.has(id)) this.waiting.add(id);
    this.begin();
  }

  /** How many of these clusters have values still to come. */
  missing(clusterIds: readonly number[]): number {
    return this.columns.length === 0 ? 0 : clusterIds.filter((id) => !this.values.has(id)).length;
  }

  /** Resolves when nothing waits to be computed. */
  async settled(): Promise<void> {
    while (this.isWorking) await this.work;
  }

  close(): void {
    this.isClosed = true;
  }

  private begin(): void {
    if (this.isWorking || this.surroundings === null || this.waiting.size + this.wanted.size === 0) return;
    this.isWorking = true;
    const { surroundings } = this;
    // Not now: whoever asks is in the middle of something.
    this.work = Promise.resolve()
      .then(() => this.computeAll(surroundings))
      .finally(() => {
        this.isWorking = false;
        if (!this.isClosed) this.begin();
      });
  }

  private async computeAll(surroundings: Surroundings): Promise<void> {
    const { known } = surroundings;
    let done: number[] = [];
    let isSimilar = false;
    let shownAt = performance.now();
    const show = (): void => {
      if (done.length > 0 || isSimilar) known(done, isSimilar);
      done = [];
      isSimilar = false;
      shownAt = performance.now();
    };
    while (!this.isClosed && this.waiting.size + this.wanted.size > 0) {
      const [wanted] = this.wanted;
      if (wanted !== undefined) {
        this.wanted.delete(wanted);
        isSimilar = (await this.computeSimilar(wanted, surroundings)) || isSimilar;
      } else {
        const [id] = this.waiting;
        this.waiting.delete(id);
        if (await this.computeRow(id, surroundings)) done.push(id);
      }
      if (performance.now() - shownAt > BATCH_MS) show();
    }
    if (!this.isClosed) show();
  }

  private async computeRow(id: number, surroundings: Surroundings): Promise<boolean> {
    const context = surroundings.context();
    if (!context.clusters.has(id)) return false;
    const values: Record<string, MetadataValue> = {};
    for (const column of this.columns) {
      if (this.broken.has(column.name)) continue;
      const value = await this.attempt(column.name, surroundings, () => column.value(context, id));
      if (value === LATER) {
        this.waiting.add(id);
        return false;
      }
      if (value !== undefined) values[column.name] = value;
    }
    this.values.set(id, values);
    this.rows.delete(id);
    return true;
  }

  private async computeSimilar(id: number, surroundings: Surroundings): Promise<boolean> {
    const { similarity } = this;
    const context = surroundings.context();
    if (similarity === undefined || !context.clusters.has(id)) return false;
    const pairs = await this.attempt(similarity.name, surroundings, () => similarity.values(context, id));
    if (pairs === LATER) this.wanted.add(id);
    if (pairs === undefined || pairs === LATER) return false;
    const sorted = pairs.map(([other, value]) => ({ id: other, similarity: value }));
    this.similar.set(
      id,
      sorted.sort((a, b) => b.similarity - a.similarity || a.id - b.id),
    );
    return true;
  }

  /**
   * undefined when it failed: it is said once, and the addition is not asked again. LATER when the clusters changed meanwhile: it may have asked
   * about one that a merge, split or undo took away, which says nothing about the addition.
   */
  private async attempt<T>(
    name: string,
    { context, trouble }: Surroundings,
    compute: () => Promise<T>,
  ): Promise<T | typeof LATER | undefined> {
    const { ids } = context().clusters;
    try {
      return await compute();
    } catch (error) {
      if (this.isClosed) return undefined;
      if (context().clusters.ids !== ids) return LATER;
      if (isAborted(error) || error instanceof RangeError) return undefined;
      this.broken.add(name);
      trouble(error instanceof PhyError ? error.message : sentenceOf(error));
      return undefined;
    }
  }
}
