/** Every command of the window: the engine's actions, the window's own, and those of the open views. */
import type { ActionSpec, KeyProfile } from '../../core/actions/action.ts';
import { normalizeKey } from '../../core/base/keys.ts';
import {
  allActions,
  argumentsOf,
  enabled,
  needsNoClusters,
  parseWords,
  type AvailabilityFacts,
  type KeyTarget,
} from '../../core/actions/index.ts';
import { hasClusters } from '../client/hasClusters.ts';
import { isMac } from '../ui/keyLabel.ts';
import { linksOf, switchRawDataFilter, toggleSpikeReorder } from '../view/links.ts';
import type { ViewAction, ViewInstance, ViewSpec } from '../view/instance.ts';
import { addressOf, isWithout, withKeysInForce, type Arguments, type Command } from './command.ts';
import type { Desk } from './desk.ts';
import { usableGroups } from './groupKeys.ts';
import { leave } from './leave.ts';
import { hasLasso, splitByLasso } from './split.ts';
import { notOpen, OWN_SECTIONS, panelCommands } from './panelCommands.ts';
import { windowCommands } from './windowCommands.ts';

/** What can be done now, in the order in which snippets are looked up and keys are given out. */
export function allCommands(desk: Desk): readonly Command[] {
  const keys = desk.keys();
  const withKeys = new Set(desk.shelf.withKeys());
  const views = desk.shelf.open.getState().flatMap((view) => {
    const commands = withPluginKeys(desk, viewCommands(desk, view.spec, view.id, keys.profile));
    return withKeys.has(view) ? withKeysInForce(commands, keys) : commands.map(withoutKeys);
  });
  const program = withKeysInForce(withPluginKeys(desk, programCommands(desk, keys.profile)), keys);
  return [...(hasClusters(desk.client) ? program : program.filter(isForRecordings)), ...views];
}

/** Of the program's commands, those that do something without clusters. */
const isForRecordings = ({ name, scope, remote }: Command): boolean =>
  scope !== 'Edit' &&
  scope !== 'Select' &&
  name !== 'toggle_spike_reorder' &&
  (remote !== true || needsNoClusters(name));

/** Everything there is: of the program, and of every class of views whether one is open or not. */
export function everyCommand(desk: Desk): readonly Command[] {
  const keys = desk.keys();
  return withKeysInForce(declaredCommands(desk, keys.profile), keys);
}

/** Everything that keymap.json can give keys to, with the keys of a profile. */
export function keyTargets(desk: Desk, profile: KeyProfile): readonly KeyTarget[] {
  return targetsOf(declaredCommands(desk, profile));
}

/** The same without the keys that plugins give. */
export function plainTargets(desk: Desk, profile: KeyProfile): readonly KeyTarget[] {
  return targetsOf([...programCommands(desk, profile), ...declaredViews(desk, profile)]);
}

function targetsOf(commands: readonly Command[]): readonly KeyTarget[] {
  return commands.map((command) => ({
    id: addressOf(command),
    aliases: command.aliases,
    keys: command.defaultKeys,
  }));
}

function declaredCommands(desk: Desk, profile: KeyProfile): readonly Command[] {
  return withPluginKeys(desk, [...programCommands(desk, profile), ...declaredViews(desk, profile)]);
}

/** The keys that plugins give stand for those of the profile. */
function withPluginKeys(desk: Desk, commands: readonly Command[]): readonly Command[] {
  const { changed } = desk.pluginKeys();
  if (changed.size === 0) return commands;
  return withKeysInForce(commands, desk.pluginKeys()).map((command) =>
    changed.has(addressOf(command)) ? { ...command, defaultKeys: command.keys } : command,
  );
}

/** Those of every class of views, whether one is open or not. */
const declaredViews = (desk: Desk, profile: KeyProfile): readonly Command[] =>
  [...desk.shelf.specs, ...desk.shelf.others].flatMap((spec) => viewCommands(desk, spec, spec.name, profile));

/** The engine's actions and the window's own. */
function programCommands(desk: Desk, profile: KeyProfile): readonly Command[] {
  const { columns, groups, actions } = desk.client.mirror.getState().snapshot ?? {};
  const own = windowCommands(desk);
  const specs = allActions(usableGroups(groups, [...own, ...declaredViews(desk, profile)]), columns, actions);
  return [...specs.map((spec) => engineCommand(desk, spec, profile)), ...own];
}

const withoutKeys = (command: Command): Command => ({ ...command, keys: [], defaultKeys: [], spareKeys: [] });

/** True in a plain browser tab, which keeps ctrl+n and ctrl+q for itself; false in a window of its own. */
export const inTab = (): boolean => matchMedia('(display-mode: browser)').matches;

function keysOfSpec(spec: ActionSpec, profile: KeyProfile): readonly string[] {
  const keys = spec.keys[profile] ?? spec.keys.mission;
  const own = isMac() ? [...(spec.macKeys ?? []), ...keys] : keys;
  const second = spec.tabKeys ?? [];
  return (inTab() ? [...second, ...own] : [...own, ...second]).map(normalizeKey);
}

/** What the registry needs to know to say whether an action can be done; null before the first welcome. */
function availabilityFacts(desk: Desk): AvailabilityFacts | null {
  const { snapshot, dataset, rows } = desk.client.mirror.getState();
  if (snapshot === null || dataset === null) return null;
  const isMasked = (id: number): boolean => rows.get(id)?.is_masked === true;
  return {
    ...snapshot,
    isMasked,
    lasso: hasLasso(desk.shelf.open.getState()),
    has: dataset.has,
    format: dataset.format,
  };
}

/** Actions of the registry that the window does itself. */
function windowDoes(desk: Desk): Readonly<Record<string, (args: Arguments) => void | Promise<void>>> {
  const { client, ui } = desk;
  return {
    enable_snippet_mode: () => ui.setState({ snippet: true, palette: false, typed: '' }),
    exit: () => leave(desk),
    toggle_spike_reorder: () => client.say('info', toggleSpikeReorder(client)),
    switch_raw_data_filter: () => client.say('info', switchRawDataFilter(client)),
    show_all_shortcuts: () => ui.setState({ dialog: { kind: 'help' }, typed: '' }),
    about: () => ui.setState({ dialog: { kind: 'about' } }),
  };
}

const CHECKED: Readonly<Record<string, (desk: Desk) => boolean>> = {
  skip_noise_and_mua: ({ client }) => client.mirror.getState().snapshot?.wizard.skipMasked === true,
  toggle_spike_reorder: ({ client }) => linksOf(client).getState().reordered,
};

function engineCommand(desk: Desk, spec: ActionSpec, profile: KeyProfile): Command {
  const keys = keysOfSpec(spec, profile);
  const own = windowDoes(desk)[spec.name];
  const checked = CHECKED[spec.name];
  const act = async (args: Arguments): Promise<void> => {
    if (spec.name === 'split' && isWithout(args)) return await splitByLasso(desk);
    if (spec.form !== undefined && isWithout(args)) return desk.ui.setState({ dialog: { kind: 'splitter', spec } });
    await desk.client.act(spec.name, args);
  };
  return {
    name: spec.name,
    scope: spec.group,
    title: spec.title,
    doc: spec.doc,
    aliases: spec.aliases,
    section: spec.section,
    submenu: spec.submenu,
    keys,
    defaultKeys: keys,
    usage: spec.usage,
    prompt: promptOf(desk, spec),
    move: spec.move,
    hidden: spec.hidden,
    asks: spec.form !== undefined,
    checked: checked === undefined ? undefined : () => checked(desk),
    remote: own === undefined,
    enabled: () => {
      const facts = availabilityFacts(desk);
      return facts === null ? 'The dataset is not open yet.' : enabled(spec, facts);
    },
    parse: (rest) => argumentsOf(spec, rest),
    run: own ?? act,
  };
}

function promptOf(desk: Desk, spec: ActionSpec): Command['prompt'] {
  if (spec.prompt === undefined) return undefined;
  const { snapshot } = desk.client.mirror.getState();
  const present: Readonly<Record<string, string | undefined>> = {
    filter: snapshot?.clusterTable.settings.filter,
    select_n_similar: String(snapshot?.wizard.similarCount ?? ''),
  };
  return { ...spec.prompt, initial: present[spec.name] ?? '', mayBeEmpty: spec.wholeText === true };
}

/** The menu of the view `id`, open or not: what every view has, then its own actions. */
function viewCommands(desk: Desk, spec: ViewSpec, id: string, profile: KeyProfile): readonly Command[] {
  return [...panelCommands(desk, spec, id), ...spec.actions.map((action) => viewCommand(desk, action, id, profile))];
}

/** Entries of the menu of an open view that depend on the dataset, as it is now. */
export function moreCommands(desk: Desk, view: ViewInstance): readonly Command[] {
  const more = view.spec.moreActions?.(view) ?? [];
  return more.map((action) => viewCommand(desk, action, view.id, desk.keys().profile));
}

function viewCommand(desk: Desk, action: ViewAction, id: string, profile: KeyProfile): Command {
  const keys = (action.keys[profile] ?? action.keys.mission ?? []).map(normalizeKey);
  const view = (): ViewInstance | undefined => desk.shelf.get(id);
  const { prompt } = action;
  return {
    name: action.name,
    scope: id,
    title: action.title,
    doc: action.doc,
    aliases: action.aliases,
    section: action.section + OWN_SECTIONS,
    submenu: action.submenu,
    keys,
    defaultKeys: keys,
    spareKeys: action.spareKeys?.map(normalizeKey),
    usage: action.usage,
    // A prompt offers the value of the moment it is opened.
    prompt: prompt && {
      text: prompt.text,
      example: '',
      get initial() {
        const open = view();
        return open === undefined ? '' : prompt.value(open);
      },
    },
    checked: action.checked && (() => whenOpen(view(), (open) => action.checked?.(open) === true, false)),
    enabled: () =>
      whenOpen<true | string>(view(), (open) => missingOf(open) ?? action.enabled?.(open) ?? true, notOpen(id)),
    parse: parseWords,
    run: async (args) => {
      const open = view();
      if (open === undefined) return desk.client.say('warning', notOpen(id));
      const said = await action.run(open, Array.isArray(args) ? args : [args]);
      if (typeof said === 'string' && said !== '') desk.client.say('info', said);
    },
  };
}

/** Why the dataset has nothing for a view to act on, null when it has. */
function missingOf({ client, spec }: ViewInstance): string | null {
  const { dataset } = client.mirror.getState();
  const missing = dataset === null ? null : spec.missing(dataset);
  return missing === null ? null : `${missing.title}.`;
}

const whenOpen = <T>(view: ViewInstance | undefined, read: (view: ViewInstance) => T, otherwise: T): T =>
  view === undefined ? otherwise : read(view);
