import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { run } from './run.ts';

it('says what is wrong with a script before it opens anything', async () => {
  const options = { params: 'nothing', keepGoing: false, unsaved: 'refuse', plugins: [] } as const;
  await expect(run({ ...options, script: tmpdir() })).rejects.toThrow(`${tmpdir()} is a folder, expected a script.`);
  await expect(run({ ...options, script: '/nowhere.txt' })).rejects.toThrow('/nowhere.txt was not found.');
});
