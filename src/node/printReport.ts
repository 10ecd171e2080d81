/** The opening report on stderr. */
import { styleText } from 'node:util';
import type { FileNote, OpenReport } from '../core/dataset/dataset.ts';
import type { Opened } from '../core/engine/session.ts';

/** What was opened, in one line; what is odd about it, a line each; and what an earlier session left. */
export function printReport({ summary, report, recoverable }: Opened): void {
  const minutes = (summary.durationSeconds / 60).toFixed(1);
  const spikes = summary.spikeCount.toLocaleString('en-US');
  printLine(`${summary.folder}: ${spikes} spikes, ${summary.channelCount} channels, ${minutes} min.`);
  for (const line of reportLines(report)) printLine(line);
  if (recoverable > 0) {
    const actions = recoverable === 1 ? '1 action' : `${recoverable} actions`;
    printLine(styled('yellow', `${actions} of an earlier session ${recoverable === 1 ? 'was' : 'were'} not saved.`));
  }
}

/** Warnings first, then files that were repaired, missing or bad. */
export function reportLines({ files, warnings }: OpenReport): readonly string[] {
  const notable = files.filter((file) => file.status !== 'read' && file.note !== '' && !warnings.includes(file.note));
  return [...warnings.map((text) => styled('yellow', text)), ...notable.map(fileLine)];
}

function fileLine({ name, status, note }: FileNote): string {
  return `  ${name}: ${status}. ${note}`;
}

function printLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colour only for people: not into files and pipes. */
function styled(colour: 'yellow', text: string): string {
  return process.stderr.isTTY ? styleText(colour, text) : text;
}
