/** The page while no dataset is open: a path to type, datasets opened before, folders to walk through (look.md 1, 9). */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Power, SunMoon, TriangleAlert } from 'lucide-react';
import { useEffect, useId, useState, type DragEvent, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { DatasetPath } from '../../core/protocol/messages.ts';
import { dressWindow } from '../theme/appearance.ts';
import { LOOKS } from '../theme/looks.ts';
import { Button } from '../ui/Button.tsx';
import { MenuButton, type MenuEntry } from '../ui/Menu.tsx';
import { FolderBrowser } from './FolderBrowser.tsx';
import { PathField } from './PathField.tsx';
import { RecentList } from './RecentList.tsx';
import type { StartClient } from './startClient.ts';
import css from './StartPage.module.css';

export function StartPage({ client }: { readonly client: StartClient }) {
  useWindow(client);
  const isClosed = useStore(client.state, (state) => state.connection === 'closed');
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        {isClosed ? <Closed client={client} /> : <Page client={client} />}
      </Tooltip.Provider>
    </CSPProvider>
  );
}

function Closed({ client }: { readonly client: StartClient }) {
  const notice = useStore(client.state, (state) => state.notice);
  useEffect(() => window.close(), []);
  return (
    <main className={css.closed} role="status">
      <b>phy was closed</b>
      <p>{notice}</p>
    </main>
  );
}

/** Looks, keys, and a fresh look at the disk whenever the person comes back. */
function useWindow(client: StartClient): void {
  useEffect(() => {
    document.title = 'phy';
    const dressed = dressWindow(window, () => client.state.getState().appearance);
    const stop = client.state.subscribe((state, before) => {
      if (state.appearance !== before.appearance) dressed.refresh();
    });
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'q') return;
      event.preventDefault();
      client.quit();
    };
    const refresh = (): void => client.refresh();
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('focus', refresh);
    return () => {
      window.removeEventListener('focus', refresh);
      window.removeEventListener('keydown', onKeyDown);
      stop();
      dressed.stop();
    };
  }, [client]);
}

type Part = 'recent' | 'folders';

function Page({ client }: { readonly client: StartClient }) {
  const place = useStore(client.state, (state) => state.place);
  const [text, setText] = usePathText(client);
  const [part, setPart] = useState<Part>('recent');
  const [dropped, setDropped] = useState<string | null>(null);
  const said = useId();
  const busy = place.kind !== 'start';
  const failure = place.kind === 'start' ? place.failure : null;
  const isAbout = failure !== null && failure.path === text;
  const openDataset = (dataset: DatasetPath): void => {
    setDropped(null);
    setText(dataset.path);
    client.open(dataset);
  };
  const open = (path: string): void => openDataset({ path });
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const path = droppedPath(event.dataTransfer);
    if (path === null) setDropped(NO_PATH);
    else open(path);
  };
  return (
    <div className={css.page} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <Header client={client} />
      <main className={css.main}>
        <h1 className={css.title}>Open a dataset</h1>
        <div className={css.line}>
          <PathField
            client={client}
            text={text}
            busy={busy}
            bad={isAbout}
            describedBy={said}
            onText={setText}
            onOpen={open}
          />
          {busy ? (
            <Button onPress={() => client.cancel()}>Cancel</Button>
          ) : (
            <Button primary disabled={text.trim() === ''} onPress={() => open(text)}>
              Open
            </Button>
          )}
        </div>
        <Said id={said} client={client} error={dropped ?? (isAbout ? failure.message : null)} />
        <div className={css.parts} inert={busy}>
          <Parts part={part} onPart={setPart} />
          <section className={css.part} role="tabpanel" aria-label={part === 'recent' ? 'Recent datasets' : 'Folders'}>
            {part === 'recent' ? (
              <RecentList client={client} onOpen={openDataset} />
            ) : (
              <FolderBrowser client={client} folder={text} onFolder={setText} onOpen={open} />
            )}
          </section>
        </div>
      </main>
    </div>
  );
}

/** The text of the field: what is typed; what did not open, or is being opened, when it was asked for elsewhere. */
function usePathText(client: StartClient): readonly [string, (text: string) => void] {
  const asked = useStore(client.state, ({ place }) => {
    if (place.kind === 'opening') return place.path;
    return place.kind === 'start' ? (place.failure?.path ?? null) : null;
  });
  const [text, setText] = useState('');
  const [last, setLast] = useState<string | null>(null);
  if (asked !== last) {
    setLast(asked);
    if (asked !== null && text === '') setText(asked);
  }
  return [text, setText];
}

const NO_PATH =
  'The browser does not tell where a dropped folder lies. Type its path, paste it, or look for it under Folders.';

/** Text that was dropped (a path from a terminal or another program); null for files, whose place browsers keep to themselves. */
function droppedPath(data: DataTransfer): string | null {
  const uri = data
    .getData('text/uri-list')
    .split(/\r?\n/)
    .find((line) => line.startsWith('file:'));
  const text = uri ?? data.getData('text/plain').trim();
  return text === '' ? null : text;
}

function Header({ client }: { readonly client: StartClient }) {
  const version = useStore(client.state, (state) => state.version);
  return (
    <header className={css.header}>
      <b className={css.name}>phy</b>
      <span className={css.version}>{version}</span>
      <MenuButton
        align="end"
        trigger={
          <button type="button" className={css.tool}>
            <SunMoon size={14} strokeWidth={1.75} />
            Appearance
          </button>
        }
        entries={() => lookEntries(client)}
      />
      <button type="button" className={css.tool} onClick={() => client.quit()}>
        <Power size={14} strokeWidth={1.75} />
        Quit phy
      </button>
    </header>
  );
}

/** Themes at once, sizes in submenus; what concerns plots and clusters is left to their window. */
function lookEntries(client: StartClient): readonly MenuEntry[] {
  const { appearance } = client.state.getState();
  const entries = (submenu: string): readonly MenuEntry[] =>
    LOOKS.filter((look) => look.submenu === submenu && !OF_PLOTS.has(look.name)).map((look) => ({
      kind: 'item',
      id: look.name,
      label: look.title,
      checked: look.isOn(appearance),
      run: () => client.setAppearance(look.change(appearance)),
    }));
  const sizes = ['Font size', 'Interface scale'].map(
    (label): MenuEntry => ({ kind: 'submenu', id: label, label, entries: entries(label) }),
  );
  return [...entries('Theme'), { kind: 'separator', id: 'sizes' }, ...sizes];
}
const OF_PLOTS: ReadonlySet<string> = new Set(['keep_plots_dark', 'colour_blind_safe']);

interface SaidProps {
  readonly id: string;
  readonly client: StartClient;
  readonly error: string | null;
}

/** Under the field: how far opening has come, what went wrong, or that nobody answers. Its place is kept when there is nothing to say. */
function Said({ id, client, error }: SaidProps) {
  const place = useStore(client.state, (state) => state.place);
  const isLost = useStore(client.state, (state) => state.connection === 'lost');
  const notice = useStore(client.state, (state) => state.notice);
  const wrong = isLost ? 'phy does not answer. Start it again if it was ended.' : (error ?? notice);
  return (
    <div id={id} className={css.said}>
      {place.kind === 'opening' && !isLost ? (
        <p role="status" className={css.step}>
          {place.text}
          <progress className={css.progress} value={place.fraction ?? undefined} max={1} aria-label="Opening" />
        </p>
      ) : (
        wrong !== null && (
          <p role="alert" className={css.error}>
            <TriangleAlert size={14} />
            <span>{wrong}</span>
          </p>
        )
      )}
    </div>
  );
}

const PARTS: readonly (readonly [Part, string])[] = [
  ['recent', 'Recent datasets'],
  ['folders', 'Folders'],
];

function Parts({ part, onPart }: { readonly part: Part; readonly onPart: (part: Part) => void }) {
  // One of them can be reached with Tab; the arrow keys go from one to the other.
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    onPart(part === 'recent' ? 'folders' : 'recent');
    event.currentTarget.querySelector<HTMLElement>('[aria-selected="false"]')?.focus();
  };
  return (
    <div className={css.tabs} role="tablist" aria-label="Where to find a dataset" onKeyDown={onKeyDown}>
      {PARTS.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={part === name}
          tabIndex={part === name ? 0 : -1}
          className={css.tab}
          onClick={() => onPart(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
