/**
 * Does ahead what will probably be asked: while nobody waits, the views of the clusters that the wizard would show next are computed, so
 * that their answers are in the cache when the key comes.
 */

import { sameIds } from '../base/arrays.ts';

export interface Question {
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A selection that may come. */
export interface Prediction {
  readonly clusters: readonly number[];
  /** Computes an answer about it where a later question finds it, giving way to every other question. */
  compute(question: Question, signal: AbortSignal): Promise<unknown>;
}

export interface LookAheadOptions {
  /** What is selected now, in the order that views ask for. */
  selected(): readonly number[];
  /** False for questions that cannot be stopped once they are asked. */
  isWorthwhile(query: string): boolean;
  /** Selections that may come, the likeliest first. */
  predicted(): readonly Prediction[];
  /** Resolves after a moment; people look at the present picture, and the machine draws it. */
  rest(): Promise<void>;
}

export class LookAhead {
  private readonly options: LookAheadOptions;
  /** What views asked about the present selection, by text. */
  private readonly questions = new Map<string, Question>();
  private about: readonly number[] = [];
  private waiting = 0;
  private current = new AbortController();
  private closed = false;

  constructor(options: LookAheadOptions) {
    this.options = options;
  }

  /** Answers a question of a client; whatever is done ahead stops for it, and begins anew when nobody waits any more. */
  async during<T>(question: Question, clusters: readonly number[], answer: () => Promise<T>): Promise<T> {
    this.interrupt();
    this.waiting += 1;
    try {
      const answered = await answer();
      this.note(question, clusters);
      return answered;
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) void this.begin();
    }
  }

  /** A person seems to be about to select these: they come first, and at once. */
  expect(prediction: Prediction): void {
    this.interrupt();
    if (this.waiting === 0) void this.begin(prediction);
  }

  /** Stops what is done ahead. */
  interrupt(): void {
    this.current.abort();
  }

  close(): void {
    this.closed = true;
    this.interrupt();
  }

  /** Remembers what a view asks about the selection; another selection begins with nothing, so that closed views are forgotten. */
  private note(question: Question, clusters: readonly number[]): void {
    const selected = this.options.selected();
    if (!sameIds(selected, this.about)) {
      this.about = selected;
      this.questions.clear();
    }
    const follows = clusters.length > 0 && sameIds(clusters, selected.slice(0, clusters.length));
    if (follows && this.options.isWorthwhile(question.query))
      this.questions.set(JSON.stringify([question.query, question.params]), question);
  }

  private async begin(hinted?: Prediction): Promise<void> {
    const { signal } = (this.current = new AbortController());
    if (hinted === undefined) await this.options.rest();
    const questions = [...this.questions.values()];
    if (signal.aborted || this.closed || questions.length === 0) return;
    const predicted = this.options.predicted();
    for (const prediction of hinted === undefined ? predicted : [hinted, ...predicted]) {
      const { clusters } = prediction;
      if (clusters.length === 0 || sameIds(clusters, this.about)) continue;
      for (const question of questions) {
        if (signal.aborted) return;
        // What fails here fails again, and is said, when it is asked for.
        await prediction.compute(question, signal).catch(() => undefined);
      }
    }
  }
}
