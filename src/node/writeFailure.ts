/** Why something could not be written, in words (ENOSPC: `the disk is full`). */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PhyError } from '../core/base/errors.ts';

/** The code of an error of the system; empty for other errors. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/**
 * The reason by the code. A folder that cannot be made on a read-only disk fails with ENOENT: then the nearest folder above `path` that exists
 * is asked what is wrong.
 */
export function writeReason(error: unknown, path?: string): string {
  const code = codeOf(error);
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EROFS':
      return 'the disk is read-only';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in the way';
    case 'EBUSY':
      return 'another program holds it';
    case 'ENOENT':
      return path === undefined ? code : (unwritable(path) ?? code);
    default:
      return code;
  }
}

/** Why the nearest folder above a path cannot be written; undefined when it can. */
function unwritable(path: string): string | undefined {
  const folder = dirname(path);
  if (!existsSync(folder)) return folder === path ? undefined : unwritable(folder);
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : writeReason(error);
  }
}

/** `ALF files could not be written to /x: the disk is full. Nothing was left behind.`; errors that are not of the system stay as they are. */
export function failedWork(
  error: unknown,
  what: string,
  folder: string,
  afterwards = ' Nothing was left behind.',
): unknown {
  if (error instanceof PhyError || codeOf(error) === '') return error;
  const reason = writeReason(error, folder);
  return new PhyError('refused', `${what} could not be written to ${folder}: ${reason}.${afterwards}`);
}
