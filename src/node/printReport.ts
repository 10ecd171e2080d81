/** The opening report on stderr. */
import { styleText } from 'node:util';
import { reportLines } from '../core/dataset/describe.ts';
import type { Opened } from '../core/engine/session.ts';

/** What was opened, in one line; what was found, missing or odd, a line each; and what an earlier session left. */
export function printReport({ summary, paramsPath, report, recoverable, journalTrouble }: Opened): void {
  const minutes = (summary.durationSeconds / 60).toFixed(1);
  const spikes = summary.format === 'raw' ? '' : ` ${summary.spikeCount.toLocaleString('en-US')} spikes,`;
  const what = summary.format === 'raw' ? paramsPath : summary.folder;
  printLine(`${what}:${spikes} ${summary.channelCount} channels, ${minutes} min.`);
  for (const line of reportLines(report)) printLine(line.startsWith('Warning') ? yellow(line) : line);
  if (journalTrouble !== null) printLine(yellow(journalTrouble));
  if (recoverable > 0) {
    const actions = recoverable === 1 ? '1 action' : `${recoverable} actions`;
    printLine(yellow(`${actions} of an earlier session ${recoverable === 1 ? 'is' : 'are'} not saved.`));
  }
}

function printLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colour only for people: not into files and pipes. */
function yellow(text: string): string {
  return process.stderr.isTTY ? styleText('yellow', text) : text;
}
