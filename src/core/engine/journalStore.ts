/** The journal file: read once at opening, then only appended to (format and meaning: core/curation/journal.ts). */
import { PhyError } from '../base/errors.ts';
import { encodeEntry, parseJournal, type JournalEntry, type JournalLine } from '../curation/journal.ts';
import type { WritableStorage } from '../storage/storage.ts';

export const JOURNAL_NAME = 'journal.jsonl';

export interface JournalStore {
  /** Entries that the file held when it was opened; empty when it is damaged. */
  readonly entries: readonly JournalEntry[];
  /** A sentence when the file cannot be read; it is set aside at the first append. */
  readonly damage: string | null;
  /** When the journal last grew in this session; null before. */
  readonly lastAt: number | null;
  /**
   * Appends lines and flushes them; all of them are on the disk when it resolves. The first time, and after a failure, an `open` line with the
   * fingerprint `base()` goes before them. Throws what the storage throws; the file then holds none of them.
   */
  append(lines: readonly JournalLine[]): Promise<void>;
}

/** `now` gives milliseconds since 1970. */
export async function openJournal(
  home: WritableStorage,
  now: () => number,
  base: () => string | Promise<string>,
): Promise<JournalStore> {
  const { entries, damage } = await readJournal(home);
  let seq = (entries.at(-1)?.seq ?? 0) + 1;
  let needsOpenLine = true;
  let lastAt: number | null = null;
  let isDamaged = damage !== null;

  const stamp = (line: JournalLine, index: number): JournalEntry => ({ ...line, seq: seq + index, time: now() });
  return {
    entries,
    damage,
    get lastAt() {
      return lastAt;
    },
    async append(lines) {
      const all: JournalLine[] = [...lines];
      if (needsOpenLine) all.unshift({ op: 'open', version: 1, base: await base() });
      const text = all.map((line, index) => encodeEntry(stamp(line, index))).join('');
      needsOpenLine = true;
      if (isDamaged) await setAside(home, now());
      isDamaged = false;
      await home.append(JOURNAL_NAME, new TextEncoder().encode(text));
      needsOpenLine = false;
      seq += all.length;
      lastAt = now();
    },
  };
}

async function readJournal(
  home: WritableStorage,
): Promise<{ readonly entries: readonly JournalEntry[]; readonly damage: string | null }> {
  if ((await home.stat(JOURNAL_NAME)) === undefined) return { entries: [], damage: null };
  try {
    const text = new TextDecoder('utf-8').decode(await home.readAll(JOURNAL_NAME));
    return { entries: parseJournal(text, `${home.folder}/${JOURNAL_NAME}`).entries, damage: null };
  } catch (error) {
    if (error instanceof PhyError) return { entries: [], damage: error.message };
    throw error;
  }
}

async function setAside(home: WritableStorage, now: number): Promise<void> {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  await home.replace(`journal-damaged-${stamp}.jsonl`, await home.readAll(JOURNAL_NAME));
  await home.replace(JOURNAL_NAME, new Uint8Array(0));
}
