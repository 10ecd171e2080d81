/** The docks: the only place that knows dockview. Panels are named by id; what is in them and in their headers comes from outside. */
import {
  DockviewReact,
  type DockviewApi,
  type DockviewReadyEvent,
  type DockviewTheme,
  type IDockviewHeaderActionsProps,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from 'dockview-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import 'dockview-react/dist/styles/dockview.css';
import { ContainerContext } from '../ui/container.ts';
import { elementOf } from '../ui/dom.ts';
import { createHandle, type DockHandle } from './handle.ts';
import { fromDockview } from './dockviewLayout.ts';
import type { Layout } from './layout.ts';
import { nextInDocks } from './tabOrder.ts';
import './dock.css';

interface DockParts {
  /** `visible` is false while another tab covers the panel. */
  readonly renderPanel: (id: string, visible: boolean) => ReactNode;
  /** Buttons on the right of the header, for the panel in front. */
  readonly renderActions: (id: string) => ReactNode;
  /** The words on its tab, as the user named it. */
  readonly renderTitle: (id: string) => ReactNode;
  /** The same as text, for lists of tabs and assistive technology. */
  readonly titleOf: (id: string) => string;
  readonly onTabDoubleClick: (id: string) => void;
}

interface DockProps extends DockParts {
  readonly onReady: (dock: DockHandle) => void;
  /** The layout after a change by the user, not more often than every 300 ms. */
  readonly onLayout: (layout: Layout) => void;
  readonly onActive: (id: string | null) => void;
  readonly onClosed: (id: string) => void;
  /** A panel moved into a window of its own; the result is called when that window closes. `panelInFront` tells what it shows. */
  readonly onWindow: (window: Window, panelInFront: () => string | null) => () => void;
}

const PartsContext = createContext<DockParts | null>(null);

const THEME: DockviewTheme = {
  name: 'phy',
  className: 'phy-dock',
  gap: 4,
  dndTabIndicator: 'line',
  tabGroupIndicator: 'none',
};
const SAVE_PAUSE_MS = 300;

/** Follows a value of a dockview object that says when it changes. */
function useFollowed<T>(on: (changed: () => void) => { dispose(): void }, read: () => T): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      const listener = on(changed);
      return () => listener.dispose();
    },
    [on],
  );
  return useSyncExternalStore(subscribe, read);
}

function DockPanel({ api }: IDockviewPanelProps) {
  const parts = useContext(PartsContext);
  const place = useFollowed(api.onDidLocationChange, () => api.getWindow().document.body);
  const visible = useFollowed(api.onDidVisibilityChange, () => api.isVisible);
  return <ContainerContext value={place}>{parts?.renderPanel(api.id, visible)}</ContainerContext>;
}

function DockTab({ api }: IDockviewPanelHeaderProps) {
  const parts = useContext(PartsContext);
  return (
    <span className="phy-tab" onDoubleClick={() => parts?.onTabDoubleClick(api.id)}>
      {parts?.renderTitle(api.id)}
    </span>
  );
}

function DockActions({ api, activePanel }: IDockviewHeaderActionsProps) {
  const parts = useContext(PartsContext);
  const place = useFollowed(api.onDidLocationChange, () => api.getWindow().document.body);
  if (activePanel === undefined) return null;
  return <ContainerContext value={place}>{parts?.renderActions(activePanel.id)}</ContainerContext>;
}

const COMPONENTS = { panel: DockPanel };

export function Dock(props: DockProps) {
  const { renderPanel, renderActions, renderTitle, titleOf, onTabDoubleClick } = props;
  const [least, setLeast] = useState<Least>({ width: 0, height: 0 });
  const latest = useRef(props);
  const handle = useRef<DockHandle>(null);
  const [before, after] = [useRef<HTMLElement>(null), useRef<HTMLElement>(null)];
  useEffect(() => {
    latest.current = props;
  });
  const onReady = useCallback(({ api }: DockviewReadyEvent) => {
    followDock(api, () => latest.current);
    followLeast(api, setLeast);
    handle.current = createHandle(api, (id) => latest.current.titleOf(id));
    latest.current.onReady(handle.current);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = elementOf(event.target);
    if (event.key !== 'Tab' || event.ctrlKey || event.altKey || target === null) return;
    const next = nextInDocks(handle.current?.places() ?? [], target, event.shiftKey ? -1 : 1);
    if (next === null) return;
    // At either end the browser goes on by itself, from an edge of the docks.
    if (next === 'before') return before.current?.focus();
    if (next === 'after') return after.current?.focus();
    event.preventDefault();
    next.focus();
  };
  return (
    <PartsContext value={{ renderPanel, renderActions, renderTitle, titleOf, onTabDoubleClick }}>
      <div className="phy-docks" style={{ minWidth: least.width, minHeight: least.height }} onKeyDown={onKeyDown}>
        <i ref={before} tabIndex={-1} />
        <DockviewReact
          components={COMPONENTS}
          defaultTabComponent={DockTab}
          rightHeaderActionsComponent={DockActions}
          theme={THEME}
          defaultRenderer="always"
          popoutUrl="/popout.html"
          floatingGroupBounds="boundedWithinViewport"
          floatingGroupDragHandle="tabbar"
          disableTabsOverflowList={false}
          onReady={onReady}
        />
        <i ref={after} tabIndex={-1} />
      </div>
    </PartsContext>
  );
}

interface Least {
  readonly width: number;
  readonly height: number;
}

/** Tells how small the docks may be: below that they scroll. */
function followLeast(api: DockviewApi, tell: (change: (last: Least) => Least) => void): void {
  const read = (): void =>
    tell((last) => {
      const { minimumWidth: width, minimumHeight: height } = api;
      return last.width === width && last.height === height ? last : { width, height };
    });
  api.onDidLayoutChange(read);
}

/** Tells what happens in the docks. */
function followDock(api: DockviewApi, listeners: () => DockProps): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    timer = undefined;
    // While one place fills the docks, what is kept is how it was before.
    const isWhole = api.panels.length > 0 && !api.hasMaximizedGroup();
    const layout = isWhole ? fromDockview(api.toJSON()) : null;
    if (layout !== null) listeners().onLayout(layout);
  };
  api.onDidLayoutChange(() => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_PAUSE_MS);
  });
  // Who closes the window at once has moved the panel all the same.
  window.addEventListener('pagehide', () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    save();
  });
  api.onDidActivePanelChange((event) => listeners().onActive(event.panel?.id ?? null));
  api.onDidRemovePanel((panel) => listeners().onClosed(panel.id));
  const ends = new Map<string, () => void>();
  api.onDidAddPopoutGroup(({ id, window, group }) => {
    const panelInFront = (): string | null => group.activePanel?.id ?? null;
    ends.set(id, listeners().onWindow(window, panelInFront));
  });
  api.onDidRemovePopoutGroup(({ id }) => {
    ends.get(id)?.();
    ends.delete(id);
  });
}
