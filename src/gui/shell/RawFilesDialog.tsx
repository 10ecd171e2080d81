/** Raw files that are not where params.py says: choose what is read instead, or forget what was chosen. The dataset is then opened again. */
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { sentenceOf } from '../../core/base/errors.ts';
import type { MovedFile } from '../../core/dataset/dataset.ts';
import { useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import field from '../ui/Field.module.css';
import { useDesk, type Desk } from './desk.ts';
import { leave } from './leave.ts';
import css from './RawFilesDialog.module.css';

export function RawFilesDialog({ onClose }: { readonly onClose: () => void }) {
  const moved = useMirror((mirror) => mirror.dataset?.movedFiles) ?? [];
  const isKwik = useMirror((mirror) => mirror.dataset?.format === 'kwik');
  return (
    <Dialog title="Locate raw data" width={640} onClose={onClose} footer={<Button onPress={onClose}>Close</Button>}>
      <p className={field.hint}>
        The dataset is opened again with the file. Which one was chosen is kept in your own folder;{' '}
        {isKwik ? 'the .kwik file' : 'params.py'} stays as it is.
      </p>
      {moved.map((file) => (
        <Moved key={file.named} file={file} onClose={onClose} />
      ))}
    </Dialog>
  );
}

function Moved({ file, onClose }: { readonly file: MovedFile; readonly onClose: () => void }) {
  const desk = useDesk();
  const { named, chosen, candidates } = file;
  const [text, setText] = useState(chosen ?? candidates[0] ?? '');
  const [fault, setFault] = useState<string | null>(null);
  const use = async (path: string): Promise<void> => {
    const found = await faultOf(desk, path).catch((error: unknown) => sentenceOf(error));
    if (found !== null) return setFault(found);
    onClose();
    await reopen(desk, named, path);
  };
  return (
    <section className={css.file} aria-label={named}>
      <p className={css.named}>
        <code>{named}</code> {chosen === null ? 'was not found.' : 'was not found; another file is read instead.'}
      </p>
      {candidates.length > 0 && (
        <ul className={css.candidates} aria-label="Files that may be it">
          {candidates.map((path) => (
            <li key={path}>
              <code>{path}</code>
              <Button onPress={() => void use(path)}>Use</Button>
            </li>
          ))}
        </ul>
      )}
      <div className={css.other}>
        <label>
          <span className={css.label}>Path of the file</span>
          <input
            className={`${field.input} ${field.mono}`}
            value={text}
            spellCheck={false}
            data-autofocus
            onChange={(event) => {
              setText(event.target.value);
              setFault(null);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              void use(unquoted(text));
            }}
          />
        </label>
        <Button primary onPress={() => void use(unquoted(text))}>
          Use this file
        </Button>
        {chosen !== null && (
          <Button
            onPress={() => {
              onClose();
              void reopen(desk, named, null);
            }}
          >
            Forget it
          </Button>
        )}
      </div>
      {fault !== null && (
        <p className={field.error} role="alert">
          <TriangleAlert size={12} />
          {fault}
        </p>
      )}
    </section>
  );
}

/** Paths are often pasted with quotes around them. */
const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

/** Why a file cannot be the raw data; null when it can. */
async function faultOf({ client }: Desk, path: string): Promise<string | null> {
  const { signal } = new AbortController();
  const { answer } = await client.ask<{ readonly fault: string | null }>('rawFile', [], { path }, signal);
  return answer.fault;
}

/** Opens the same dataset with another file; what is not saved is asked about first. */
async function reopen(desk: Desk, named: string, path: string | null): Promise<void> {
  const { dataset } = desk.client.mirror.getState();
  if (dataset?.paramsPath === undefined) return;
  await leave(desk, { open: { path: dataset.paramsPath, kwik: dataset.kwik, chosenFiles: { [named]: path } } });
}
