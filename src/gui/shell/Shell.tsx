/** The whole window: bars, docks, dialogs, and what happens when the line is lost or the program ends. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { isAborted, sentenceOf } from '../../core/base/errors.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { Client } from '../client/client.ts';
import { ClientContext, useMirror } from '../client/hooks.ts';
import { hasClusters } from '../client/hasClusters.ts';
import { fetchRecent } from '../client/recent.ts';
import { Dock } from '../dock/Dock.tsx';
import type { DockHandle } from '../dock/handle.ts';
import { panelsOf } from '../dock/layout.ts';
import { Button } from '../ui/Button.tsx';
import { elementOf } from '../ui/dom.ts';
import { CopyDetails } from '../view/Failed.tsx';
import type { PluginStore, WindowPlugins } from '../plugins/load.ts';
import type { ViewCatalog } from '../view/instance.ts';
import { createDesk, DeskContext, useDesk, type Desk } from './desk.ts';
import { Guard } from './Guard.tsx';
import { listenToKeys } from './keyboard.ts';
import { followKeymap, sayTabKeys } from './keymap.ts';
import { MenuBar } from './MenuBar.tsx';
import { Overlays } from './Overlays.tsx';
import { Panel, PanelActions } from './Panel.tsx';
import { PanelTitle } from './PanelTitle.tsx';
import { StatusBar } from './StatusBar.tsx';
import { saySharedKeys, sayTakenKeys } from './takenKeys.ts';
import { classOf } from './viewShelf.ts';
import { Toolbar } from './Toolbar.tsx';
import css from './Shell.module.css';

interface ShellProps {
  readonly client: Client;
  /** The views of a dataset. Keep it the same function. */
  readonly views: (dataset: DatasetSummary) => ViewCatalog;
  /** What plugins bring, once it is loaded. */
  readonly plugins: PluginStore;
}

export function Shell({ client, views, plugins }: ShellProps) {
  const loaded = useStore(plugins);
  const ready = useStore(client.mirror, (mirror) => mirror.snapshot !== null && mirror.dataset !== null);
  return (
    <ClientContext value={client}>
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={500}>
          <Guard name="phy" renderFailed={(error) => <WindowFailed error={error} />}>
            {ready && loaded !== null ? <Window client={client} views={views} plugins={loaded} /> : <Opening />}
          </Guard>
        </Tooltip.Provider>
      </CSPProvider>
    </ClientContext>
  );
}

/** When even the parts that keep failures to themselves failed. */
function WindowFailed({ error }: { readonly error: Error }) {
  return (
    <main className={css.opening} role="alert">
      <b>This window failed</b>
      <p>{error.message}</p>
      <p>Nothing you curated is lost: every action is in the journal, and the program goes on.</p>
      <div className={css.ways}>
        <Button primary onPress={() => location.reload()}>
          Reload
        </Button>
        <CopyDetails details={error.stack ?? error.message} />
      </div>
    </main>
  );
}

/** A bar that fails says so in its place. */
function BarGuard({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Guard
      name={name}
      renderFailed={(error, retry) => (
        <div className={css.bar} role="alert">
          {name} failed: {error.message}
          <Button onPress={retry}>Try again</Button>
          <CopyDetails details={error.stack ?? error.message} />
        </div>
      )}
    >
      {children}
    </Guard>
  );
}

/** Before the first welcome. */
function Opening() {
  const connection = useMirror((mirror) => mirror.connection);
  const busy = useMirror((mirror) => mirror.busy);
  const waiting = connection === 'lost' ? 'Waiting for phy to answer.' : 'Opening the dataset.';
  return (
    <main className={css.opening} role="status">
      <b>phy</b>
      <p>{busy?.text ?? waiting}</p>
    </main>
  );
}

type WindowProps = Omit<ShellProps, 'plugins'> & { readonly plugins: WindowPlugins };

function Window({ client, views, plugins }: WindowProps) {
  const desk = useMemo(
    () => createDesk(client, plugins.over(viewsOfDataset(client, views)), plugins),
    [client, views, plugins],
  );
  useWindow(desk);
  const connection = useMirror((mirror) => mirror.connection);
  if (connection === 'closed') return <Closed />;
  if (connection === 'leaving') return <Leaving />;
  return (
    <DeskContext value={desk}>
      <BrowserTitle />
      <div className={css.window} data-connection={connection}>
        <header className={css.bars}>
          <BarGuard name="The menu bar">
            <MenuBar />
          </BarGuard>
          {hasClusters(client) && (
            <BarGuard name="The toolbar">
              <Toolbar />
            </BarGuard>
          )}
        </header>
        <Docks />
        <BarGuard name="The status bar">
          <StatusBar />
        </BarGuard>
      </div>
      <Guard name="dialogs" renderFailed={(error, retry) => <DialogFailed error={error} retry={retry} />}>
        <Overlays />
      </Guard>
    </DeskContext>
  );
}

/** The views of the dataset as it is at the first welcome. */
function viewsOfDataset({ mirror }: Client, views: ShellProps['views']): ViewCatalog {
  const { dataset } = mirror.getState();
  if (dataset === null) throw new Error('a window without a dataset');
  return views(dataset);
}

/** Closes what was open, so that the next one has a chance, and says what happened. */
function DialogFailed({ error, retry }: { readonly error: Error; readonly retry: () => void }) {
  const desk = useDesk();
  useEffect(() => {
    desk.ui.setState({ dialog: null, palette: false, snippet: false });
    desk.client.say('error', sentenceOf(error));
    retry();
  }, [desk, error, retry]);
  return null;
}

function Closed() {
  const last = useMirror((mirror) => mirror.messages.at(-1)?.text ?? '');
  return (
    <main className={css.opening} role="status">
      <b>phy was closed</b>
      <p>{last}</p>
    </main>
  );
}

/** Between the end of one dataset and the page of what is next. */
function Leaving() {
  return (
    <main className={css.opening} role="status">
      <b>phy</b>
      <p>Closing the dataset.</p>
    </main>
  );
}

/** Keys, looks and the question before leaving: what belongs to the browser's window. */
function useWindow(desk: Desk): void {
  useEffect(() => {
    sayTabKeys(desk);
    sayTakenKeys(desk);
    saySharedKeys(desk);
    const stops = [listenToKeys(desk, window), desk.dress(window), followKeymap(desk), reportDefects(desk, window)];
    for (const sentence of desk.plugins.troubles) desk.client.say('error', sentence);
    const ask = (event: BeforeUnloadEvent): void => {
      const { snapshot, connection } = desk.client.mirror.getState();
      // Without a line to the engine nothing can be saved here, and nothing is lost: its journal holds every action.
      if (snapshot?.dirty !== true || connection !== 'open') return;
      event.preventDefault();
      // Panels in windows of their own stay where they are until it is decided.
      event.stopImmediatePropagation();
      // The browser only offers to stay or leave. Who stays is asked what to do with the changes.
      setTimeout(() => desk.ui.setState({ dialog: { kind: 'exit' } }));
    };
    // Whoever comes back from an editor, or from another program of ours, finds the keys and layouts that were written there.
    const look = (): void => {
      desk.client.rereadKeymap();
      if (desk.client.mirror.getState().connection === 'open') void desk.client.changeLayouts({ kind: 'list' });
    };
    window.addEventListener('beforeunload', ask);
    window.addEventListener('contextmenu', refuseBrowserMenu);
    window.addEventListener('focus', look);
    return () => {
      window.removeEventListener('focus', look);
      window.removeEventListener('contextmenu', refuseBrowserMenu);
      window.removeEventListener('beforeunload', ask);
      for (const stop of stops) stop();
    };
  }, [desk]);
  useEffect(() => {
    void fetchRecent().then((recent) => desk.ui.setState({ recent }));
  }, [desk]);
  useEffect(() => {
    const { recovery, plugins } = desk.client.mirror.getState();
    const asks = plugins !== null && plugins.asking !== null;
    if (recovery !== null) desk.ui.setState({ dialog: { kind: 'recovery' } });
    else if (asks) desk.ui.setState({ dialog: { kind: 'plugins' } });
  }, [desk]);
  const connection = useStore(desk.client.mirror, (mirror) => mirror.connection);
  useEffect(() => {
    if (connection === 'closed') window.close();
  }, [connection]);
}

/** The title in the browser's bar. A part of its own: with the first change all of the window would render again. */
function BrowserTitle() {
  const name = useMirror((mirror) => mirror.dataset?.name ?? '');
  const dirty = useMirror((mirror) => mirror.snapshot?.dirty === true);
  useEffect(() => {
    document.title = `${dirty ? '• ' : ''}${name} – phy`;
  }, [name, dirty]);
  return null;
}

/** Failures that no part of the window caught: said once, and kept in Help > Messages. */
function reportDefects(desk: Desk, window: Window): () => void {
  const said = new Set<string>();
  const say = (error: unknown): void => {
    const text = sentenceOf(error);
    if (isAborted(error) || said.has(text)) return;
    said.add(text);
    desk.client.say('error', text);
  };
  // Browsers report this one when a size changes while sizes are being told; nothing is wrong then.
  const onError = ({ error, message }: ErrorEvent): void => {
    if (!message.startsWith('ResizeObserver loop')) say(error ?? new Error(message));
  };
  const onRejection = ({ reason }: PromiseRejectionEvent): void => say(reason);
  window.addEventListener('error', onError);
  window.addEventListener('unhandledrejection', onRejection);
  return () => {
    window.removeEventListener('error', onError);
    window.removeEventListener('unhandledrejection', onRejection);
  };
}

/** The browser's own menu has a use in text fields only. */
function refuseBrowserMenu(event: Event): void {
  const field = elementOf(event.target)?.closest('input, textarea, [data-selectable]') ?? null;
  if (field === null) event.preventDefault();
}

function Docks() {
  const desk = useDesk();
  const [parts] = useState(() => ({
    renderPanel: (id: string, visible: boolean) => <Panel id={id} visible={visible} />,
    renderActions: (id: string) => <PanelActions id={id} />,
    renderTitle: (id: string) => <PanelTitle id={id} />,
    titleOf: (id: string) => desk.titles.titleOf(id),
    onTabDoubleClick: (id: string) => desk.dock?.maximize(id),
  }));
  const onReady = (dock: DockHandle): void => {
    const layout = desk.layouts.first(window.innerWidth);
    for (const id of panelsOf(layout)) desk.shelf.ensure(id);
    attachDock(desk, dock);
    dock.load(layout);
    openPluginViews(desk, dock);
  };
  return (
    <main className={css.docks}>
      <div className={css.room}>
        <Dock
          {...parts}
          onReady={onReady}
          onLayout={(layout) => desk.layouts.keep(layout)}
          onActive={(id) => use(desk, id)}
          onClosed={(id) => closed(desk, id)}
          onWindow={(opened, panelInFront) => dressWindow(desk, opened, panelInFront)}
        />
      </div>
    </main>
  );
}

/** Notes which panel is worked in. */
function use(desk: Desk, id: string | null): void {
  if (id !== null) desk.shelf.use(id);
  desk.ui.setState({ activePanel: id });
}

/** Views that plugins want to have open. */
function openPluginViews(desk: Desk, dock: DockHandle): void {
  for (const name of desk.plugins.openViews) {
    if (!dock.panels().some((id) => classOf(id) === name)) desk.addView(name);
  }
}

/** From here on the desk can move panels. */
function attachDock(desk: Desk, dock: DockHandle): void {
  desk.dock = dock;
  desk.titles.names.subscribe(() => dock.panels().forEach((id) => dock.retitle(id)));
}

function closed(desk: Desk, id: string): void {
  // Loading a layout takes every panel out and puts it in again; only what stays out was closed.
  queueMicrotask(() => {
    if (desk.dock?.panels().includes(id) === true) return;
    if (desk.ui.getState().settingsOf?.view === id) desk.ui.setState({ settingsOf: null });
    desk.shelf.close(id);
  });
}

/** A window of its own has the same keys and the same looks, and ends with this one. */
function dressWindow(desk: Desk, opened: Window, panelInFront: () => string | null): () => void {
  const name = (): void => {
    const panel = panelInFront();
    opened.document.title = panel === null ? 'phy' : `${desk.titles.titleOf(panel)} – phy`;
  };
  name();
  const end = (): void => opened.close();
  window.addEventListener('pagehide', end);
  const stops = [
    listenToKeys(desk, opened),
    desk.dress(opened),
    desk.titles.names.subscribe(name),
    desk.ui.subscribe(name),
    () => window.removeEventListener('pagehide', end),
  ];
  // Style sheets arrive later than the panel; parts that read colours look again when the root's attributes change.
  const root = opened.document.documentElement;
  const onLoad = (): void => {
    root.dataset.styled = String(performance.now());
  };
  opened.document.addEventListener('load', onLoad, { capture: true });
  return () => {
    for (const stop of stops) stop();
  };
}
