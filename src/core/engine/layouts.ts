/** Named layouts of the window: one file each in `ts/layouts/` of the user's folder, the same for all datasets. What is in them only windows know. */
import { PhyError } from '../base/errors.ts';
import type { WritableStorage } from '../storage/storage.ts';

/** Name -> layout as the window wrote it. */
export type NamedLayouts = Readonly<Record<string, unknown>>;

export type LayoutChange =
  | { readonly kind: 'save'; readonly name: string; readonly layout: unknown }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'delete'; readonly name: string }
  /** Only looks: another program may have changed them. */
  | { readonly kind: 'list' };

const FOLDER = 'ts/layouts';
const LONGEST_NAME = 60;
/** A layout of a hundred panels takes some 20 kB. */
const LARGEST = 1_000_000;

/** Every layout that can be read; other files are left alone. */
export async function readLayouts(userHome: WritableStorage): Promise<NamedLayouts> {
  const layouts: [string, unknown][] = [];
  for (const { name, isFolder, size } of await userHome.list(FOLDER)) {
    if (isFolder || size > LARGEST || name.startsWith('.') || !name.endsWith('.json')) continue;
    const layout = await readJson(userHome, `${FOLDER}/${name}`);
    if (layout !== undefined) layouts.push([name.slice(0, -'.json'.length), layout]);
  }
  return Object.fromEntries(layouts.sort(([a], [b]) => a.localeCompare(b, 'en')));
}

async function readJson(userHome: WritableStorage, name: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await userHome.readAll(name)));
  } catch {
    return undefined;
  }
}

/** Does it; the sentence that says so. Throws `usage` for names that cannot be used, `refused` when there is no such layout or it cannot be written. */
export async function changeLayouts(userHome: WritableStorage, change: LayoutChange): Promise<string> {
  switch (change.kind) {
    case 'list':
      return '';
    case 'save': {
      const name = checkName(change.name);
      await refuseAlike(userHome, name, name);
      await write(userHome, name, change.layout);
      return `Saved the layout “${name}”.`;
    }
    case 'rename':
      return await rename(userHome, change.name, checkName(change.to));
    case 'delete': {
      await find(userHome, change.name);
      await userHome.remove(fileOf(change.name));
      return `Deleted the layout “${change.name}”.`;
    }
  }
}

const fileOf = (name: string): string => `${FOLDER}/${name}.json`;

async function write(userHome: WritableStorage, name: string, layout: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(layout, null, 2)}\n`);
  if (bytes.length > LARGEST) throw new PhyError('usage', 'This is too large for a layout.');
  await userHome.replace(fileOf(name), bytes);
}

async function find(userHome: WritableStorage, name: string): Promise<unknown> {
  const layouts = await readLayouts(userHome);
  if (!Object.hasOwn(layouts, name)) throw new PhyError('refused', `There is no layout “${name}”.`, { name });
  return layouts[name];
}

async function rename(userHome: WritableStorage, name: string, to: string): Promise<string> {
  const layout = await find(userHome, name);
  if (to === name) return '';
  await refuseAlike(userHome, to, name);
  if (Object.hasOwn(await readLayouts(userHome), to)) throw taken(to);
  // Where names differ only in their case, some disks have one file for both.
  if (isAlike(to, name)) await userHome.remove(fileOf(name));
  await write(userHome, to, layout);
  if (!isAlike(to, name)) await userHome.remove(fileOf(name));
  return `Renamed the layout “${name}” to “${to}”.`;
}

const isAlike = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Refuses a name that differs from another one only in its case; `own` may be like it. */
async function refuseAlike(userHome: WritableStorage, name: string, own: string): Promise<void> {
  const other = Object.keys(await readLayouts(userHome)).find(
    (one) => isAlike(one, name) && one !== name && one !== own,
  );
  if (other !== undefined) throw taken(other);
}

const taken = (name: string): PhyError =>
  new PhyError('refused', `There is a layout “${name}” already. Choose another name, or delete it first.`, { name });

/** A name that is a file name on every system. Throws `usage` with what is wrong. */
function checkName(given: string): string {
  const name = given.trim();
  const refuse = (why: string): never => {
    throw new PhyError('usage', why, { name });
  };
  if (name === '') refuse('A layout needs a name.');
  if (name.length > LONGEST_NAME) refuse(`The name of a layout has at most ${LONGEST_NAME} characters.`);
  if (/[\\/:*?"<>|\p{Cc}]/u.test(name))
    refuse('The name of a layout has none of \\ / : * ? " < > |, because it is also a file name.');
  if (/^\.|\.$/.test(name)) refuse('The name of a layout neither begins nor ends with a dot.');
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name))
    refuse(`“${name}” is no file name on Windows. Choose another one.`);
  return name;
}
