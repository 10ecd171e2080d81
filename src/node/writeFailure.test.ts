import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PhyError } from '../core/base/errors.ts';
import { lockFile } from './lockFile.ts';
import { failedWork, writeReason } from './writeFailure.ts';

const system = (code: string): Error => Object.assign(new Error(`${code}: something`), { code });

it.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk is full'],
  ['EROFS', 'the disk is read-only'],
  ['EACCES', 'permission denied'],
  ['EIO', 'EIO'],
])('%s is said as: %s', (code, reason) => {
  expect(writeReason(system(code))).toBe(reason);
  expect(failedWork(system(code), 'Waveforms', '/data')).toMatchObject({
    kind: 'refused',
    message: `Waveforms could not be written to /data: ${reason}. Nothing was left behind.`,
  });
});

it('a folder that is simply not there is no matter of rights', () => {
  expect(writeReason(system('ENOENT'), path.join(tmpdir(), 'none', 'none'))).toBe('ENOENT');
});

it('leaves errors of other kinds as they are', () => {
  for (const error of [new Error('a defect'), new PhyError('aborted', 'Stopped.')])
    expect(failedWork(error, 'Waveforms', '/data')).toBe(error);
});

it('a lock that cannot be written is refused in a sentence, and leaves nothing', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'phy-lock-'));
  writeFileSync(path.join(folder, 'file'), '');
  const lock = path.join(folder, 'file', 'lock');
  await expect(lockFile(lock).take()).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringMatching(/lock could not be written: a file is in the way\. Nothing was changed\.$/),
  });
  expect(existsSync(lock)).toBe(false);
  rmSync(folder, { recursive: true });
});
