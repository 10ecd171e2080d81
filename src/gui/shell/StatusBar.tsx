/** The lowest line: what was said, with a way back; and what is safe (look.md 1.6 and 7). */
import { Database, Info, Save, TriangleAlert, X } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { sentenceOf } from '../../core/base/errors.ts';
import type { WindowPlugin } from '../../core/protocol/messages.ts';
import type { Message, Mirror } from '../client/client.ts';
import { STRANDED } from '../client/connect.ts';
import { hasClusters } from '../client/hasClusters.ts';
import { useClient, useMirror } from '../client/hooks.ts';
import { Tip } from '../ui/Button.tsx';
import { clock, counted } from '../ui/numbers.ts';
import { linksOf, rawFilterOf } from '../view/links.ts';
import { useDesk, useUi } from './desk.ts';
import { SnippetBar } from './SnippetBar.tsx';
import { toastOf } from './toast.ts';
import css from './StatusBar.module.css';

export function StatusBar() {
  const connection = useMirror((mirror) => mirror.connection);
  const snippet = useUi((ui) => ui.snippet && ui.place === null);
  if (connection === 'lost') return <LostStrip />;
  if (connection === 'replaced' || connection === 'refused') return <StrandedStrip connection={connection} />;
  return (
    <footer className={css.bar}>
      <Said />
      <span className={css.right}>
        <Toast />
        <Facts />
      </span>
      {snippet && <SnippetBar />}
    </footer>
  );
}

/** What the engine is busy with, else the last thing said when it was a quiet one; anything else is a toast. */
function Said() {
  const busy = useMirror((mirror) => mirror.busy);
  const message = useMirror((mirror) => mirror.messages.at(-1));
  if (busy !== null) return <Busy {...busy} />;
  const text = message?.quiet === true ? message.text : '';
  return (
    <span className={css.said} role="status" title={text === '' ? undefined : text}>
      <span className={css.doing}>{text}</span>
    </span>
  );
}

/** How far long work has come, and the way to end it early. */
function Busy({ text, fraction, stoppable }: NonNullable<Mirror['busy']>) {
  const client = useClient();
  return (
    <span className={`${css.said} ${css.busy}`} role="status" title={text}>
      <span className={css.doing}>{text}</span>
      <progress className={css.progress} value={fraction ?? undefined} max={1} aria-label={text} />
      {fraction !== null && <span className={css.percent}>{Math.round(100 * fraction)} %</span>}
      {stoppable ? (
        <Tip text="Stops it; nothing is changed" keys="esc">
          <button
            type="button"
            className={css.undo}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => client.stop()}
          >
            Stop
          </button>
        </Tip>
      ) : (
        <span className={css.cannot}>cannot be stopped</span>
      )}
    </span>
  );
}

const TOAST_MS = 6000;
const ICONS = { info: Info, warning: TriangleAlert, error: TriangleAlert } as const;

/** 6 s, longer under the pointer or with the focus; errors and questions stay until dismissed. */
function Toast() {
  const client = useClient();
  const desk = useDesk();
  const gone = useUi((ui) => ui.goneMessages);
  const isDirty = useMirror((mirror) => mirror.snapshot?.dirty === true);
  const shown = useMirror((mirror) => toastOf(mirror.messages, gone));
  const revision = useMirror((mirror) => mirror.snapshot?.revision);
  const [heldId, setHeldId] = useState<number | null>(null);
  const held = heldId === shown?.id;
  const asksToSaveOver = shown?.saveOver === true && isDirty;
  const dismiss = (id: number): void =>
    desk.ui.setState(({ goneMessages }) => ({ goneMessages: new Set([...goneMessages, id]) }));
  const expire = useEffectEvent(dismiss);
  useEffect(() => {
    if (shown === null || held || shown.level === 'error' || asksToSaveOver) return;
    const timer = setTimeout(() => expire(shown.id), TOAST_MS);
    return () => clearTimeout(timer);
  }, [shown, held, asksToSaveOver]);
  if (shown === null) return null;
  const Sign = ICONS[shown.level];
  const undoable = canUndo(shown, revision);
  return (
    <span
      key={shown.id}
      className={`pops rises ${css.toast} ${css[shown.level]}`}
      role={shown.level === 'error' ? 'alert' : 'status'}
      title={shown.text}
      onPointerEnter={() => setHeldId(shown.id)}
      onPointerLeave={() => setHeldId(null)}
      onFocus={() => setHeldId(shown.id)}
      onBlur={() => setHeldId(null)}
    >
      <Sign size={13} strokeWidth={1.9} />
      <span className={css.toastText}>{shown.text}</span>
      {undoable && <WayOut text="Undo" act={() => void client.act('undo')} />}
      {asksToSaveOver && <WayOut text="Save over it" act={() => void client.act('save', ['over'])} />}
      <button
        type="button"
        className={css.dismiss}
        aria-label="Dismiss"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => dismiss(shown.id)}
      >
        <X size={12} />
      </button>
    </span>
  );
}

function WayOut({ text, act }: { readonly text: string; readonly act: () => void }) {
  return (
    <button type="button" className={css.undo} onMouseDown={(event) => event.preventDefault()} onClick={act}>
      {text}
    </button>
  );
}

const canUndo = (message: Message, revision: number | undefined): boolean =>
  message.undoRevision !== undefined && message.undoRevision === revision;

function Facts() {
  const client = useClient();
  return (
    <>
      <Notes />
      <PluginTexts />
      <FilterName />
      {hasClusters(client) && <Journal />}
      {hasClusters(client) && <Unsaved />}
    </>
  );
}

/** What was odd when the dataset was opened. */
function Notes() {
  const desk = useDesk();
  const count = useMirror((mirror) => mirror.report?.warnings.length ?? 0);
  const recovery = useMirror((mirror) => mirror.recovery);
  const absent = useMirror((mirror) => mirror.dataset?.movedFiles?.find(({ candidates }) => candidates.length > 0));
  const dialog = useUi((ui) => ui.dialog);
  return (
    <>
      {recovery !== null && dialog === null && (
        <button type="button" className={css.link} onClick={() => desk.ui.setState({ dialog: { kind: 'recovery' } })}>
          <TriangleAlert size={13} />
          {counted(recovery.count, 'action')} not saved earlier
        </button>
      )}
      {absent !== undefined && dialog === null && (
        <button type="button" className={css.link} onClick={() => desk.ui.setState({ dialog: { kind: 'rawFiles' } })}>
          <TriangleAlert size={13} />
          Locate raw data
        </button>
      )}
      {count > 0 && (
        <button type="button" className={css.link} onClick={() => desk.ui.setState({ dialog: { kind: 'report' } })}>
          <TriangleAlert size={13} />
          {counted(count, 'note')}
        </button>
      )}
    </>
  );
}

/** What plugins have to say of the present state. */
function PluginTexts() {
  const plugins = useMirror((mirror) => mirror.plugins?.plugins ?? NO_PLUGINS);
  return plugins
    .filter(({ declaration }) => declaration.hears.status)
    .map(({ declaration: { name } }) => <PluginText key={name} plugin={name} />);
}
const NO_PLUGINS: readonly WindowPlugin[] = [];

/** Asked for anew after every change; the last text stays until the next is there. What fails is said once. */
function PluginText({ plugin }: { readonly plugin: string }) {
  const client = useClient();
  const revision = useMirror((mirror) => mirror.snapshot?.revision);
  const [text, setText] = useState('');
  const said = useRef('');
  useEffect(() => {
    if (revision === undefined) return undefined;
    const abort = new AbortController();
    client.ask<{ readonly text: string }>(`status_${plugin}`, [], {}, abort.signal).then(
      ({ answer }) => abort.signal.aborted || setText(answer.text),
      (error: unknown) => {
        const sentence = sentenceOf(error);
        if (abort.signal.aborted || sentence === said.current) return;
        said.current = sentence;
        client.say('error', sentence);
      },
    );
    return () => abort.abort();
  }, [client, plugin, revision]);
  if (text === '') return null;
  return (
    <Tip text={`Plugin ${plugin}`}>
      <span className={css.fact}>{text}</span>
    </Tip>
  );
}

function FilterName() {
  const client = useClient();
  const filter = useStore(linksOf(client), (links) => links.rawFilter);
  const isUsed = useMirror((mirror) => mirror.dataset?.has.waveforms === true);
  if (!isUsed) return null;
  return <span className={`${css.fact} ${css.raw}`}>{rawFilterOf(client, filter).title}</span>;
}

function Journal() {
  const at = useMirror((mirror) => mirror.snapshot?.journalAt ?? null);
  const text =
    at === null ? 'Every action will be written to the journal before it is shown' : 'Every action is on disk';
  return (
    <Tip text={text}>
      <span className={`${css.fact} ${css.journal}`}>
        <Database size={13} className={at === null ? undefined : css.ok} />
        <span className={css.long}>Journal</span> {at === null ? 'empty' : <b>{clock(at, true)}</b>}
      </span>
    </Tip>
  );
}

function Unsaved() {
  const dirty = useMirror((mirror) => mirror.snapshot?.dirty === true);
  const count = useMirror((mirror) => mirror.snapshot?.unsavedCount ?? 0);
  const savedAt = useMirror((mirror) => mirror.snapshot?.savedAt ?? null);
  if (!dirty) return <span className={`${css.fact} ${css.unsaved}`}>Nothing to save</span>;
  return (
    <span className={`${css.fact} ${css.unsaved} ${css.dirty}`}>
      <Save size={13} />
      {counted(count, 'unsaved change')}
      {savedAt !== null && <span className={css.long}>, last saved {clock(savedAt)}</span>}
    </span>
  );
}

/** Takes the bar's place for good: this window belongs to an earlier start of the program. */
function StrandedStrip({ connection }: { readonly connection: 'replaced' | 'refused' }) {
  return (
    <footer className={`${css.bar} ${css.lost}`} role="alert">
      <TriangleAlert size={14} />
      {STRANDED[connection]}
      {connection === 'replaced' && (
        <button type="button" className={css.undo} onClick={() => location.reload()}>
          Reload
        </button>
      )}
      <span className={css.right}>
        <Toast />
      </span>
    </footer>
  );
}

/** A line that is down for so long does not come back by itself. */
const LONG_LOST_MS = 10_000;

/** Takes the bar's place while the line to the engine is down. */
function LostStrip() {
  const retryAt = useMirror((mirror) => mirror.retryAt);
  const journalAt = useMirror((mirror) => mirror.snapshot?.journalAt ?? null);
  const [now, setNow] = useState(() => Date.now());
  const [since] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000));
  const last = journalAt === null ? '' : ` Your last action (${clock(journalAt, true)}) is in the journal.`;
  return (
    <footer className={`${css.bar} ${css.lost}`} role="alert">
      <TriangleAlert size={14} />
      Connection lost. {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again.'}
      {last}
      {now - since > LONG_LOST_MS && ' If phy has ended, start it again; nothing is lost.'}
      <span className={css.right}>
        <Toast />
      </span>
    </footer>
  );
}
