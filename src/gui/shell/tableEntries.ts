/** The menus of the two tables: where the panel is, copies of its rows, its columns. */
import { sentenceOf } from '../../core/base/errors.ts';
import { choicesOf, NO_CHOICES, setChoices, shownColumnsOf, toggleColumn } from '../tables/choices.ts';
import type { TableName } from '../tables/ClusterTables.tsx';
import { columnNames } from '../tables/columns.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import { simpleCommand, type Command } from './command.ts';
import { copyRows } from './copyRows.ts';
import type { Desk } from './desk.ts';
import { menuEntries } from './menuEntries.ts';
import { placeCommands } from './panelCommands.ts';

/** After the sections of placeCommands. */
const COPY = 2;

function copyCommands(desk: Desk, table: TableName): readonly Command[] {
  const copy = async (which: 'selected' | 'shown'): Promise<void> => {
    await copyRows(desk, table, which).catch((error: unknown) => desk.client.say('error', sentenceOf(error)));
  };
  return [
    simpleCommand({
      name: 'copy_selected',
      scope: table,
      title: 'Copy selected rows',
      doc: 'Copies the selected rows as tab-separated text, every value in full.',
      section: COPY,
      run: () => copy('selected'),
    }),
    simpleCommand({
      name: 'copy_shown',
      scope: table,
      title: 'Copy all rows shown',
      doc: 'Copies the rows that pass the filter as tab-separated text, in their order.',
      section: COPY,
      run: () => copy('shown'),
    }),
  ];
}

export function tableEntries(desk: Desk, table: TableName): readonly MenuEntry[] {
  const commands = [...placeCommands(desk, table), ...copyCommands(desk, table)];
  return [
    ...menuEntries(commands, (command) => desk.start(command)),
    { kind: 'separator', id: 'before columns' },
    { kind: 'submenu', id: 'columns', label: 'Columns', entries: columnEntries(desk, table) },
  ];
}

/** One entry per column, checked when it is on screen: one that has no room can be asked for as one that was hidden. */
export function columnEntries(desk: Desk, table: TableName): readonly MenuEntry[] {
  const { snapshot, dataset } = desk.client.mirror.getState();
  if (snapshot === null || dataset === null) return [];
  const choices = choicesOf(desk.client).getState()[table] ?? NO_CHOICES;
  const onScreen = shownColumnsOf(desk.client).getState()[table] ?? [];
  const names = columnNames(snapshot.columns, dataset.shankCount, table === 'SimilarityView');
  const columns = names
    .filter((name) => name !== 'id')
    .map((name): MenuEntry => {
      const isShown = onScreen.includes(name);
      const run = (): void => setChoices(desk.client, table, toggleColumn(choices, name, isShown));
      return { kind: 'item', id: name, label: name, checked: isShown, run };
    });
  return [
    ...columns,
    { kind: 'separator', id: 'reset' },
    {
      kind: 'item',
      id: 'fit',
      label: 'Default columns and widths',
      run: () => setChoices(desk.client, table, NO_CHOICES),
    },
  ];
}
