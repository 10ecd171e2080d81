/** The dialogs of the window; one is open at a time. */
import { sentenceOf } from '../../core/base/errors.ts';
import { Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ActionResult, Next } from '../../core/protocol/messages.ts';
import { useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { CompletingInput } from '../ui/CompletingInput.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import field from '../ui/Field.module.css';
import { clock, counted, dayAndClock, grouped } from '../ui/numbers.ts';
import type { Command } from './command.ts';
import { useDesk, useUi } from './desk.ts';
import { GroupsDialog } from './GroupsDialog.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { KeymapDialog } from './KeymapDialog.tsx';
import { RawFilesDialog } from './RawFilesDialog.tsx';
import { reportNotes, unusualFirst } from './reportNotes.ts';
import { PluginListDialog } from './PluginListDialog.tsx';
import { PluginsDialog } from './PluginsDialog.tsx';
import { SplitterDialog } from './SplitterDialog.tsx';
import { LayoutsDialog } from './LayoutsDialog.tsx';
import { argumentsCompleter } from './snippetArguments.ts';
import { vocabularyOf } from './vocabulary.ts';
import type { MissingQuestion } from './ui.ts';
import css from './Dialogs.module.css';

export function Dialogs() {
  const desk = useDesk();
  const dialog = useUi((ui) => ui.dialog);
  const close = (): void => desk.ui.setState({ dialog: null });
  if (dialog === null) return null;
  switch (dialog.kind) {
    case 'help':
      return <HelpDialog onClose={close} />;
    case 'keymap':
      return <KeymapDialog onClose={close} />;
    case 'about':
      return <AboutDialog onClose={close} />;
    case 'messages':
      return <MessagesDialog onClose={close} />;
    case 'report':
      return <ReportDialog onClose={close} />;
    case 'exit':
      return <ExitDialog next={dialog.next} onClose={close} />;
    case 'recovery':
      return <RecoveryDialog onClose={close} />;
    case 'layouts':
      return <LayoutsDialog onClose={close} />;
    case 'prompt':
      return <PromptDialog command={dialog.command} onClose={close} />;
    case 'splitter':
      return <SplitterDialog spec={dialog.spec} onClose={close} />;
    case 'pluginList':
      return <PluginListDialog onClose={close} />;
    case 'plugins':
      return <PluginsDialog onClose={close} />;
    case 'groups':
      return <GroupsDialog onClose={close} />;
    case 'rawFiles':
      return <RawFilesDialog onClose={close} />;
    case 'missing':
      return <MissingDialog question={dialog.question} onClose={close} />;
  }
}

interface Closable {
  readonly onClose: () => void;
}

function AboutDialog({ onClose }: Closable) {
  const version = useMirror((mirror) => mirror.version);
  const name = useMirror((mirror) => mirror.guiName);
  const dataset = useMirror((mirror) => mirror.dataset);
  return (
    <Dialog title={`phy ${name} v${version}`} onClose={onClose} footer={<CloseButton onClose={onClose} />}>
      <p className={css.text}>Interactive visualisation and manual curation of spike-sorted electrophysiology.</p>
      {dataset !== null && (
        <dl className={css.facts}>
          <dt>Dataset</dt>
          <dd>{dataset.folder}</dd>
          <dt>Format</dt>
          <dd>{dataset.format}</dd>
          {dataset.format !== 'raw' && (
            <>
              <dt>Spikes</dt>
              <dd>{grouped(dataset.spikeCount)}</dd>
              <dt>Templates</dt>
              <dd>{grouped(dataset.templateCount)}</dd>
            </>
          )}
          <dt>Channels</dt>
          <dd>{grouped(dataset.channelCount)}</dd>
          <dt>Sample rate</dt>
          <dd>{grouped(dataset.sampleRate)} Hz</dd>
        </dl>
      )}
    </Dialog>
  );
}

function CloseButton({ onClose }: Closable) {
  return (
    <Button autoFocus onPress={onClose}>
      Close
    </Button>
  );
}

function MessagesDialog({ onClose }: Closable) {
  const messages = useMirror((mirror) => mirror.messages);
  return (
    <Dialog title="Messages" width={620} onClose={onClose} footer={<CloseButton onClose={onClose} />}>
      {messages.length === 0 && <p className={css.text}>Nothing was said yet.</p>}
      <ol className={css.messages}>
        {messages.toReversed().map((message) => (
          <li key={message.id} className={css[message.level]}>
            <time>{clock(message.at, true)}</time>
            <span>{message.text}</span>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}

function ReportDialog({ onClose }: Closable) {
  const report = useMirror((mirror) => mirror.report);
  const dataset = useMirror((mirror) => mirror.dataset);
  if (report === null || dataset === null) return null;
  const notes = reportNotes(dataset);
  return (
    <Dialog
      title={`What was found in ${dataset.name}`}
      width={760}
      onClose={onClose}
      footer={<CloseButton onClose={onClose} />}
    >
      {report.warnings.map((warning) => (
        <p key={warning} className={css.warningLine}>
          <TriangleAlert size={14} />
          {warning}
        </p>
      ))}
      {notes.map((note) => (
        <p key={note} className={css.noteLine}>
          <Info size={14} />
          {note}
        </p>
      ))}
      <table className={css.files}>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Status</th>
            <th scope="col">Contents</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {unusualFirst(report.files).map((file) => (
            <tr key={file.name} data-status={file.status}>
              <td>
                <code>{file.name}</code>
              </td>
              <td>{file.status}</td>
              <td>{contentsOf(file.dtype, file.shape)}</td>
              <td>{file.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

/** `float32 (300, 82, 32)` */
function contentsOf(dtype: string | null | undefined, shape: readonly number[] | null | undefined): string {
  if (dtype === null || dtype === undefined) return '';
  return shape === null || shape === undefined ? dtype : `${dtype} (${shape.join(', ')})`;
}

function ExitDialog({ next, onClose }: Closable & { readonly next?: Next | undefined }) {
  const desk = useDesk();
  const count = useMirror((mirror) => mirror.snapshot?.unsavedCount ?? 0);
  /** Why nothing was saved, and the window is still here. */
  const [refused, setRefused] = useState<ActionResult | null>(null);
  const leave = async (choice: 'save' | 'discard'): Promise<void> => {
    const result = await desk.client.exit(choice, next);
    if (result.ok) onClose();
    else setRefused(result);
  };
  const saveOver = async (): Promise<void> => {
    const result = await desk.client.act('save', ['over']);
    if (result.ok) await leave('save');
    else setRefused(result);
  };
  const asksToSaveOver = refused?.changedFile !== undefined;
  return (
    <Dialog
      title={`Save ${counted(count, 'change')} before ${next === undefined ? 'closing' : 'opening another dataset'}?`}
      onClose={onClose}
      onSubmit={() => void (asksToSaveOver ? saveOver() : leave('save'))}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button danger onPress={() => void leave('discard')}>
            Discard
          </Button>
          <Button primary autoFocus submit>
            {asksToSaveOver ? 'Save over it' : 'Save'}
          </Button>
        </>
      }
    >
      {refused !== null && (
        <p className={field.error} role="alert">
          {refused.message}
        </p>
      )}
      <p className={css.text}>Discarded changes cannot be brought back.</p>
    </Dialog>
  );
}

function RecoveryDialog({ onClose }: Closable) {
  const desk = useDesk();
  const recovery = useMirror((mirror) => mirror.recovery);
  // Another window may have answered.
  const isAnswered = recovery === null;
  useEffect(() => {
    if (isAnswered) onClose();
  }, [isAnswered, onClose]);
  if (recovery === null) return null;
  const choose = (choice: 'restore' | 'discard'): void => {
    onClose();
    void desk.client.recover(choice);
  };
  const more = recovery.count - recovery.actions.length;
  const were = recovery.count === 1 ? 'was' : 'were';
  return (
    <Dialog
      title="Work that was not saved"
      width={520}
      dismissable={false}
      onClose={onClose}
      onSubmit={() => choose('restore')}
      footer={
        <>
          <Button onPress={onClose}>Look first</Button>
          <Button danger onPress={() => choose('discard')}>
            Discard
          </Button>
          <Button primary autoFocus submit>
            Restore
          </Button>
        </>
      }
    >
      <p className={css.text}>
        {counted(recovery.count, 'action')} from {dayAndClock(recovery.lastAt)} {were} not saved. Restore
        {recovery.count === 1 ? ' it' : ' them'}?
      </p>
      <ol className={css.actions}>
        {recovery.actions.map((action, place) => (
          // The same action may stand there twice; the list never changes.
          <li key={`${place} ${action}`}>{action}</li>
        ))}
        {more > 0 && <li>and {grouped(more)} more</li>}
      </ol>
      <p className={css.note}>
        Look first leaves the question in the status bar; nothing can be changed until it is answered.
      </p>
    </Dialog>
  );
}

function PromptDialog({ command, onClose }: Closable & { readonly command: Command }) {
  const desk = useDesk();
  const [complete] = useState(() => argumentsCompleter(command, () => vocabularyOf(desk.client.mirror.getState())));
  const [text, setText] = useState(command.prompt?.initial ?? '');
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const run = async (): Promise<void> => {
    if (text.trim() === '' && command.prompt?.mayBeEmpty !== true) return onClose();
    try {
      const before = desk.client.mirror.getState().messages.at(-1)?.id;
      await desk.run(command, command.parse(text.trim()));
      const said = desk.client.mirror.getState().messages.at(-1);
      if (said !== undefined && said.id !== before && said.level !== 'info') return setError(said.text);
      onClose();
    } catch (failure) {
      setError(sentenceOf(failure));
    }
  };
  const example = command.prompt?.example ?? '';
  return (
    <Dialog
      title={command.title}
      onClose={onClose}
      onSubmit={() => void run()}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button primary submit>
            OK
          </Button>
        </>
      }
    >
      <p className={field.hint}>{command.doc}</p>
      <label>
        <span className={css.promptLabel}>{command.prompt?.text}</span>
        <CompletingInput
          input={input}
          autoFocused
          className={`${field.input} ${field.mono}`}
          text={text}
          placeholder={example}
          complete={complete}
          onFocus={(event) => {
            const ahead = desk.ui.getState().typed;
            if (ahead === '') event.target.select();
            else setText(ahead);
            desk.ui.setState({ typed: '' });
          }}
          onText={(next) => {
            setText(next);
            setError(null);
          }}
        />
      </label>
      {error === null ? (
        example !== '' && (
          <p className={field.example}>
            Example: <code>{example}</code>
          </p>
        )
      ) : (
        <p className={field.error} role="alert">
          <TriangleAlert size={12} />
          {error}
        </p>
      )}
    </Dialog>
  );
}

function MissingDialog({ question, onClose }: Closable & { readonly question: MissingQuestion }) {
  return (
    <Dialog
      title="Spikes without a coordinate"
      width={520}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button onPress={() => question.answer('nearest')}>To the nearer part</Button>
          <Button onPress={() => question.answer('own')}>Own cluster</Button>
          <Button primary autoFocus onPress={() => question.answer('remainder')}>
            Keep with the rest
          </Button>
        </>
      }
    >
      <p className={css.text}>{question.text}</p>
      <p className={css.note}>
        The nearer part is the one whose centre is closer, as far as a spike has one of the two coordinates. Undo takes
        back any of the choices.
      </p>
    </Dialog>
  );
}
