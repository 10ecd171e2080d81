/** What a change of keys does to keymap.json, and to the actions that have the keys already. Pure. */
import { addressOf, type Command } from './command.ts';

/** Keys by address; null takes the entry out of keymap.json. */
export type Bindings = ReadonlyMap<string, readonly string[] | null>;

export interface KeyPlan {
  /** Actions that have a wanted key now. Empty: nothing is in the way. */
  readonly owners: readonly { readonly key: string; readonly owner: Command }[];
  /** The change, with the wanted keys taken from their owners. */
  readonly takeOver: Bindings;
  /** The change, with the owner given the key that the action gives up for it; null where there is no such pair. */
  readonly swap: Bindings | null;
}

/** Gives `command` exactly the keys `wanted`. */
export function planKeys(commands: readonly Command[], command: Command, wanted: readonly string[]): KeyPlan {
  const others = commands.filter((other) => addressOf(other) !== addressOf(command));
  const owners = wanted.flatMap((key) =>
    others.filter(({ keys }) => keys.includes(key)).map((owner) => ({ key, owner })),
  );
  const own = entry(command, wanted);
  const takeOver = new Map([own]);
  for (const { owner } of owners) {
    const [address, keys] = entry(
      owner,
      owner.keys.filter((key) => !wanted.includes(key)),
    );
    takeOver.set(address, keys);
  }
  return { owners, takeOver, swap: swapped(command, wanted, owners, own) };
}

function swapped(command: Command, wanted: readonly string[], owners: KeyPlan['owners'], own: Entry): Bindings | null {
  const [only, ...more] = owners;
  const [given] = command.keys.filter((key) => !wanted.includes(key));
  if (only === undefined || more.length > 0 || given === undefined) return null;
  const keys = only.owner.keys.map((key) => (key === only.key ? given : key));
  return new Map([own, entry(only.owner, keys)]);
}

type Entry = readonly [string, readonly string[] | null];

/** Keys that are those of the profile need no entry. */
function entry(command: Command, keys: readonly string[]): Entry {
  const isDefault = keys.join(' ') === command.defaultKeys.join(' ');
  return [addressOf(command), isDefault ? null : keys];
}
