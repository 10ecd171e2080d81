/** `phy check`: every file and every rule between files, what is wrong, and how to mend it. Nothing is written. */
import { styleText } from 'node:util';
import { checkDataset, findingOf, type Finding } from '../../core/engine/check.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import type { Session } from '../../core/engine/session.ts';
import { longWork } from '../longWork.ts';
import { openForReading } from '../openForReading.ts';
import { printAnswer } from '../output.ts';

export interface CheckOptions {
  readonly params: string | undefined;
  readonly json: boolean;
  readonly kwik: KwikChoice;
}

/** Prints the findings; resolves with 1 when there is an error among them, else 0. */
export async function check({ params, json, kwik }: CheckOptions): Promise<number> {
  const findings = await findingsOf(params ?? '.', kwik);
  await printAnswer([json ? `${JSON.stringify({ findings }, null, 2)}\n` : textOf(findings)]);
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
}

async function findingsOf(params: string, kwik: KwikChoice): Promise<readonly Finding[]> {
  let session: Session;
  try {
    session = await openForReading(params, {}, { recover: false, report: false, kwik });
  } catch (error) {
    return [findingOf(error)];
  }
  try {
    const { dataset, clusters, facts } = session;
    const stopped = 'Stopped before everything was checked.';
    const work = { title: 'Checking', unit: '%', total: 100, stderr: process.stderr, stopped };
    let fraction = 0;
    return await longWork(work, (progress) =>
      checkDataset({
        dataset,
        clusters,
        facts,
        progress: (part) => {
          fraction = part ?? fraction;
          return progress(100 * fraction);
        },
      }),
    );
  } finally {
    await session.close();
  }
}

const TITLES = { error: 'Errors', warning: 'Warnings', note: 'Notes' } as const;
const COLORS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function textOf(findings: readonly Finding[]): string {
  const counts = (['error', 'warning'] as const).map(
    (level) => findings.filter((finding) => finding.level === level).length,
  );
  const sections = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const own = findings.filter((finding) => finding.level === level);
    const title = process.stdout.isTTY ? styleText(COLORS[level], TITLES[level]) : TITLES[level];
    return own.length === 0 ? [] : [title, ...own.map(({ message }) => `  ${message}`), ''];
  });
  const verdict =
    counts[0] + counts[1] === 0
      ? 'Nothing is wrong.'
      : `${counted(counts[0], 'error')}, ${counted(counts[1], 'warning')}.`;
  return `${[...sections, verdict].join('\n')}\n`;
}
