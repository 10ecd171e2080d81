/** Rows of a table to the clipboard, as tab-separated text: a header, the columns on screen in their order, every value in full. */
import { shownNames } from '../tables/columnMenu.ts';
import type { TableName } from '../tables/ClusterTables.tsx';
import { rowsAsTsv } from '../tables/rows.ts';
import { counted } from '../ui/numbers.ts';
import type { Desk } from './desk.ts';

/** `selected`: in the order of the selection; `shown`: those that pass the filter, in the order of the table. */
export async function copyRows(desk: Desk, table: TableName, which: 'selected' | 'shown'): Promise<void> {
  const { snapshot, rows } = desk.client.mirror.getState();
  if (snapshot === null) return;
  const similar = table === 'SimilarityView';
  const { shown } = similar ? snapshot.similarityTable : snapshot.clusterTable;
  const selected = similar ? snapshot.selection.similar : snapshot.selection.clusters;
  const chosen = (which === 'shown' ? shown : selected).flatMap((id) => rows.get(id) ?? []);
  if (chosen.length === 0) {
    const text = which === 'shown' ? 'No row is shown.' : 'No row is selected. Select one to copy it.';
    return desk.client.say('warning', text);
  }
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
