/** What a session has to say for the log: every change of clusters and labels, what was said to all windows, and what was refused or failed. */
import type { Session } from '../core/engine/session.ts';
import type { EngineMessage } from '../core/protocol/messages.ts';
import type { Log } from './log.ts';

/** Selections, sorting and filters are not worth a line. */
export function logSession({ updates, notices }: Pick<Session, 'updates' | 'notices'>, log: Log): void {
  updates.listen(({ change }) => {
    if (change !== null && change.description !== null) log.write('info', change.message);
  });
  notices.listen(({ level, message }) => log.write(level, message));
}

/** What one window was answered: saved files, refusals and failures. */
export function logAnswer(message: EngineMessage, log: Log): void {
  if (message.type === 'failed' && message.kind !== 'aborted') log.write('error', message.message);
  if (message.type !== 'acted') return;
  const { ok, files, message: text } = message.result;
  if (!ok) log.write('warning', text);
  else if (files !== undefined) log.write('info', text);
}
