/** `phy template-describe`: what a dataset consists of, as text or JSON (spec/commands.md 4). Nothing is written into its folder. */
import { describeDataset, reportLines, type DescribeExtra } from '../../core/dataset/describe.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import type { Session } from '../../core/engine/session.ts';
import { jsonText } from '../../core/base/json.ts';
import { queries } from '../../views/queries.ts';
import { openForReading } from '../openForReading.ts';
import { printAnswer } from '../output.ts';

/** Prints the description; always 0, an unreadable dataset throws. */
export async function templateDescribe(
  params: string | undefined,
  json: boolean,
  kwik: KwikChoice = {},
): Promise<number> {
  const session = await openForReading(params ?? '.', queries, { recover: false, report: json, kwik });
  try {
    const { description, lines } = describeDataset(session.dataset, extraOf(session));
    const text = json ? [jsonText(description)] : [...lines, ...reportLines(session.dataset.report)];
    await printAnswer([`${text.join('\n')}\n`]);
    return 0;
  } finally {
    await session.close();
  }
}

function extraOf(session: Session): DescribeExtra {
  const { columns, newClusterId } = session.snapshot();
  return {
    clusterCount: session.clusters.ids.length,
    newClusterId,
    unsavedActions: session.recovery()?.count ?? 0,
    columns,
    groups: countGroups(session),
    labels: [...session.dataset.metadata.keys()].filter((field) => field !== 'group'),
  };
}

/** Clusters per group; those without one count as unsorted. */
function countGroups({ clusters }: Session): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const id of clusters.ids) {
    const group = String(clusters.metadata('group', id) ?? 'unsorted');
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
