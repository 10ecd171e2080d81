/** Files of a folder, written piece by piece. */
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { FileSink } from '../core/storage/sink.ts';

export interface FolderSink extends FileSink {
  /** Lets go of the files that a failure left open. */
  closeAll(): Promise<void>;
}

/** Writes new files of one folder; a file that exists is an error. Flushed to the disk when closed. */
export function folderSink(folder: string, onWritten: (bytes: number) => void = () => undefined): FolderSink {
  const handles = new Set<FileHandle>();
  return {
    async create(name) {
      const handle = await open(path.join(folder, name), 'wx');
      handles.add(handle);
      return {
        async append(bytes) {
          for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
          onWritten(bytes.length);
        },
        async close() {
          handles.delete(handle);
          await handle.sync();
          await handle.close();
        },
      };
    },
    async closeAll() {
      for (const handle of handles) await handle.close();
      handles.clear();
    },
  };
}
