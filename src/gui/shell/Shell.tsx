/** The whole window: bars, docks, dialogs, and what happens when the line is lost or the program ends. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Client } from '../client/client.ts';
import { ClientContext, useMirror } from '../client/hooks.ts';
import { fetchRecent } from '../client/recent.ts';
import { Dock } from '../dock/Dock.tsx';
import type { DockHandle } from '../dock/handle.ts';
import { panelsOf } from '../dock/layout.ts';
import type { ViewSpec } from '../view/instance.ts';
import { createDesk, DeskContext, keepLayout, useDesk, type Desk } from './desk.ts';
import { Dialogs } from './Dialogs.tsx';
import { listenToKeys } from './keyboard.ts';
import { followKeymap, sayTabKeys } from './keymap.ts';
import { MenuBar } from './MenuBar.tsx';
import { Palette } from './Palette.tsx';
import { Panel, PanelActions } from './Panel.tsx';
import { StatusBar } from './StatusBar.tsx';
import { sayTakenKeys } from './takenKeys.ts';
import { Toolbar } from './Toolbar.tsx';
import css from './Shell.module.css';

interface ShellProps {
  readonly client: Client;
  readonly views: readonly ViewSpec[];
}

export function Shell({ client, views }: ShellProps) {
  const ready = useStore(client.mirror, (mirror) => mirror.snapshot !== null);
  return (
    <ClientContext value={client}>
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={500}>
          {ready ? <Window client={client} views={views} /> : <Opening />}
        </Tooltip.Provider>
      </CSPProvider>
    </ClientContext>
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

function Window({ client, views }: ShellProps) {
  const desk = useMemo(() => createDesk(client, views), [client, views]);
  useWindow(desk);
  const connection = useMirror((mirror) => mirror.connection);
  if (connection === 'closed') return <Closed />;
  if (connection === 'leaving') return <Leaving />;
  return (
    <DeskContext value={desk}>
      <div className={css.window} data-connection={connection}>
        <header className={css.bars}>
          <MenuBar />
          <Toolbar />
        </header>
        <Docks />
        <StatusBar />
      </div>
      <Palette />
      <Dialogs />
    </DeskContext>
  );
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

/** Keys, looks, title and the question before leaving: what belongs to the browser's window. */
function useWindow(desk: Desk): void {
  useEffect(() => {
    sayTabKeys(desk);
    sayTakenKeys(desk);
    const stops = [listenToKeys(desk, window), desk.dress(window), followKeymap(desk)];
    // Whoever comes back from an editor finds the keys that were written there.
    const reread = (): void => desk.client.rereadKeymap();
    window.addEventListener('focus', reread);
    const ask = (event: BeforeUnloadEvent): void => {
      const { snapshot, connection } = desk.client.mirror.getState();
      const isOver = connection === 'closed' || connection === 'leaving';
      if (snapshot?.dirty === true && !isOver) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    window.addEventListener('contextmenu', refuseBrowserMenu);
    return () => {
      window.removeEventListener('focus', reread);
      window.removeEventListener('contextmenu', refuseBrowserMenu);
      window.removeEventListener('beforeunload', ask);
      for (const stop of stops) stop();
    };
  }, [desk]);
  useEffect(() => {
    void fetchRecent().then((recent) => desk.ui.setState({ recent }));
  }, [desk]);
  useEffect(() => {
    if (desk.client.mirror.getState().recovery !== null) desk.ui.setState({ dialog: { kind: 'recovery' } });
  }, [desk]);
  const name = useStore(desk.client.mirror, (mirror) => mirror.dataset?.name ?? '');
  const dirty = useStore(desk.client.mirror, (mirror) => mirror.snapshot?.dirty === true);
  useEffect(() => {
    document.title = `${dirty ? '• ' : ''}${name} – phy`;
  }, [name, dirty]);
  const connection = useStore(desk.client.mirror, (mirror) => mirror.connection);
  useEffect(() => {
    if (connection === 'closed') window.close();
  }, [connection]);
}

/** The browser's own menu has a use in text fields only. */
function refuseBrowserMenu(event: Event): void {
  const field = event.target instanceof Element ? event.target.closest('input, textarea, [data-selectable]') : null;
  if (field === null) event.preventDefault();
}

function Docks() {
  const desk = useDesk();
  const [parts] = useState(() => ({
    renderPanel: (id: string, visible: boolean) => <Panel id={id} visible={visible} />,
    renderActions: (id: string) => <PanelActions id={id} />,
    titleOf: (id: string) => id,
  }));
  const onReady = (dock: DockHandle): void => {
    const layout = desk.firstLayout(window.innerWidth);
    for (const id of panelsOf(layout)) desk.shelf.ensure(id);
    attachDock(desk, dock);
    dock.load(layout);
  };
  return (
    <main className={css.docks}>
      <div className={css.room}>
        <Dock
          {...parts}
          onReady={onReady}
          onLayout={(layout) => keepLayout(desk.client, layout)}
          onActive={(activePanel) => desk.ui.setState({ activePanel })}
          onClosed={(id) => closed(desk, id)}
          onWindow={(opened) => dressWindow(desk, opened)}
        />
      </div>
    </main>
  );
}

/** From here on the desk can move panels. */
function attachDock(desk: Desk, dock: DockHandle): void {
  desk.dock = dock;
}

function closed(desk: Desk, id: string): void {
  // Loading a layout takes every panel out and puts it in again; only what stays out was closed.
  queueMicrotask(() => {
    if (desk.dock?.panels().includes(id) === true) return;
    if (desk.ui.getState().settingsOf === id) desk.ui.setState({ settingsOf: null });
    desk.shelf.close(id);
  });
}

/** A window of its own has the same keys and the same looks. */
function dressWindow(desk: Desk, opened: Window): () => void {
  opened.document.title = 'phy';
  const stops = [listenToKeys(desk, opened), desk.dress(opened)];
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
