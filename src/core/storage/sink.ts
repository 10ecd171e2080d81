/** Where files that are written piece by piece go: names and appended bytes, so that a writer needs neither a disk nor memory for a file. */
import { joinBytes } from './memory.ts';

export interface SinkFile {
  /** The bytes may be changed again once the promise has resolved. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface FileSink {
  /** Makes a new file. */
  create(name: string): Promise<SinkFile>;
}

/** A sink that keeps everything in memory, for tests and for generators inside a page. */
export function memorySink(): { readonly sink: FileSink; files(): Record<string, Uint8Array> } {
  const parts = new Map<string, Uint8Array[]>();
  const sink: FileSink = {
    async create(name) {
      const list: Uint8Array[] = [];
      parts.set(name, list);
      return { append: async (bytes) => void list.push(bytes.slice()), close: async () => {} };
    },
  };
  return { sink, files: () => Object.fromEntries(Array.from(parts, ([name, list]) => [name, joinBytes(list)])) };
}

/** Writes a small file at once. */
export async function writeAll(sink: FileSink, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await sink.create(name);
  for (const part of parts) await file.append(part);
  await file.close();
}
