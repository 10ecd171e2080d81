/** Work of a command that takes long: a progress bar with rate and time left, and a clean stop at ctrl+c. */
import { SingleBar } from 'cli-progress';
import { PhyError } from '../core/base/errors.ts';

export interface LongWork {
  /** `Making demo data` */
  readonly title: string;
  /** Unit of `total`: `MB`, `spikes`. */
  readonly unit: string;
  readonly total: number;
  readonly stderr: NodeJS.WritableStream;
  /** The sentence after an interruption: what was left, if anything. */
  readonly stopped: string;
}

/** Tells how much is done, gives the event loop a turn now and then, and throws `aborted` after ctrl+c or a request to end. */
export type WorkProgress = (done: number) => Promise<void>;

const SHOW_EVERY_MS = 50;

/** Runs `work` under a progress bar. On a second ctrl+c the program ends at once. */
export async function longWork<T>(
  { title, unit, total, stderr, stopped }: LongWork,
  work: (progress: WorkProgress) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const bar = new SingleBar({
    stream: stderr,
    format: `${title} {bar} {percentage}% | {value} of {total} ${unit} | {rate} ${unit}/s | {left} left`,
    hideCursor: true,
    noTTYOutput: false,
    gracefulExit: false,
  });
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  let shown = started;
  const progress: WorkProgress = async (done) => {
    if (performance.now() - shown > SHOW_EVERY_MS) {
      shown = performance.now();
      bar.update(Math.round(done), paceOf(done, total, shown - started));
      // Signals are delivered only when the event loop turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (interrupted) throw new PhyError('aborted', stopped);
  };
  bar.start(Math.max(1, Math.round(total)), 0, paceOf(0, total, 0));
  try {
    const result = await work(progress);
    bar.update(bar.getTotal(), paceOf(total, total, performance.now() - started));
    return result;
  } finally {
    bar.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** How much per second, and how long the rest will take at that pace; a dash while nothing is done. */
export function paceOf(
  done: number,
  total: number,
  elapsedMs: number,
): { readonly rate: string; readonly left: string } {
  if (!(done > 0)) return { rate: '–', left: '–' };
  const perSecond = (1000 * done) / Math.max(1, elapsedMs);
  return {
    rate: Math.round(perSecond).toLocaleString('en'),
    left: durationText(Math.max(0, total - done) / perSecond),
  };
}

/** `12 s`, `3 min 5 s`, `2 h 10 min` */
function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
