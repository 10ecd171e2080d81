/** F1 and H: every action with its key and snippet, and the mouse gestures, to be searched. */
import { Search } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { keyLabel } from '../ui/keyLabel.ts';
import { useDesk } from './desk.ts';
import { helpRows, matchesHelp, type HelpRow } from './helpRows.ts';
import css from './HelpDialog.module.css';

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const [text, setText] = useState('');
  const rows = helpRows(desk.commands(), desk.shelf.specs).filter((row) => matchesHelp(row, text));
  return (
    <Dialog
      title="Shortcuts, snippets and gestures"
      width={1080}
      onClose={onClose}
      footer={<Button onPress={onClose}>Close</Button>}
    >
      <label className={css.search}>
        <Search size={14} strokeWidth={1.75} />
        <input
          data-autofocus
          className={css.input}
          aria-label="Search the help"
          placeholder="Search: merge, ctrl+z, lasso, WaveformView"
          value={text}
          onFocus={() => setText((present) => (present === '' ? desk.ui.getState().typed : present))}
          onChange={(event) => setText(event.target.value)}
        />
        <span>{rows.length}</span>
      </label>
      <div className={css.scroll}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">Action</th>
              <th scope="col">Keys or mouse</th>
              <th scope="col">Snippet</th>
              <th scope="col">What it does</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className={css.none}>Nothing matches “{text}”.</p>}
      </div>
    </Dialog>
  );
}

function Row({ row }: { readonly row: HelpRow }) {
  return (
    <tr>
      <td>{row.scope}</td>
      <td className={css.name}>{row.name}</td>
      <td>{row.gesture ?? row.keys.map((key) => keyLabel(key)).join(' or ')}</td>
      <td>{row.snippet !== null && <code>{row.snippet}</code>}</td>
      <td className={css.doc}>{row.doc}</td>
    </tr>
  );
}
