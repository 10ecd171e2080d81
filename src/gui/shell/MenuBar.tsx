/** Menus on the left, what is open in the middle, the search field on the right. */
import { Menubar } from '@base-ui/react/menubar';
import { Search } from 'lucide-react';
import { useMirror } from '../client/hooks.ts';
import { MenuButton, type MenuEntry } from '../ui/Menu.tsx';
import { keyLabel } from '../ui/keyLabel.ts';
import { counted, duration, grouped } from '../ui/numbers.ts';
import { findCommand } from './command.ts';
import { useDesk, type Desk } from './desk.ts';
import { MENUS } from './helpRows.ts';
import { recentMenu } from './leave.ts';
import { menuEntries } from './menuEntries.ts';
import css from './MenuBar.module.css';

export function MenuBar() {
  const desk = useDesk();
  useMirror((mirror) => mirror.keymap);
  // Without clusters there is nothing in Edit and Select.
  const menus = MENUS.filter((menu) => desk.commands().some(({ scope, hidden }) => scope === menu && hidden !== true));
  const searchKey = findCommand(desk.commands(), 'command_palette')?.keys[0];
  return (
    <div className={css.bar}>
      <div className={css.left}>
        <b className={css.name}>phy</b>
        <Menubar className={css.menus} modal={false}>
          {menus.map((menu) => (
            <MenuButton
              key={menu}
              inBar
              trigger={
                <button type="button" className={css.menu}>
                  {menu}
                </button>
              }
              entries={() => entriesOf(desk, menu)}
            />
          ))}
        </Menubar>
      </div>
      <Title />
      <button
        type="button"
        className={css.search}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => desk.ui.setState({ palette: true, snippet: false, typed: '' })}
      >
        <Search size={13} strokeWidth={1.75} />
        <span className={css.searchText}>Search actions, settings, views</span>
        {searchKey !== undefined && <kbd>{keyLabel(searchKey)}</kbd>}
      </button>
    </div>
  );
}

/** The commands of a menu; recent datasets stand after the way to others. */
function entriesOf(desk: Desk, menu: string): readonly MenuEntry[] {
  const commands = desk.commands().filter((command) => command.scope === menu);
  const entries = menuEntries(commands, (command) => desk.start(command));
  const recent = menu === 'File' ? recentMenu(desk) : null;
  return recent === null ? entries : entries.toSpliced(1, 0, recent);
}

function Title() {
  const dataset = useMirror((mirror) => mirror.dataset);
  const clusters = useMirror((mirror) => mirror.rows.size);
  const dirty = useMirror((mirror) => mirror.snapshot?.dirty === true);
  if (dataset === null) return <div className={css.title} />;
  const sorted = [counted(clusters, 'cluster'), `${grouped(dataset.spikeCount)} spikes`];
  const facts = [
    ...(dataset.format === 'raw' ? [`${grouped(dataset.sampleRate)} Hz`] : sorted),
    counted(dataset.channelCount, 'channel'),
    duration(dataset.durationSeconds),
  ];
  return (
    <div className={css.title} title={dataset.folder}>
      {dirty && <span className={css.dirty}>• </span>}
      {dataset.name}
      <span className={css.facts}> — {facts.join(', ')}</span>
    </div>
  );
}
