/**
 * A client that shows the parts of a split as if they were clusters that are selected: views on it draw what the split would give. It asks the
 * engine's `split_preview` and changes nothing.
 */
import { createStore } from 'zustand/vanilla';
import type { ActionSpec } from '../../core/actions/action.ts';
import type { ParamValue } from '../../core/base/params.ts';
import type { SplitPreview } from '../../core/engine/splitPreview.ts';
import type { Answer, Client, Mirror } from '../client/client.ts';

type Values = Readonly<Record<string, ParamValue>>;

/** What is tried. */
export interface Trial {
  readonly spec: ActionSpec;
  readonly clusters: readonly number[];
  readonly values: Values;
}

const requestOf = ({ spec, values }: Trial, first: number, more: object = {}): { readonly request: string } => ({
  request: JSON.stringify({ splitter: spec.form?.query, params: values, first, ...more }),
});

/** Sizes of the parts. */
export async function trySplit(client: Client, trial: Trial, signal: AbortSignal): Promise<SplitPreview> {
  const { answer } = await client.ask<SplitPreview>(
    'split_preview',
    trial.clusters,
    requestOf(trial, firstId(client)),
    signal,
  );
  return answer;
}

const firstId = (client: Client): number => client.mirror.getState().snapshot?.newClusterId ?? 0;

/** `parts`: how many there are. */
export function trialClient(client: Client, trial: Trial, parts: number): Client {
  const first = firstId(client);
  const mirror = createStore<Mirror>(() => {
    const now = client.mirror.getState();
    const clusters = Array.from({ length: parts }, (_, place) => first + place);
    const selection = { clusters, similar: [] };
    const rows = new Map(clusters.map((id) => [id, { id, is_masked: false, group: null }]));
    return { ...now, rows, snapshot: now.snapshot && { ...now.snapshot, selection } };
  });
  return {
    ...client,
    mirror,
    async ask<A>(query: string, _: readonly number[], viewParams: Values, signal: AbortSignal): Promise<Answer<A>> {
      const request = requestOf(trial, first, { view: query, viewParams, most: parts });
      // The answer is of the view, so its parameters are too.
      return { ...(await client.ask<A>('split_preview', trial.clusters, request, signal)), params: viewParams };
    },
    keep: () => undefined,
  };
}
