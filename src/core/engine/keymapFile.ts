/**
 * keymap.json in the user's folder: what it holds, for every window, and the one way to change it. Which actions there are is known to
 * windows only, so what stands in it is judged there (core/actions/keymap.ts).
 */
import { readKeymap } from '../actions/index.ts';
import { Signal } from '../base/scope.ts';
import { PhyError } from '../base/errors.ts';
import type { KeymapFile } from '../protocol/messages.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { setAside } from './settings.ts';

const NAME = 'ts/keymap.json';
/** A file with a key for every action has about 20 kB. */
const MOST_BYTES = 2 ** 20;

export interface KeymapHolder {
  readonly file: KeymapFile;
  /** Emits when the file holds something else. */
  readonly changed: Signal<KeymapFile>;
  /** Looks whether the person has edited the file meanwhile. */
  reread(): Promise<void>;
  /**
   * Replaces the text, in one step. `before` is what it was made from: throws `refused` when the file holds something else by now, when
   * the new text is no keymap, or when the file cannot be written. A file that was not valid is set aside first.
   */
  replace(before: string | null, text: string): Promise<void>;
}

/** Reads the file. Never fails: one that cannot be read counts as none, and says so. */
export async function openKeymap(storage: WritableStorage, now: () => number): Promise<KeymapHolder> {
  const path = `${storage.folder}/${NAME}`;
  const changed = new Signal<KeymapFile>();
  let file = await load(storage, path);
  let tail: Promise<unknown> = Promise.resolve();
  const show = (next: KeymapFile): void => {
    if (next.text === file.text && next.trouble === file.trouble) return;
    file = next;
    changed.emit(file);
  };
  const reread = async (): Promise<void> => show(await load(storage, path));
  const replace = async (before: string | null, text: string): Promise<void> => {
    await reread();
    if (file.trouble !== null) throw new PhyError('refused', `The keys were not changed. ${file.trouble}`);
    if (file.text !== before) {
      throw new PhyError('refused', `${path} was changed meanwhile. What it holds now is shown: change it again.`);
    }
    const wrong = readKeymap(text).problems[0];
    if (wrong !== undefined) throw new PhyError('refused', `The keys were not changed: ${wrong.text}.`);
    if (before !== null && readKeymap(before).problems.length > 0) await setAside(storage, NAME, now());
    const bytes = new TextEncoder().encode(text);
    await storage.replace(NAME, bytes);
    show({ path, text, trouble: null });
  };
  const inTurn = (what: () => Promise<void>): Promise<void> => {
    const done = tail.then(what);
    tail = done.catch(() => undefined);
    return done;
  };
  return {
    get file() {
      return file;
    },
    changed,
    reread: () => inTurn(reread),
    replace: (before, text) => inTurn(() => replace(before, text)),
  };
}

async function load(storage: WritableStorage, path: string): Promise<KeymapFile> {
  const none = { path, text: null, trouble: null };
  try {
    const entry = await storage.stat(NAME);
    if (entry === undefined) return none;
    if (entry.size > MOST_BYTES) return { ...none, trouble: `${path} is too large for a list of keys.` };
    const bytes = await storage.readAll(NAME);
    return { ...none, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    const why = error instanceof PhyError ? error.message : `${path} is not UTF-8 text.`;
    return { ...none, trouble: why };
  }
}
