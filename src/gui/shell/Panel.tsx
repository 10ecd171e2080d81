/** What stands inside a dock: a table or a view above its status line, and the buttons of its header. */
import {
  Camera,
  Columns3,
  Menu as MenuIcon,
  Puzzle,
  RefreshCw,
  RefreshCwOff,
  SlidersHorizontal,
  X,
} from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { Selection } from '../../core/curation/state.ts';
import { useMirror } from '../client/hooks.ts';
import { ClusterTable, isTable, SimilarityTable, type TableName } from '../tables/ClusterTables.tsx';
import { columnEntries, watchColumns } from '../tables/columnMenu.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { MenuButton, type MenuButtonProps } from '../ui/Menu.tsx';
import { Failed } from '../view/Failed.tsx';
import type { ViewInstance } from '../view/instance.ts';
import { moreCommands } from './commands.ts';
import { useDesk, useUi } from './desk.ts';
import { Guard } from './Guard.tsx';
import { menuEntries } from './menuEntries.ts';
import { toggleSettings } from './panelCommands.ts';
import { takeScreenshot } from './pictures.ts';
import { SettingsPopover } from './SettingsPopover.tsx';
import { shorten } from './shorten.ts';
import { tableEntries } from './tableEntries.ts';
import css from './Panel.module.css';

export function Panel({ id, visible }: { readonly id: string; readonly visible: boolean }) {
  const desk = useDesk();
  if (isTable(id)) return <TablePanel name={id} />;
  const view = desk.shelf.get(id);
  return view === undefined ? null : <ViewPanel view={view} visible={visible} />;
}

function ViewPanel({ view, visible }: { readonly view: ViewInstance; readonly visible: boolean }) {
  // Before the view's own effects: a tab that is covered from the start must not ask for a picture that nobody sees.
  useLayoutEffect(() => view.setVisible(visible), [view, visible]);
  const phase = useStore(view.state, (state) => state.phase);
  const status = useStore(view.state, (state) => state.status);
  const shown = useStore(view.state, (state) => state.shown);
  const { Component: View } = view.spec;
  const body = useRef<HTMLDivElement>(null);
  const ground = usePlotGround(body);
  return (
    <section className={css.panel} role="group" aria-label={view.id}>
      <div ref={body} className={`${css.body} ${phase === 'missing' ? css.missing : ''}`} {...ground}>
        <PanelGuard name={view.id}>
          <View view={view} />
        </PanelGuard>
        {phase === 'missing' && <WaysOn view={view} />}
      </div>
      <StatusLine left={status} right={shown} />
    </section>
  );
}

/** What can be done about a view that lacks its data (look.md 7); stands below the sentences of the view. */
function WaysOn({ view }: { readonly view: ViewInstance }) {
  const desk = useDesk();
  return (
    <div className={css.ways}>
      <Button onPress={() => desk.ui.setState({ dialog: { kind: 'report' } })}>What was found</Button>
      <Button onPress={() => desk.closePanel(view.id)}>Close view</Button>
    </div>
  );
}

/** Attributes that keep the plots dark in the light theme, when the user wants that (look.md 4). */
function usePlotGround(body: RefObject<HTMLElement | null>): Readonly<Record<string, string>> {
  const dark = useUi((ui) => ui.appearance.theme !== 'dark' && ui.appearance.darkPlots);
  const palette = useUi((ui) => ui.appearance.palette);
  useEffect(() => {
    // Whoever reads colours looks again when the root's attributes change.
    const root = body.current?.ownerDocument.documentElement;
    root?.setAttribute('data-grounds', dark ? 'dark' : 'theme');
  }, [body, dark]);
  if (!dark) return {};
  return { 'data-theme': 'dark', 'data-palette': palette, 'data-ground': 'dark' };
}

function TablePanel({ name }: { readonly name: TableName }) {
  return (
    <section className={css.panel} role="group" aria-label={name}>
      <div className={css.body}>
        <PanelGuard name={name}>{name === 'ClusterView' ? <ClusterTable /> : <SimilarityTable />}</PanelGuard>
      </div>
      {name === 'ClusterView' ? <ClusterStatus /> : <SimilarityStatus />}
    </section>
  );
}

/** `2 selected, 1 hidden by the filter`: hidden clusters stay selected (spec/curation.md 3.5). */
function selectedText(selected: readonly number[], shown: readonly number[]): string {
  if (selected.length === 0) return '';
  const visible = new Set(shown);
  const hidden = selected.filter((id) => !visible.has(id)).length;
  return `${selected.length} selected${hidden === 0 ? '' : `, ${hidden} hidden by the filter`}`;
}

const NOTHING: Selection = { clusters: [], similar: [] };

function ClusterStatus() {
  const selection = useMirror((mirror) => mirror.snapshot?.selection ?? NOTHING);
  const shown = useMirror((mirror) => mirror.snapshot?.clusterTable.shown ?? NOTHING.clusters);
  const { clusters } = selection;
  const left = clusters.length === 0 ? '' : `clusters: ${clusters.join(', ')}`;
  return <StatusLine left={left} right={selectedText(clusters, shown)} />;
}

function SimilarityStatus() {
  const selection = useMirror((mirror) => mirror.snapshot?.selection ?? NOTHING);
  const table = useMirror((mirror) => mirror.snapshot?.similarityTable ?? null);
  const measured = useMirror((mirror) => mirror.dataset?.has.similarity === true);
  const reference = table?.referenceId ?? null;
  const parts = [
    reference === null ? '' : `similar to ${reference} by ${measured ? 'template' : 'peak channel'}`,
    selection.similar.length === 0 ? '' : `similar clusters: ${selection.similar.join(', ')}`,
  ];
  const left = parts.filter((part) => part !== '').join(' · ');
  return <StatusLine left={left} right={selectedText(selection.similar, table?.shown ?? NOTHING.similar)} />;
}

/** The facts that fit, the first ones; of a long line its beginning and its end. */
function ShortFacts({ text }: { readonly text: string }) {
  const short = shorten(text);
  const parts = short === text ? text.split(' · ') : [short];
  return (
    <span className={css.short}>
      {parts.map((part, k) => (
        <span key={part}>{k === 0 ? part : ` · ${part}`}</span>
      ))}
    </span>
  );
}

/** Facts on the left, how much on the right. Long facts lose their middle only where they do not fit (spec/curation.md 4.3). */
function StatusLine({ left, right }: { readonly left: string; readonly right: string }) {
  const room = useRef<HTMLSpanElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  const [tight, setTight] = useState(false);
  useLayoutEffect(() => {
    const [outer, inner] = [room.current, text.current];
    if (outer === null || inner === null) return;
    const measure = (): void => setTight(inner.offsetWidth > outer.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return (
    <footer role="none" className={css.status}>
      <span ref={room} className={css.left} title={tight ? left : undefined}>
        <span ref={text} className={`${css.whole} ${tight ? css.unseen : ''}`}>
          {left}
        </span>
        {tight && <ShortFacts text={left} />}
      </span>
      <span className={css.right} title={right === '' ? undefined : right}>
        {right}
      </span>
    </footer>
  );
}

/** A failing panel shows its error and never takes the window down. */
function PanelGuard({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Guard name={name} renderFailed={(error, retry) => <Failed name={name} error={error} retry={retry} />}>
      {children}
    </Guard>
  );
}

/** Buttons on the right of a header. The narrowest headers keep the menu only (look.md 2). */
export function PanelActions({ id }: { readonly id: string }) {
  const desk = useDesk();
  if (isTable(id)) return <TableActions name={id} />;
  const view = desk.shelf.get(id);
  return view === undefined ? null : <ViewActions view={view} />;
}

function ViewActions({ view }: { readonly view: ViewInstance }) {
  const desk = useDesk();
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const { isConsole = false, params } = view.spec;
  const settingsOpen = useUi((ui) => ui.settingsOf?.view === view.id);
  return (
    <div className={css.actions}>
      {!isConsole && (
        <IconButton
          icon={autoUpdate ? RefreshCw : RefreshCwOff}
          label={autoUpdate ? 'Automatic update: on' : 'Automatic update is off'}
          warn={!autoUpdate}
          className={css.update}
          onPress={() => view.setAutoUpdate(!autoUpdate)}
        />
      )}
      {Object.keys(params).length > 0 && (
        <IconButton
          icon={SlidersHorizontal}
          label="View settings"
          pressed={settingsOpen}
          className={css.settings}
          onPress={() => toggleSettings(desk, view.id)}
        />
      )}
      {view.spec.actions
        .filter(({ inTitle }) => inTitle === true)
        .map((action) => (
          <IconButton
            key={action.name}
            icon={Puzzle}
            label={action.title}
            className={css.settings}
            onPress={() => void action.run(view, [])}
          />
        ))}
      <PanelMenu
        entries={() =>
          menuEntries(
            [...desk.commands().filter((command) => command.scope === view.id), ...moreCommands(desk, view)],
            (command) => desk.start(command),
          )
        }
      />
      {!isConsole && (
        <IconButton
          icon={Camera}
          label="Screenshot"
          className={css.camera}
          onPress={() => void takeScreenshot(desk, view.id, 'screen')}
        />
      )}
      <IconButton icon={X} label="Close" className={css.close} onPress={() => desk.closePanel(view.id)} />
      {settingsOpen && <SettingsPopover view={view} />}
    </div>
  );
}

function TableActions({ name }: { readonly name: TableName }) {
  const desk = useDesk();
  return (
    <div className={css.actions}>
      <MenuButton
        align="end"
        trigger={<button type="button" className={`${css.plain} ${css.settings}`} aria-label="Columns" />}
        icon={Columns3}
        entries={() => columnEntries(desk.client, name)}
        watch={watchColumns(desk.client)}
      />
      <PanelMenu entries={() => tableEntries(desk, name)} watch={watchColumns(desk.client)} />
      {name !== 'ClusterView' && (
        <IconButton icon={X} label="Close" className={css.close} onPress={() => desk.closePanel(name)} />
      )}
    </div>
  );
}

function PanelMenu({ entries, watch }: Pick<MenuButtonProps, 'entries' | 'watch'>) {
  return (
    <MenuButton
      align="end"
      trigger={<button type="button" className={css.plain} aria-label="View menu" />}
      icon={MenuIcon}
      entries={entries}
      watch={watch}
    />
  );
}
