/** Every command of the window: the engine's actions, the window's own, and those of the open views. */
import type { ActionSpec } from '../../core/actions/action.ts';
import { normalizeKey } from '../../core/base/keys.ts';
import {
  actions,
  argumentsOf,
  enabled,
  parseWords,
  sortActions,
  type AvailabilityFacts,
} from '../../core/actions/index.ts';
import type { Client } from '../client/client.ts';
import { isMac } from '../ui/keyLabel.ts';
import { linksOf, switchRawDataFilter, toggleSpikeReorder } from '../view/links.ts';
import type { ViewAction, ViewInstance } from '../view/instance.ts';
import type { Arguments, Command } from './command.ts';
import type { Desk } from './desk.ts';
import { hasLasso, splitByLasso } from './split.ts';
import { OWN_SECTIONS, panelCommands } from './panelCommands.ts';
import { windowCommands } from './windowCommands.ts';

/** In the order in which snippets are looked up and keys are given out. */
export function allCommands(desk: Desk): readonly Command[] {
  const columns = desk.client.mirror.getState().snapshot?.columns ?? [];
  const specs = [...actions, ...sortActions(columns)];
  const withKeys = new Set(desk.shelf.withKeys());
  return [
    ...specs.map((spec) => engineCommand(desk, spec)),
    ...windowCommands(desk),
    ...desk.shelf.open.getState().flatMap((view) => viewCommands(desk, view, withKeys.has(view))),
  ];
}

/** True in a plain browser tab, which keeps ctrl+n and ctrl+q for itself; false in a window of its own. */
const inTab = (): boolean => matchMedia('(display-mode: browser)').matches;

function keysOfSpec(desk: Desk, spec: ActionSpec): readonly string[] {
  const profile = linksOf(desk.client).getState().keyProfile;
  const keys = spec.keys[profile] ?? spec.keys.mission;
  const own = isMac() ? [...(spec.macKeys ?? []), ...keys] : keys;
  const second = spec.tabKeys ?? [];
  return (inTab() ? [...second, ...own] : [...own, ...second]).map(normalizeKey);
}

/** What the registry needs to know to say whether an action can be done; null before the first welcome. */
function availabilityFacts(desk: Desk): AvailabilityFacts | null {
  const { snapshot, dataset } = desk.client.mirror.getState();
  if (snapshot === null || dataset === null) return null;
  return { ...snapshot, lasso: hasLasso(desk.shelf.open.getState()), has: dataset.has };
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

const isEmpty = (args: Arguments): boolean => Object.keys(args).length === 0;

function engineCommand(desk: Desk, spec: ActionSpec): Command {
  const own = windowDoes(desk)[spec.name];
  const checked = CHECKED[spec.name];
  const act = async (args: Arguments): Promise<void> => {
    if (spec.name === 'split' && isEmpty(args)) return await splitByLasso(desk);
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
    keys: keysOfSpec(desk, spec),
    usage: spec.usage,
    prompt: promptOf(desk, spec),
    hidden: spec.hidden,
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
  return { ...spec.prompt, initial: present[spec.name] ?? '' };
}

/** Ends the program; what is not saved is asked about first. Only when no action is on its way is it known what is not saved. */
async function leave(desk: Desk): Promise<void> {
  await whenIdle(desk.client);
  const dirty = desk.client.mirror.getState().snapshot?.dirty === true;
  if (dirty) desk.ui.setState({ dialog: { kind: 'exit' } });
  else await desk.client.exit('discard');
}

/** Resolves when every action sent has been answered. */
function whenIdle({ mirror }: Client): Promise<void> {
  return new Promise((resolve) => {
    if (mirror.getState().acting === 0) return resolve();
    const stop = mirror.subscribe(({ acting }) => {
      if (acting > 0) return;
      stop();
      resolve();
    });
  });
}

/** The menu of one view: what every view has, then its own actions. Only the first view of a class has keys. */
export function viewCommands(desk: Desk, view: ViewInstance, withKeys: boolean): readonly Command[] {
  const own = view.spec.actions.map((action) => viewCommand(desk, view, action, withKeys));
  return [...panelCommands(desk, view), ...own];
}

function viewCommand(desk: Desk, view: ViewInstance, action: ViewAction, withKeys: boolean): Command {
  const profile = linksOf(desk.client).getState().keyProfile;
  const keys = withKeys ? (action.keys[profile] ?? action.keys.mission ?? []) : [];
  const { prompt } = action;
  return {
    name: action.name,
    scope: view.id,
    title: action.title,
    doc: action.doc,
    aliases: action.aliases,
    section: action.section + OWN_SECTIONS,
    submenu: action.submenu,
    keys: keys.map(normalizeKey),
    usage: action.usage,
    // A prompt offers the value of the moment it is opened.
    prompt: prompt && {
      text: prompt.text,
      example: '',
      get initial() {
        return prompt.value(view);
      },
    },
    checked: action.checked && (() => action.checked?.(view) === true),
    enabled: () => action.enabled?.(view) ?? true,
    parse: parseWords,
    run: async (args) => {
      const said = await action.run(view, Array.isArray(args) ? args : [args]);
      if (typeof said === 'string' && said !== '') desk.client.say('info', said);
    },
  };
}
