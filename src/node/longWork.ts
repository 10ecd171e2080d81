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
    format: `${title} {bar} {percentage}% | {value} of {total} ${unit} | {rate} ${unit}/s | {eta_formatted} left`,
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
      bar.update(Math.round(done), { rate: rateOf(done, shown - started) });
      // Signals are delivered only when the event loop turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (interrupted) throw new PhyError('aborted', stopped);
  };
  bar.start(Math.max(1, Math.round(total)), 0, { rate: '–' });
  try {
    const result = await work(progress);
    bar.update(bar.getTotal(), { rate: rateOf(total, performance.now() - started) });
    return result;
  } finally {
    bar.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Per second, in at most three digits. */
function rateOf(done: number, elapsedMs: number): string {
  const rate = (1000 * done) / Math.max(1, elapsedMs);
  return Math.round(rate).toLocaleString('en');
}
