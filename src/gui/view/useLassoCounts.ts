/** Live preview of a lasso: how many of all spikes it holds (never of the drawn sample only). */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { isAborted } from '../../core/base/errors.ts';
import type { LassoState, ViewInstance } from './instance.ts';
import { type LassoCounts, begunText, closedLasso, countParams, countsText } from './lasso.ts';

/** The counts of a lasso, or why there are none. */
async function countLasso(view: ViewInstance, clusters: readonly number[], signal: AbortSignal): Promise<string> {
  try {
    const { answer } = await view.client.ask<LassoCounts>('lasso', clusters, countParams(view), signal);
    return countsText(answer);
  } catch (error) {
    if (isAborted(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** The text for the status line while a lasso is drawn, null without one. The last counts stay until the new ones are there. */
export function useLassoText(view: ViewInstance, clusters: readonly number[]): string | null {
  const lasso = useStore(view.state, (state) => state.lasso);
  const [counted, setCounted] = useState<{ readonly frame: LassoState['frame']; readonly text: string } | null>(null);
  useEffect(() => {
    if (lasso === null || closedLasso(view) === null || clusters.length === 0) return undefined;
    const abort = new AbortController();
    countLasso(view, clusters, abort.signal).then(
      (text) => abort.signal.aborted || setCounted({ frame: lasso.frame, text }),
      () => undefined,
    );
    return () => abort.abort();
  }, [view, lasso, clusters]);
  if (lasso === null) return null;
  if (lasso.polygon.length < 3) return begunText(lasso);
  return counted?.frame === lasso.frame ? counted.text : 'lasso: counting spikes';
}
