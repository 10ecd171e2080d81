/** Everything the parts of the window share: client, open views, docks, commands, and what the window shows. Made once in main. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { keysInForce, type KeymapChange, type KeysInForce } from '../../core/actions/index.ts';
import { PhyError, sentenceOf } from '../../core/base/errors.ts';
import type { Client } from '../client/client.ts';
import type { DockHandle } from '../dock/handle.ts';
import { defaultLayout } from '../dock/defaultLayout.ts';
import { panelsOf, pruneLayout, readLayout, type Layout } from '../dock/layout.ts';
import { isTable, TABLE_NAMES } from '../tables/ClusterTables.tsx';
import { dressWindow, readAppearance, type Appearance } from '../theme/appearance.ts';
import type { ViewSpec } from '../view/instance.ts';
import { bindKeys, isWithout, NO_ARGUMENTS, type Arguments, type Command } from './command.ts';
import { allCommands, keyTargets } from './commands.ts';
import { changeKeymap } from './keymap.ts';
import { createUi, type Ui } from './ui.ts';
import { classOf, createViewShelf, type ViewShelf } from './viewShelf.ts';

export interface Desk {
  readonly client: Client;
  readonly shelf: ViewShelf;
  readonly ui: StoreApi<Ui>;
  /** null until the docks are on screen. */
  dock: DockHandle | null;
  commands(): readonly Command[];
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
  addView(className: string): void;
  closePanel(id: string): void;
  /** The layout to start with: the kept one, else the default for the window's width. */
  firstLayout(width: number): Layout;
  resetLayout(): void;
}

const LAYOUT_KEY = 'layout';
const APPEARANCE_KEY = 'appearance';

/** `specs`: the views of this program. To be made after the first welcome, when kept settings are known. */
export function createDesk(client: Client, specs: readonly ViewSpec[]): Desk {
  const shelf = createViewShelf(client, specs);
  const ui = createUi();
  ui.setState({ appearance: readAppearance(client.kept('user')[APPEARANCE_KEY]) });
  const known = (panel: string): boolean => isTable(panel) || specs.some((spec) => spec.name === classOf(panel));

  const keys = remembered(
    () => {
      const { keymap, snapshot } = client.mirror.getState();
      return [keymap.text, snapshot?.columns, snapshot?.groups];
    },
    () => keysInForce(client.mirror.getState().keymap.text, (profile) => keyTargets(desk, profile)),
  );
  const commands = remembered(
    () => [keys(), ...shelf.open.getState()],
    () => allCommands(desk),
  );
  let bound: { readonly commands: readonly Command[]; readonly keys: ReadonlyMap<string, Command> } | null = null;

  const desk: Desk = {
    client,
    shelf,
    ui,
    dock: null,
    commands,
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
      const appearance = { ...ui.getState().appearance, ...change };
      client.keep('user', APPEARANCE_KEY, appearance);
      ui.setState({ appearance });
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
    addView(className) {
      if (isTable(className)) return openTable(desk, className);
      const id = shelf.nextId(className);
      if (shelf.ensure(id) === undefined) return client.say('warning', `Could not create view ${className}.`);
      desk.dock?.add(id);
    },
    closePanel(id) {
      desk.dock?.close(id);
    },
    firstLayout(width) {
      const kept = readLayout(client.kept('user')[LAYOUT_KEY]);
      const usable = kept === null ? null : pruneLayout(kept, known);
      return withTables(usable ?? defaultLayout(width, known));
    },
    resetLayout() {
      const dock = desk.dock;
      if (dock === null) return;
      const layout = defaultLayout(dock.size().width, known);
      for (const id of panelsOf(layout)) shelf.ensure(id);
      dock.load(layout);
      client.say('info', 'The layout is the default one again.');
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

/** Keeps a layout for the next launch. */
export function keepLayout(client: Client, layout: Layout): void {
  client.keep('user', LAYOUT_KEY, layout);
}

function openTable(desk: Desk, name: string): void {
  if (desk.dock?.panels().includes(name) === true) desk.dock.activate(name);
  else desk.dock?.add(name);
}

/** Without the cluster view nothing can be selected, so a layout always has it. */
function withTables(layout: Layout): Layout {
  const text = JSON.stringify(layout);
  const missing = TABLE_NAMES.filter((name) => name === 'ClusterView' && !text.includes(`"${name}"`));
  if (missing.length === 0) return layout;
  const tabs = { kind: 'tabs', size: 0.3, panels: missing, active: missing[0] } as const;
  return { ...layout, root: { kind: 'row', size: 1, children: [tabs, { ...layout.root, size: 0.7 }] } };
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
