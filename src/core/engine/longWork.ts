/**
 * What takes long enough to be told to people: the oldest such work is shown, with how far it has come, and can be stopped where stopping
 * leaves everything as it was.
 */
import { PhyError } from '../base/errors.ts';
import { Signal } from '../base/scope.ts';

/** What windows show of it; `text` null when nothing takes long. */
export interface Busy {
  readonly text: string | null;
  /** 0 to 1, null when it cannot be told. */
  readonly fraction: number | null;
  readonly stoppable: boolean;
}

export interface Work {
  /** Aborted by `stopAll`, with the reason that `stoppedError` makes. */
  readonly signal: AbortSignal;
  /** Says how far it has come. Work that was begun quietly is shown from here on. */
  say(fraction: number | null): void;
  end(): void;
}

interface Entry {
  readonly text: string;
  readonly stoppable: boolean;
  readonly controller: AbortController;
  fraction: number | null;
  shown: boolean;
}

export class LongWorks {
  readonly busy = new Signal<Busy>();
  private readonly entries = new Set<Entry>();
  private last = '';

  /** `quiet` work is shown once it says how far it has come. */
  begin(text: string, { stoppable, quiet = false }: { readonly stoppable: boolean; readonly quiet?: boolean }): Work {
    const entry: Entry = { text, stoppable, controller: new AbortController(), fraction: null, shown: !quiet };
    this.entries.add(entry);
    this.tell();
    return {
      signal: entry.controller.signal,
      say: (fraction) => {
        entry.fraction = fraction;
        entry.shown = true;
        this.tell();
      },
      end: () => {
        this.entries.delete(entry);
        this.tell();
      },
    };
  }

  /** Stops what is shown and can be stopped. `all`: also what nobody was told of. */
  stopAll(all = false): void {
    for (const entry of this.entries) {
      if (entry.stoppable && (all || entry.shown)) entry.controller.abort(stoppedError(entry.text));
    }
  }

  /** Tells the windows when what they show changes; a bar of 120 px needs no finer steps than percents. */
  private tell(): void {
    const entry = [...this.entries].find(({ shown }) => shown);
    const fraction = entry?.fraction ?? null;
    const busy: Busy = {
      text: entry?.text ?? null,
      fraction: fraction === null ? null : Math.round(100 * fraction) / 100,
      stoppable: entry?.stoppable === true,
    };
    const text = JSON.stringify(busy);
    if (text === this.last || (this.last === '' && busy.text === null)) return;
    this.last = text;
    this.busy.emit(busy);
  }
}

/** Someone pressed Stop: not an abort that nobody needs to hear of, but an answer. */
function stoppedError(text: string): PhyError {
  const doing = `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
  return new PhyError('refused', `Stopped ${doing}. Nothing was changed.`, { stopped: true });
}
