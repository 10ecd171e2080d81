/** The menus of the two tables: where the panel is, copies of its rows, its columns. */
import type { TableName } from '../tables/ClusterTables.tsx';
import { columnEntries } from '../tables/columnMenu.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import { simpleCommand, type Command } from './command.ts';
import { canCopyRows, copyRows, type WhichRows } from './copyRows.ts';
import type { Desk } from './desk.ts';
import { menuEntries } from './menuEntries.ts';
import { placeCommands } from './panelCommands.ts';

/** After the sections of placeCommands. */
const COPY = 2;

function copyCommands(desk: Desk, table: TableName): readonly Command[] {
  const copy = (which: WhichRows, title: string, doc: string): Command =>
    simpleCommand({
      name: `copy_${which}`,
      scope: table,
      title,
      doc,
      section: COPY,
      enabled: () => canCopyRows(desk, table, which),
      run: () => copyRows(desk, table, which),
    });
  return [
    copy(
      'selected',
      'Copy selected rows',
      'Copies the selected rows as tab-separated text: the columns on screen, every value in full.',
    ),
    copy('shown', 'Copy all rows shown', 'Copies the rows that pass the filter as tab-separated text, in their order.'),
  ];
}

export function tableEntries(desk: Desk, table: TableName): readonly MenuEntry[] {
  const commands = [...placeCommands(desk, table), ...copyCommands(desk, table)];
  return [
    ...menuEntries(commands, (command) => desk.start(command)),
    { kind: 'separator', id: 'before columns' },
    { kind: 'submenu', id: 'columns', label: 'Columns', entries: columnEntries(desk.client, table) },
  ];
}
