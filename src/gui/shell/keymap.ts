/** keymap.json and the window: its profile and problems followed, changes written through the engine. */
import type { KeyProfile } from '../../core/actions/action.ts';
import { editKeymap, keymapSentence, keysInForce, type KeymapChange } from '../../core/actions/index.ts';
import { PhyError, sentenceOf } from '../../core/base/errors.ts';
import type { Dispose } from '../../core/base/scope.ts';
import { keyLabel } from '../ui/keyLabel.ts';
import { linksOf, setKeyProfile } from '../view/links.ts';
import { findCommand } from './command.ts';
import { inTab, keyTargets } from './commands.ts';
import type { Desk } from './desk.ts';

/** How the profiles are called in menus. */
export const PROFILE_NAMES: Readonly<Record<KeyProfile, string>> = { mission: 'phy 2.0', 'phy-2.1': 'phy 2.1' };

/** Why keymap.json is not in force, in one sentence; null when it is, or when there is none. */
export function keymapTrouble(desk: Desk): string | null {
  const { path, trouble } = desk.client.mirror.getState().keymap;
  if (trouble !== null) return `${trouble} The default keys are in force.`;
  const keys = desk.keys();
  return keys.problems.length === 0 ? null : keymapSentence(path, keys);
}

/** Tells views the profile; says what keeps keymap.json from being in force, here and at the terminal. Returns how to stop. */
export function followKeymap(desk: Desk): Dispose {
  let said: string | null = null;
  const follow = (): void => {
    const { profile } = desk.keys();
    if (linksOf(desk.client).getState().keyProfile !== profile) setKeyProfile(desk.client, profile);
    const trouble = keymapTrouble(desk);
    if (trouble !== null && trouble !== said) {
      desk.client.say('error', trouble);
      desk.client.tell(trouble);
    }
    if (trouble === null && said !== null) desk.client.say('info', 'The keys of keymap.json are in force.');
    said = trouble;
  };
  const { problems } = desk.pluginKeys();
  if (problems.length > 0) {
    const why = problems.map(({ text }) => text).join('; ');
    desk.client.say('error', `The keys that plugins give are not in force: ${why}.`);
  }
  follow();
  return desk.client.mirror.subscribe((state, before) => {
    if (state.keymap !== before.keymap) follow();
  });
}

/** Writes a change to keymap.json. Resolves with the sentence of a refusal, which has been said, or null. */
export async function changeKeymap(desk: Desk, change: KeymapChange): Promise<string | null> {
  const { text } = desk.client.mirror.getState().keymap;
  try {
    const targetsOf = (profile: KeyProfile) => keyTargets(desk, profile);
    const present = desk.keys();
    const edited = editKeymap(text, change, targetsOf(present.profile));
    if (edited === text) return null;
    const [wrong] = keysInForce(edited, targetsOf).problems;
    // Several problems are solved one by one; a new one is not made.
    if (wrong !== undefined && present.problems.length === 0) {
      throw new PhyError('refused', `The keys were not changed: ${wrong.text}.`);
    }
    return await writeKeymap(desk, edited);
  } catch (error) {
    const sentence = sentenceOf(error);
    desk.client.say('error', sentence);
    return sentence;
  }
}

/** Replaces keymap.json. Resolves with the sentence of a refusal, which has been said, or null. */
export async function writeKeymap(desk: Desk, text: string): Promise<string | null> {
  const result = await desk.client.writeKeymap(desk.client.mirror.getState().keymap.text, text);
  return result.ok ? null : result.message;
}

const SAID_KEY = 'tab_keys_said';

/** Once for a person: which keys a browser's tab keeps for itself, and what to press instead. Whoever has given them others knows. */
export function sayTabKeys(desk: Desk): void {
  if (!inTab() || desk.client.kept('user')[SAID_KEY] === true) return;
  const commands = ['move_similar_to_noise', 'exit'].map((name) => findCommand(desk.commands(), name));
  const [noise, exit] = commands.map((command) => command?.keys[0]);
  if (noise === undefined || exit === undefined) return;
  desk.client.keep('user', SAID_KEY, true);
  const taken = `${keyLabel('ctrl+n')} and ${keyLabel('ctrl+q')}`;
  const instead = `${keyLabel(noise)} and ${keyLabel(exit)}`;
  desk.client.say(
    'info',
    `In a tab ${taken} belong to the browser: press ${instead} instead. A window of its own has all keys.`,
  );
}

/** What no page gets to see in a tab of a browser. */
export const TAKEN_BY_TAB: readonly string[] = ['ctrl+n', 'ctrl+t', 'ctrl+w', 'ctrl+q'];
