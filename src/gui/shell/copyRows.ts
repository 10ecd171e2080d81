/** Rows of a table to the clipboard, as tab-separated text: a header, the columns on screen in their order, every value in full. */
import type { Snapshot } from '../../core/protocol/messages.ts';
import { shownNames } from '../tables/columnMenu.ts';
import type { TableName } from '../tables/ClusterTables.tsx';
import { rowsAsTsv } from '../tables/rows.ts';
import { counted } from '../ui/numbers.ts';
import type { Desk } from './desk.ts';

export type WhichRows = 'selected' | 'shown';

const NO_ROW: Readonly<Record<WhichRows, string>> = {
  selected: 'No row is selected. Select one to copy it.',
  shown: 'No row is shown.',
};

function idsOf(snapshot: Snapshot, table: TableName, which: WhichRows): readonly number[] {
  const similar = table === 'SimilarityView';
  if (which === 'shown') return (similar ? snapshot.similarityTable : snapshot.clusterTable).shown;
  return similar ? snapshot.selection.similar : snapshot.selection.clusters;
}

/** true when there are rows to copy, or why there are none. */
export function canCopyRows({ client }: Desk, table: TableName, which: WhichRows): true | string {
  const { snapshot } = client.mirror.getState();
  return (snapshot !== null && idsOf(snapshot, table, which).length > 0) || NO_ROW[which];
}

/** `selected`: in the order of the selection; `shown`: those that pass the filter, in the order of the table. */
export async function copyRows(desk: Desk, table: TableName, which: WhichRows): Promise<void> {
  const { snapshot, rows } = desk.client.mirror.getState();
  if (snapshot === null) return;
  const chosen = idsOf(snapshot, table, which).flatMap((id) => rows.get(id) ?? []);
  if (chosen.length === 0) return desk.client.say('warning', NO_ROW[which]);
  const { similarityTable } = snapshot;
  const values = new Map(similarityTable.shown.map((id, place) => [id, similarityTable.similarity[place]]));
  const text = rowsAsTsv(shownNames(desk.client, table), chosen, values);
  try {
    await desk.windowInUse().navigator.clipboard.writeText(text);
  } catch {
    return desk.client.say('warning', 'The browser did not let rows be copied. Allow this page to use the clipboard.');
  }
  desk.client.say('info', `Copied ${counted(chosen.length, 'row')}.`);
}
