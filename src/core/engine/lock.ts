/** One engine curates a dataset at a time. */
import { PhyError } from '../base/errors.ts';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** When that process started, in its system's words; null where the system does not tell. */
  readonly processStart: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Address of its window, without the token; null without one. */
  readonly url: string | null;
}

export interface Lock {
  /** Of the lock file, for messages. */
  readonly path: string;
  /** The other engine that holds it now; null when there is none. Writes nothing. */
  holder(): Promise<LockHolder | null>;
  /** Takes it, or returns who holds it. Taking it twice does nothing more. */
  take(): Promise<LockHolder | null>;
  /** Puts the address of the window into the lock. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/** The sentence for somebody who comes second. */
export function heldError(holder: LockHolder, lockPath: string): PhyError {
  const since = `${new Date(holder.since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const where = holder.url === null ? '' : ` Its window is at ${holder.url}.`;
  const message =
    `Another phy (process ${holder.pid} on ${holder.host}, since ${since}) is curating this dataset.${where} ` +
    `Close it first; if it no longer runs, delete ${lockPath}.`;
  return new PhyError('held', message, { pid: holder.pid, host: holder.host, url: holder.url });
}
