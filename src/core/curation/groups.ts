/**
 * The groups that clusters are sorted into: the four of the reference (spec/curation.md 1.7), which may look and behave otherwise but cannot be
 * removed, and those that the user adds (key `groups` of config.json). A cluster may hold any other value; it is kept and shown as it is.
 */
import { PhyError } from '../base/errors.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { numericText } from './table.ts';

export interface ClusterGroup {
  /** As it stands in cluster_group.tsv. */
  readonly name: string;
  /** `#rrggbb`, as plots paint it. */
  readonly color: string;
  /** Letter that moves clusters to it (alt best, ctrl similar, ctrl+alt all); null = no key. */
  readonly key: string | null;
  /** The wizard goes past clusters of a masked group. */
  readonly masked: boolean;
}

/** In menu order. */
export const BUILT_IN_GROUPS: readonly ClusterGroup[] = [
  { name: 'noise', color: '#666666', key: 'n', masked: true },
  { name: 'mua', color: '#808080', key: 'm', masked: true },
  { name: 'good', color: '#86d16d', key: 'g', masked: false },
  { name: 'unsorted', color: '#ffffff', key: 'u', masked: false },
];
export const isBuiltIn = (name: string): boolean => BUILT_IN_GROUPS.some((group) => group.name === name);

/** Colours for groups without one: apart from each other and from the built-in ones. */
const SPARE_COLORS = ['#5ab4e6', '#e6a15a', '#c58af0', '#e3d35a', '#5ad1b8', '#f08ab0'];
export const spareColor = (place: number): string => SPARE_COLORS[place % SPARE_COLORS.length];

const MOST_GROUPS = 40;
const LONGEST_NAME = 40;
const PROPERTIES = ['name', 'color', 'key', 'masked'];

/** Group of a cluster by name: a cluster without one is unsorted. */
export function groupName(value: MetadataValue | undefined): string {
  return value === null || value === undefined || value === '' ? 'unsorted' : String(value);
}

/** Whether the wizard goes past a cluster with this value in its field `group`. */
export function maskedTest(groups: readonly ClusterGroup[]): (value: MetadataValue | undefined) => boolean {
  const masked = new Set(groups.filter((group) => group.masked).map((group) => group.name));
  return (value) => masked.has(groupName(value));
}

/** How config.json counts its entries. */
const inFile = (place: number): string => `groups[${place}]`;

/**
 * The groups that a list from config.json or from the window means: the four built-in ones with what the list says about them, then the
 * others in its order. Throws `usage` in a sentence that names the entry as `nameOf` does.
 */
export function readGroups(list: unknown, nameOf: (place: number) => string = inFile): readonly ClusterGroup[] {
  if (!Array.isArray(list)) throw refused('groups', 'is no list');
  const entries: readonly unknown[] = list;
  const given = entries.map((entry, place) => readEntry(entry, nameOf(place)));
  const own = given.filter(({ name }) => !isBuiltIn(name));
  const groups = [
    ...BUILT_IN_GROUPS.map((group) => ({ ...group, ...given.find(({ name }) => name === group.name) })),
    ...own.map((entry, place) => ({ color: spareColor(place), key: null, masked: false, ...entry })),
  ];
  if (groups.length > MOST_GROUPS)
    throw refused('groups', `has ${groups.length} groups, expected at most ${MOST_GROUPS}`);
  checkNames(given);
  checkKeys(groups);
  return groups;
}

/** What has to be written so that `readGroups` gives these groups: of the built-in ones only what is not as usual. */
export function groupEntries(groups: readonly ClusterGroup[]): readonly Partial<ClusterGroup>[] {
  return groups.flatMap((group): readonly Partial<ClusterGroup>[] => {
    const usual = BUILT_IN_GROUPS.find(({ name }) => name === group.name);
    if (usual === undefined) return [group];
    const changed = {
      ...(group.color === usual.color ? {} : { color: group.color }),
      ...(group.key === usual.key ? {} : { key: group.key }),
      ...(group.masked === usual.masked ? {} : { masked: group.masked }),
    };
    return Object.keys(changed).length === 0 ? [] : [{ name: group.name, ...changed }];
  });
}

type Entry = Partial<ClusterGroup> & Pick<ClusterGroup, 'name'>;

function readEntry(entry: unknown, where: string): Entry {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw refused(where, 'is no object');
  const { name, color, key, masked, ...others }: Readonly<Record<string, unknown>> = { ...entry };
  const [odd] = Object.keys(others);
  if (odd !== undefined) throw refused(where, `has “${odd}”, expected ${PROPERTIES.join(', ')}`);
  return {
    name: readName(name, where),
    ...(color === undefined ? {} : { color: readColor(color, where) }),
    ...(key === undefined ? {} : { key: readKey(key, where) }),
    ...(masked === undefined ? {} : { masked: readMasked(masked, where) }),
  };
}

function readName(name: unknown, where: string): string {
  if (typeof name !== 'string' || name.trim() === '') throw refused(where, 'has no name');
  if (name !== name.trim()) throw refused(where, `is called “${name}”, expected no blanks around the name`);
  if (name.length > LONGEST_NAME) throw refused(where, `has a name of more than ${LONGEST_NAME} characters`);
  if (/\p{Cc}/u.test(name)) throw refused(where, 'has a tab or a line break in its name');
  // In the file it would be a number for every program that reads it.
  if (numericText(name) !== undefined || /^[+-]?nan$/i.test(name))
    throw refused(where, `is called ${name}, expected a word`);
  return name;
}

function readColor(color: unknown, where: string): string {
  if (typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color)) return color.toLowerCase();
  throw refused(where, `has the color ${JSON.stringify(color)}, expected one such as "#5ab4e6"`);
}

function readKey(key: unknown, where: string): string | null {
  if (key === null) return null;
  if (typeof key === 'string' && /^[a-z]$/i.test(key)) return key.toLowerCase();
  throw refused(where, `has the key ${JSON.stringify(key)}, expected a letter from a to z or null`);
}

function readMasked(masked: unknown, where: string): boolean {
  if (typeof masked === 'boolean') return masked;
  throw refused(where, `has masked ${JSON.stringify(masked)}, expected true or false`);
}

/** Names are also parts of action names, where blanks cannot stand. */
const plainName = (name: string): string => name.toLowerCase().replaceAll(' ', '_');

function checkNames(given: readonly Entry[]): void {
  const known = new Map(BUILT_IN_GROUPS.map(({ name }) => [name, name]));
  const seen = new Set<string>();
  for (const { name } of given) {
    const other = known.get(plainName(name));
    if (seen.has(name)) throw new PhyError('usage', `There are two groups ${name}. Give one of them another name.`);
    if (other !== undefined && other !== name) {
      throw new PhyError('usage', `Group ${name} can be taken for ${other}. Give it another name.`);
    }
    known.set(plainName(name), name);
    seen.add(name);
  }
}

function checkKeys(groups: readonly ClusterGroup[]): void {
  const owners = new Map<string, string>();
  for (const { name, key } of groups) {
    if (key === null) continue;
    const owner = owners.get(key);
    if (owner !== undefined) {
      throw new PhyError('usage', `The key ${key} of group ${name} is the key of ${owner}. Choose another letter.`);
    }
    owners.set(key, name);
  }
}

const refused = (where: string, what: string): PhyError => new PhyError('usage', `${where} ${what}.`);
