/**
 * keymap.json of the user: a profile, and keys that replace those of the profile (spec/curation.md 6.6).
 * `{"profile": "mission" | "phy-2.1", "bindings": {"Edit.merge": "x", "WaveformView.widen": ["a", "b"], "Help.about": null}}`
 * Bindings are in force all together or not at all: one that cannot be leaves the keys of the profile as they are.
 */
import { PhyError } from '../base/errors.ts';
import { parseJsonText, setMember, type JsonNode, type JsonObject } from '../base/jsonText.ts';
import { keyTrouble, normalizeKey } from '../base/keys.ts';
import type { KeyProfile } from './action.ts';

export const KEY_PROFILES: readonly KeyProfile[] = ['mission', 'phy-2.1'];

/** An action that keys can be given to. */
export interface KeyTarget {
  /** `Edit.merge`, `WaveformView.widen`: a view is named by its class. */
  readonly id: string;
  /** Other names of it within its group. */
  readonly aliases: readonly string[];
  /** Its keys in the profile, normalised. */
  readonly keys: readonly string[];
}

/** Why bindings are not in force: half a sentence that names the entries. */
export interface KeymapProblem {
  /** Entries of keymap.json, or actions, that it is about. */
  readonly entries: readonly string[];
  readonly text: string;
}

/** What the file says, each entry as it is written; keys normalised. */
export interface WrittenKeymap {
  readonly profile: KeyProfile | null;
  readonly bindings: readonly { readonly name: string; readonly keys: readonly string[] }[];
  readonly problems: readonly KeymapProblem[];
}

const NOTHING: WrittenKeymap = { profile: null, bindings: [], problems: [] };
const problem = (text: string, ...entries: readonly string[]): KeymapProblem => ({ entries, text });

/** Reads the text of keymap.json, without knowing which actions there are. Never throws. */
export function readKeymap(text: string): WrittenKeymap {
  let root: JsonNode;
  try {
    root = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    return { ...NOTHING, problems: [problem(`it is not valid JSON (${error.message})`)] };
  }
  if (root.kind !== 'object') return { ...NOTHING, problems: [problem('it holds no object {...}')] };
  const problems = [...strangers(root), ...doubles(root)];
  const profile = memberOf(root, 'profile');
  const bindings = memberOf(root, 'bindings');
  if (profile !== undefined && profileOf(profile) === null) problems.push(problem(`“profile” must be ${PROFILES}`));
  if (bindings !== undefined && bindings.kind !== 'object')
    problems.push(problem('“bindings” must be an object {...}'));
  const entries = bindings?.kind === 'object' ? bindings : undefined;
  const read = entries?.members.map(({ key, value }) => readBinding(key, value)) ?? [];
  if (entries !== undefined) problems.push(...doubles(entries));
  return {
    profile: profile === undefined ? null : profileOf(profile),
    bindings: read.map(({ name, keys }) => ({ name, keys })),
    problems: [...problems, ...read.flatMap((one) => one.problems)],
  };
}

const PROFILES = KEY_PROFILES.map((name) => `"${name}"`).join(' or ');

const memberOf = (object: JsonObject, key: string): JsonNode | undefined =>
  object.members.find((member) => member.key === key)?.value;

function profileOf(node: JsonNode): KeyProfile | null {
  return KEY_PROFILES.find((name) => node.kind === 'scalar' && node.value === name) ?? null;
}

function strangers({ members }: JsonObject): readonly KeymapProblem[] {
  const unknown = members.filter(({ key }) => key !== 'profile' && key !== 'bindings');
  return unknown.map(({ key }) => problem(`“${key}” is neither “profile” nor “bindings”`, key));
}

function doubles({ members }: JsonObject): readonly KeymapProblem[] {
  const keys = members.map(({ key }) => key);
  const twice = new Set(keys.filter((key, place) => keys.indexOf(key) < place));
  return [...twice].map((key) => problem(`${key} stands there twice`, key));
}

/** A key, a list of keys, or null for none. */
function readBinding(name: string, node: JsonNode) {
  const items = node.kind === 'list' ? node.items : isNull(node) ? [] : [node];
  const written = items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? item.value : []));
  if (written.length < items.length) {
    return { name, keys: [], problems: [problem(`${name} must be a key, a list of keys or null`, name)] };
  }
  const keys = written.map(normalizeKey);
  const troubles = written.flatMap((key) => {
    const trouble = keyTrouble(key);
    return trouble === null ? [] : [problem(`${name}: “${key}” cannot be pressed, ${trouble}`, name)];
  });
  const twice = keys.filter((key, place) => keys.indexOf(key) < place);
  const repeated = twice.map((key) => problem(`${name} names ${key} twice`, name));
  return { name, keys, problems: troubles.length > 0 ? troubles : repeated };
}

const isNull = (node: JsonNode): boolean => node.kind === 'scalar' && node.value === null;

/** The keys of the whole program. */
export interface KeysInForce {
  readonly profile: KeyProfile;
  /** Keys of the actions that keymap.json changes, by id; empty while it is not in force. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
  /** What keymap.json asks for, by id where the action is known; the same as `changed` while it is in force. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** Why keymap.json is not in force; empty when it is, or when there is none. */
  readonly problems: readonly KeymapProblem[];
}

/** What a keymap.json makes of the actions there are; `null` for no file. A valid profile holds even when the bindings do not. */
export function keysInForce(
  text: string | null,
  targetsOf: (profile: KeyProfile) => readonly KeyTarget[],
): KeysInForce {
  const written = text === null ? NOTHING : readKeymap(text);
  const profile = written.profile ?? 'mission';
  const targets = targetsOf(profile);
  const names = namesOf(targets);
  const asked = new Map<string, readonly string[]>();
  const problems = [...written.problems];
  const nameOf = new Map<string, string>();
  for (const { name, keys } of written.bindings) {
    const id = names(name);
    if (id === undefined) problems.push(unknownAction(name, targets));
    const other = nameOf.get(id ?? name);
    if (other !== undefined && other !== name)
      problems.push(problem(`${other} and ${name} are the same action`, other, name));
    nameOf.set(id ?? name, name);
    asked.set(id ?? name, keys);
  }
  problems.push(...collisions(targets, asked));
  return { profile, asked, changed: problems.length === 0 ? asked : new Map(), problems };
}

/** Actions that exist for each column of the cluster view and each attribute of spikes: one that this dataset lacks is no mistake. */
const PER_DATASET = /^(Select\.sort_by_|View\.color_field_|View\.add_Spike|Spike[A-Z]\w*View\.)./;

/** From a name in keymap.json to the id of the action. */
function namesOf(targets: readonly KeyTarget[]): (name: string) => string | undefined {
  const ids = new Map<string, string>();
  for (const { id, aliases } of targets) for (const alias of aliases) ids.set(groupOf(id) + alias, id);
  for (const { id } of targets) ids.set(id, id);
  return (name) => {
    // The reference has the snippet mode in a group of its own.
    const ours = name.replace(/^Snippets\./, 'File.');
    return ids.get(ours) ?? (PER_DATASET.test(ours) ? ours : undefined);
  };
}

/** `Edit.merge` -> `Edit.` */
const groupOf = (id: string): string => id.slice(0, id.indexOf('.') + 1);
const actionOf = (id: string): string => id.slice(id.indexOf('.') + 1);

function unknownAction(name: string, targets: readonly KeyTarget[]): KeymapProblem {
  const action = actionOf(name);
  const elsewhere = targets.find(({ id, aliases }) => actionOf(id) === action || aliases.includes(action));
  const hint = elsewhere === undefined ? '' : ` (${elsewhere.id} is)`;
  return problem(`${name} is not an action${hint}`, name);
}

/** Keys that an entry wants and another action has or wants too. What only the profile says is never a collision. */
function collisions(
  targets: readonly KeyTarget[],
  asked: ReadonlyMap<string, readonly string[]>,
): readonly KeymapProblem[] {
  const users = new Map<string, string[]>();
  const use = (id: string, keys: readonly string[]): void => {
    for (const key of new Set(keys)) users.set(key, [...(users.get(key) ?? []), id]);
  };
  for (const { id, keys } of targets) if (!asked.has(id)) use(id, keys);
  for (const [id, keys] of asked) use(id, keys);
  return [...users].flatMap(([key, ids]) => {
    if (ids.length < 2 || !ids.some((id) => asked.has(id))) return [];
    return [problem(`${listed(ids)} ${ids.length === 2 ? 'both' : 'all'} want ${key}`, ...ids)];
  });
}

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** The whole sentence for problems; `path` names the file. */
export function keymapSentence(path: string, { profile, problems }: Pick<KeysInForce, 'profile' | 'problems'>): string {
  const why = problems.map(({ text }) => text).join('; ');
  return `The keys of ${path} are not in force: ${why}. The default keys (profile ${profile}) are.`;
}

export interface KeymapChange {
  readonly profile?: KeyProfile;
  /** Keys by id; `null` takes the entry out, so that the keys of the profile hold again. */
  readonly bindings?: ReadonlyMap<string, readonly string[] | null>;
  /** Takes every entry out first. */
  readonly resetAll?: boolean;
}

/**
 * The text of keymap.json after a change; what is not changed stays as it is written. `null` for no file. Throws `refused` when the text is
 * not a JSON object.
 */
export function editKeymap(text: string | null, change: KeymapChange, targets: readonly KeyTarget[]): string {
  let edited = text ?? '{\n  "profile": "mission",\n  "bindings": {}\n}\n';
  if (change.profile !== undefined)
    edited = setMember(edited, rootOf(edited), 'profile', JSON.stringify(change.profile));
  if (change.resetAll === true) edited = setMember(edited, rootOf(edited), 'bindings', '{}');
  const names = namesOf(targets);
  for (const [id, keys] of change.bindings ?? []) {
    if (memberOf(rootOf(edited), 'bindings')?.kind !== 'object') {
      edited = setMember(edited, rootOf(edited), 'bindings', '{}');
    }
    const present = bindingsOf(edited).members.map(({ key }) => key);
    const [first = id, ...others] = present.filter((name) => (names(name) ?? name) === id);
    for (const name of others) edited = setMember(edited, bindingsOf(edited), name, undefined);
    edited = setMember(edited, bindingsOf(edited), first, keys === null ? undefined : keysText(keys));
  }
  return edited;
}

function rootOf(text: string): JsonObject {
  try {
    const root = parseJsonText(text);
    if (root.kind === 'object') return root;
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    throw new PhyError('refused', `keymap.json is not valid JSON (${error.message}). Correct it first.`);
  }
  throw new PhyError('refused', 'keymap.json holds no object {...}. Correct it first.');
}

function bindingsOf(text: string): JsonObject {
  const bindings = memberOf(rootOf(text), 'bindings');
  if (bindings?.kind === 'object') return bindings;
  throw new Error('the bindings were not made');
}

/** `null`, `"x"` or `["x", "y"]`. */
function keysText(keys: readonly string[]): string {
  const quoted = keys.map((key) => JSON.stringify(key));
  return quoted.length === 0 ? 'null' : quoted.length === 1 ? quoted[0] : `[${quoted.join(', ')}]`;
}
