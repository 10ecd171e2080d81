/** Which message stands in the lane of the status bar (look.md 7): one at a time, and errors until they are dismissed. Pure. */
import type { Message } from '../client/client.ts';

/**
 * The newest message that is not quiet while it has not gone. When it has, an error comes back that was covered by it; `gone`: ids of those
 * that were dismissed or have had their time. Null when there is nothing to say.
 */
export function toastOf(messages: readonly Message[], gone: ReadonlySet<number>): Message | null {
  const loud = messages.filter((message) => message.quiet !== true);
  const newest = loud.at(-1);
  if (newest !== undefined && !gone.has(newest.id)) return newest;
  return loud.findLast((message) => message.level === 'error' && !gone.has(message.id)) ?? null;
}
