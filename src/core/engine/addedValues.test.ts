import { expect, it } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { NO_ADDITIONS, type AddedColumn } from './additions.ts';

const small = makeSmallDataset();

/** A session with a column whose value of a new cluster comes when the test says so, and what saving waits for at most. */
async function open(rest?: () => Promise<void>) {
  const stored = copyOfFiles(small.files);
  const gate = new AbortController();
  const values = new Promise<void>((resolve) => gate.signal.addEventListener('abort', () => resolve()));
  const column: AddedColumn = {
    name: 'twice',
    async value(_, clusterId) {
      if (clusterId > 5) await values;
      return 2 * clusterId;
    },
  };
  const session = await openMemorySession(new Disk(stored), {
    additions: { ...NO_ADDITIONS, columns: [column] },
    ...(rest && { rest }),
  });
  const saved = async (): Promise<Readonly<Record<string, string>>> => {
    const lines = new TextDecoder()
      .decode(await stored.readAll('cluster_info.tsv'))
      .split(/\r?\n/)
      .filter((line) => line !== '');
    const place = lines[0].split('\t').indexOf('twice');
    return Object.fromEntries(lines.slice(1).map((line) => [line.split('\t')[0], line.split('\t')[place]]));
  };
  return { session, come: () => gate.abort(), saved };
}

it('saving waits for the values that plugins compute of new clusters', async () => {
  const { session, come, saved } = await open();
  await session.act('merge', [[0, 5]]);
  const result = session.act('save', []);
  come();
  expect((await result).message).toMatch(/^Saved 1 change to [^;]*\.$/);
  expect(await saved()).toMatchObject({ 1: '2', 6: '12' });
  await session.close();
});

it('saving does not wait for ever, says what is missing, and the next save fills it in', async () => {
  const { session, come, saved } = await open(() => new Promise((resolve) => void setTimeout(resolve, 1)));
  await session.act('merge', [[0, 5]]);
  const sentence = 'In cluster_info.tsv twice is still empty for 1 cluster; the next save fills the values in.';
  expect((await session.act('save', [])).message).toContain(sentence);
  expect(await saved()).toMatchObject({ 1: '2', 6: '' });
  await session.act('move', ['good', [6]]);
  come();
  expect((await session.finish('save')).message).not.toContain('still empty');
  expect(await saved()).toMatchObject({ 1: '2', 6: '12' });
  await session.close();
});
