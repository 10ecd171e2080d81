/** Everything the parts of the window share: client, open views, docks, commands, and what the window shows. Made once in main. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { keysInForce, type KeymapChange, type KeysInForce } from '../../core/actions/index.ts';
import { PhyError, sentenceOf } from '../../core/base/errors.ts';
import type { Client } from '../client/client.ts';
import type { DockHandle } from '../dock/handle.ts';
import { isTable } from '../tables/ClusterTables.tsx';
import { dressWindow, readAppearance, type Appearance } from '../theme/appearance.ts';
import type { WindowPlugins } from '../plugins/load.ts';
import type { ViewCatalog } from '../view/instance.ts';
import { bindKeys, isWithout, NO_ARGUMENTS, type Arguments, type Command } from './command.ts';
import { allCommands, keyTargets, plainTargets } from './commands.ts';
import { changeKeymap } from './keymap.ts';
import { createLayouts, type Layouts } from './layouts.ts';
import { createTitles, type Titles } from './titles.ts';
import { createUi, type Ui } from './ui.ts';
import { createViewShelf, type ViewShelf } from './viewShelf.ts';

export interface Desk {
  readonly client: Client;
  readonly shelf: ViewShelf;
  readonly ui: StoreApi<Ui>;
  readonly titles: Titles;
  readonly layouts: Layouts;
  /** null until the docks are on screen. */
  dock: DockHandle | null;
  commands(): readonly Command[];
  /** What plugins bring. */
  readonly plugins: PluginParts;
  /** Keys that plugins give to actions, below those of keymap.json. */
  pluginKeys(): KeysInForce;
  /** Profile and keys of keymap.json, and why they are not in force. */
  keys(): KeysInForce;
  /** Writes a change to keymap.json. Resolves with the sentence of a refusal, which has been said, or null. */
  changeKeymap(change: KeymapChange): Promise<string | null>;
  /** Keys in force, normalised. */
  bindings(): ReadonlyMap<string, Command>;
  /** Does it, or asks for its arguments first; says why when it cannot be done. */
  start(command: Command): void;
  /** Does it with these arguments. Rejects with the PhyError of wrong arguments. */
  run(command: Command, args: Arguments): Promise<void>;
  setAppearance(change: Partial<Appearance>): void;
  /** Shows the appearance in a window and follows changes; returns how to stop. */
  dress(window: Window): () => void;
  /** The window that is worked in: this one, or one that a panel moved into. Only the one with the focus has a clipboard. */
  windowInUse(): Window & typeof globalThis;
  addView(className: string): void;
  closePanel(id: string): void;
}

const APPEARANCE_KEY = 'appearance';

/** What plugins bring to the whole window. */
type PluginParts = Pick<WindowPlugins, 'keys' | 'openViews' | 'layout' | 'appearance' | 'troubles'>;
const NO_PLUGINS: PluginParts = { keys: {}, openViews: [], layout: null, appearance: {}, troubles: [] };

/** `views`: those of the dataset. To be made after the first welcome, when kept settings are known. */
export function createDesk(client: Client, views: ViewCatalog, plugins: PluginParts = NO_PLUGINS): Desk {
  const shelf = createViewShelf(client, views);
  const ui = createUi();
  const keptAppearance = (): unknown => {
    const kept = client.kept('user')[APPEARANCE_KEY];
    return { ...plugins.appearance, ...(typeof kept === 'object' ? kept : {}) };
  };
  const showAppearance = (): void => ui.setState({ appearance: readAppearance(keptAppearance()) });
  showAppearance();
  client.keptElsewhere.listen(({ key }) => key === APPEARANCE_KEY && showAppearance());
  const titles = createTitles(client);
  const scale = (): number => ui.getState().appearance.scale;
  const layouts = createLayouts(client, views, shelf, () => desk.dock, plugins.layout, scale);

  const pluginKeys = remembered(
    () => [client.mirror.getState().snapshot?.columns, client.mirror.getState().snapshot?.groups],
    () => keysInForce(JSON.stringify({ bindings: plugins.keys }), (profile) => plainTargets(desk, profile)),
  );
  const keys = remembered(
    () => {
      const { keymap, snapshot, layouts: saved } = client.mirror.getState();
      return [keymap.text, snapshot?.columns, snapshot?.groups, snapshot?.actions, saved];
    },
    () => keysInForce(client.mirror.getState().keymap.text, (profile) => keyTargets(desk, profile)),
  );
  const commands = remembered(
    () => [keys(), ...shelf.open.getState(), ...shelf.withKeys()],
    () => allCommands(desk),
  );
  let bound: { readonly commands: readonly Command[]; readonly keys: ReadonlyMap<string, Command> } | null = null;

  const desk: Desk = {
    client,
    shelf,
    ui,
    titles,
    layouts,
    dock: null,
    commands,
    plugins,
    pluginKeys,
    keys,
    changeKeymap: (change) => changeKeymap(desk, change),
    bindings() {
      const list = commands();
      if (bound?.commands !== list) bound = { commands: list, keys: bindKeys(list) };
      return bound.keys;
    },
    start(command) {
      const refusal = refusalOf(client, command);
      if (refusal !== null) return client.say('warning', refusal);
      if (command.prompt !== undefined) return ui.setState({ dialog: { kind: 'prompt', command }, typed: '' });
      desk.run(command, NO_ARGUMENTS).catch((error: unknown) => client.say('error', sentenceOf(error)));
    },
    async run(command, args) {
      // Without arguments it is about what is selected; `:g 2 22` merges whatever is.
      const refusal = command.remote === true && !isWithout(args) ? null : refusalOf(client, command);
      if (refusal !== null) throw new PhyError('refused', refusal);
      await command.run(args);
    },
    setAppearance(change) {
      const kept = client.kept('user')[APPEARANCE_KEY];
      // Only what was chosen: another program may have chosen something else.
      client.keep('user', APPEARANCE_KEY, { ...(typeof kept === 'object' ? kept : {}), ...change });
      ui.setState({ appearance: { ...ui.getState().appearance, ...change } });
    },
    dress(window) {
      const dressed = dressWindow(window, () => ui.getState().appearance);
      const stop = ui.subscribe((state, before) => {
        if (state.appearance !== before.appearance) dressed.refresh();
      });
      return () => {
        stop();
        dressed.stop();
      };
    },
    windowInUse: () => ui.getState().place?.ownerDocument.defaultView ?? globalThis.window,
    addView(className) {
      if (isTable(className)) return openTable(desk, className);
      const id = shelf.nextId(className);
      if (shelf.ensure(id) === undefined) return client.say('warning', `Could not create view ${className}.`);
      desk.dock?.add(id);
    },
    closePanel(id) {
      // Without the cluster view nothing can be selected.
      if (id !== 'ClusterView') desk.dock?.close(id);
    },
  };
  return desk;
}

/** What `make` gave last, as long as `of` gives the same values. */
function remembered<T>(of: () => readonly unknown[], make: () => T): () => T {
  let last: { readonly of: readonly unknown[]; readonly made: T } | null = null;
  return () => {
    const now = of();
    const isSame = last?.of.length === now.length && last.of.every((value, place) => Object.is(value, now[place]));
    if (last === null || !isSame) last = { of: now, made: make() };
    return last.made;
  };
}

/**
 * Why a command cannot be done now, null when it can. While an action is on its way the state here is behind: then a key pressed right
 * after another one goes to the engine, which does them in order and has the last word.
 */
function refusalOf(client: Client, command: Command): string | null {
  if (command.remote === true && client.mirror.getState().acting > 0) return null;
  const enabled = command.enabled();
  return enabled === true ? null : enabled;
}

function openTable(desk: Desk, name: string): void {
  if (desk.dock?.panels().includes(name) === true) desk.dock.activate(name);
  else desk.dock?.add(name);
}

export const DeskContext = createContext<Desk | null>(null);

/** The desk of this window. Throws outside of a DeskContext: a defect of ours. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('useDesk outside of DeskContext');
  return desk;
}

export function useUi<T>(selector: (ui: Ui) => T): T {
  return useStore(useDesk().ui, selector);
}
