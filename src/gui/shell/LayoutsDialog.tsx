/** The saved layouts: use one, give it another name, delete it. */
import { sentenceOf } from '../../core/base/errors.ts';
import { Check, Pencil, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useMirror } from '../client/hooks.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import field from '../ui/Field.module.css';
import { useDesk } from './desk.ts';
import css from './LayoutsDialog.module.css';

export function LayoutsDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  // The command's names are those of the mirror; another window may change them meanwhile.
  const names = Object.keys(useMirror((mirror) => mirror.layouts));
  const current = desk.layouts.current();
  const use = (name: string): void => {
    onClose();
    desk.layouts.use(name).catch((error: unknown) => desk.client.say('error', sentenceOf(error)));
  };
  return (
    <Dialog
      title="Layouts"
      onClose={onClose}
      footer={
        <Button autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      {names.length === 0 && (
        <p className={css.none}>No layout is saved. View › Layout › Save layout keeps where the panels are now.</p>
      )}
      <ul className={css.list}>
        {names.map((name) => (
          <Row key={name} name={name} current={name === current} onUse={() => use(name)} />
        ))}
      </ul>
    </Dialog>
  );
}

interface RowProps {
  readonly name: string;
  readonly current: boolean;
  readonly onUse: () => void;
}

function Row({ name, current, onUse }: RowProps) {
  const desk = useDesk();
  const [renaming, setRenaming] = useState(false);
  const [doomed, setDoomed] = useState(false);
  if (renaming) return <NameField name={name} onDone={() => setRenaming(false)} />;
  if (doomed)
    return (
      <li className={css.row}>
        <span className={css.name}>Delete “{name}”?</span>
        <Button onPress={() => setDoomed(false)}>Keep</Button>
        <Button danger onPress={() => void desk.layouts.remove(name)}>
          Delete
        </Button>
      </li>
    );
  return (
    <li className={css.row}>
      <span className={css.mark}>{current && <Check size={13} strokeWidth={2.2} />}</span>
      <span className={css.name} title={name}>
        {name}
      </span>
      <IconButton icon={Pencil} label={`Rename ${name}`} onPress={() => setRenaming(true)} />
      <IconButton icon={Trash2} label={`Delete ${name}`} onPress={() => setDoomed(true)} />
      <Button onPress={onUse}>Use</Button>
    </li>
  );
}

/** Enter renames, Esc keeps the name; what is wrong with a name is said by the engine, under the field. */
function NameField({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const desk = useDesk();
  const [text, setText] = useState(name);
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const rename = async (): Promise<void> => {
    const refusal = await desk.layouts.rename(name, text);
    if (refusal === null) onDone();
    else setError(refusal);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') onDone();
    else void rename();
  };
  return (
    <li className={css.row}>
      <span className={css.edit}>
        <input
          ref={input}
          className={field.input}
          aria-label={`Name of ${name}`}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setError(null);
          }}
          onKeyDown={onKeyDown}
        />
        {error !== null && (
          <span className={field.error} role="alert">
            {error}
          </span>
        )}
      </span>
      <Button onPress={onDone}>Cancel</Button>
      <Button primary onPress={() => void rename()}>
        Rename
      </Button>
    </li>
  );
}
