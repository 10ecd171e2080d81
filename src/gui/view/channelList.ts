/** Which channels the feature view's dimensions stand for, and how clicks change them (spec/views.md 3a and 3c). */
import type { ChannelClick } from './links.ts';

/** Place in the list that a click on a channel is meant for: 0 for left, 1 for others, `key` - 1 with a digit key held. */
export function clickedPlace(click: Pick<ChannelClick, 'key' | 'button'>, length: number): number {
  if (click.key !== null) return Math.max(0, Math.min(click.key - 1, length - 1));
  return click.button === 'left' ? 0 : 1;
}

/**
 * The list with `channelId` at `place`. When the other one of the first two places holds it already, that one receives the channel that
 * had to go; later duplicates are removed.
 */
export function withChannel(list: readonly number[], channelId: number, place: number): readonly number[] {
  if (list.length < 2 || list[place] === channelId) return list;
  const before = list[place];
  const other = place === 0 ? 1 : 0;
  const next = [...list];
  next[place] = channelId;
  if (next[other] === channelId) next[other] = before;
  return next.filter((id, i) => id !== channelId || i <= place);
}
