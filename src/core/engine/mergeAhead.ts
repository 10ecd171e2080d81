/** Answers about the cluster that a merge of the selected ones will give, kept aside until that merge has happened. */
import { sameIds } from '../base/arrays.ts';
import { extendClusterFacts } from '../analysis/clusterFacts.ts';
import type { Change } from '../curation/state.ts';
import { foreseeMerge } from '../curation/foresee.ts';
import type { CurationState } from '../curation/curation.ts';
import type { Answerer, AnswerSource } from './answer.ts';
import type { Prediction } from './lookAhead.ts';

interface Waiting {
  /** The source at the time: nothing may have changed since then but by the merge. */
  readonly clusteringRevision: number;
  readonly contentRevision: number;
  readonly removed: readonly number[];
  readonly added: number;
  readonly prediction: Prediction;
  /** What puts the answers into the cache, by question. */
  readonly answers: Map<string, () => void>;
}

export class MergeAhead {
  private waiting: Waiting | null = null;

  /** The merged cluster as a selection that may come; null when fewer than two are selected. */
  predict(state: CurationState, source: AnswerSource, answerer: Answerer): Prediction | null {
    const foreseen = foreseeMerge(state);
    if (foreseen === null) return null;
    const { clusteringRevision, contentRevision } = source;
    const { removed, added, clusters } = foreseen;
    const { waiting } = this;
    if (waiting?.contentRevision === contentRevision && sameIds(waiting.removed, removed)) return waiting.prediction;
    const facts = extendClusterFacts(source.dataset, clusters, source.clusters, source.facts);
    const answers = new Map<string, () => void>();
    const prediction: Prediction = {
      clusters: [added],
      compute: async (question, signal) => {
        const key = JSON.stringify(question);
        if (answers.has(key)) return;
        const { query, params } = question;
        answers.set(key, await answerer.foresee({ clusters, facts }, query, [added], params, signal));
      },
    };
    this.waiting = { clusteringRevision, contentRevision, removed, added, prediction, answers };
    return prediction;
  }

  /** After every change, before anybody hears of it: puts the answers into the cache when it was that merge, else forgets them. */
  follow(change: Change | null, { clusteringRevision, contentRevision }: AnswerSource): void {
    const { waiting } = this;
    if (waiting === null || contentRevision === waiting.contentRevision) return;
    this.waiting = null;
    const happened =
      change !== null &&
      clusteringRevision === waiting.clusteringRevision + 1 &&
      contentRevision === waiting.contentRevision + 1 &&
      sameIds(change.added, [waiting.added]) &&
      sameIds(change.deleted, waiting.removed);
    if (happened) for (const keep of waiting.answers.values()) keep();
  }
}
