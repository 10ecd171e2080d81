/** F1 and H: every action with the keys in force and its snippet, and the mouse gestures, to be searched. */
import { useRef, useState } from 'react';
import { useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { counted } from '../ui/numbers.ts';
import { Scroller } from '../ui/Scroller.tsx';
import { Keys, scrollWithKeys, SearchLine, Strip } from './ActionList.tsx';
import { everyCommand } from './commands.ts';
import { useDesk, type Desk } from './desk.ts';
import { helpGroups, searchHelp, type HelpGroup, type HelpRow } from './helpRows.ts';
import { keymapTrouble, PROFILE_NAMES } from './keymap.ts';
import css from './ActionList.module.css';

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  useMirror((mirror) => mirror.keymap);
  const [text, setText] = useState('');
  const [scope, setScope] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const all = groupsOf(desk);
  const groups = searchHelp(all, text, scope);
  const trouble = keymapTrouble(desk);
  const edit = (): void => desk.ui.setState({ dialog: { kind: 'keymap' }, typed: '' });
  return (
    <Dialog
      title="Shortcuts, snippets and gestures"
      width={1080}
      onClose={onClose}
      footer={
        <>
          <p className={css.foot}>{inForce(desk)}</p>
          <Button onPress={edit}>Edit shortcuts…</Button>
          <Button onPress={onClose}>Close</Button>
        </>
      }
    >
      <div className={css.whole} onKeyDown={(event) => scrollWithKeys(list, event)}>
        <SearchLine
          label="Search the help"
          placeholder="Search: merge, ctrl+z, lasso, wheel"
          text={text}
          onText={setText}
          scopes={all.map(({ name }) => name)}
          scope={scope}
          onScope={setScope}
          count={groups.reduce((sum, { rows }) => sum + rows.length, 0)}
        />
        {trouble !== null && <Strip text={trouble} />}
        <Scroller place={list} label="Actions and gestures" className={css.scroll}>
          <table className={css.table}>
            <colgroup>
              <col style={{ width: '21%' }} />
              <col style={{ width: '21%' }} />
              <col style={{ width: '23%' }} />
              <col />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">Action</th>
                <th scope="col">Keys or mouse</th>
                <th scope="col">Snippet</th>
                <th scope="col">What it does</th>
              </tr>
            </thead>
            {groups.map((group) => (
              <Group key={group.name} group={group} />
            ))}
          </table>
          {groups.length === 0 && <p className={css.none}>Nothing matches “{text}”.</p>}
        </Scroller>
      </div>
    </Dialog>
  );
}

function groupsOf(desk: Desk): readonly HelpGroup[] {
  const { specs, open } = desk.shelf;
  const classes = open.getState().map((view) => view.spec.name);
  return helpGroups({ commands: everyCommand(desk), specs, open: classes, profile: desk.keys().profile });
}

/** `Keys of phy 2.0, 3 changed in ~/.phy/ts/keymap.json.` */
function inForce(desk: Desk): string {
  const { profile, changed } = desk.keys();
  const { path } = desk.client.mirror.getState().keymap;
  const own = changed.size === 0 ? '' : `, ${counted(changed.size, 'action')} changed in ${path}`;
  return `Keys of ${PROFILE_NAMES[profile]}${own}.`;
}

function Group({ group: { name, note, rows } }: { readonly group: HelpGroup }) {
  return (
    <tbody className={note === null ? undefined : css.closed}>
      <tr>
        <th scope="rowgroup" colSpan={4}>
          {name}
          {note !== null && <span>{note}</span>}
        </th>
      </tr>
      {rows.map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </tbody>
  );
}

function Row({ row }: { readonly row: HelpRow }) {
  return (
    <tr data-action={row.id}>
      <td className={css.name}>{row.name}</td>
      <td>{row.gesture ?? <Keys keys={row.keys} changed={row.changed} />}</td>
      <td>{row.snippet !== null && <code>{row.snippet}</code>}</td>
      <td>{row.doc}</td>
    </tr>
  );
}
