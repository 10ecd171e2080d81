/** The hook behind every view: the newest answer for what is selected, and what to say while there is none. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { AnswerFeed, type FeedOptions, type FeedState } from './feed.ts';
import type { ViewInstance } from './instance.ts';

export interface ViewAnswer<A> extends FeedState<A> {
  /** Asks again for the same clusters. */
  retry(): void;
}

/** Follows the selection with `spec.query` (see AnswerFeed). `options` are read once: give a constant. */
export function useViewAnswer<A>(view: ViewInstance, options: FeedOptions<A>): ViewAnswer<A> {
  const feed = useMemo(() => new AnswerFeed<A>(view, options), [view, options]);
  useEffect(() => feed.start(), [feed]);
  const state = useStore(feed.state);
  return useMemo(() => ({ ...state, retry: () => feed.retry() }), [state, feed]);
}
