import { expect, it, vi } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { PhyError } from '../base/errors.ts';
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

it('a value that failed because its cluster was undone meanwhile says nothing against its column', async () => {
  const asked: number[] = [];
  const gates = new Map<number, () => void>();
  const column: AddedColumn = {
    name: 'twice',
    async value({ clusters }, clusterId) {
      asked.push(clusterId);
      if (clusterId > 5) await new Promise<void>((resolve) => gates.set(clusterId, resolve));
      // What a plugin asks through `m` fails in a sentence of its own.
      if (!clusters.has(clusterId)) throw new PhyError('refused', `There is no cluster ${clusterId}.`);
      return 2 * clusterId;
    },
  };
  const session = await openMemorySession(new Disk(copyOfFiles(small.files)), {
    additions: { ...NO_ADDITIONS, columns: [column] },
  });
  const said: string[] = [];
  session.notices.listen(({ message }) => said.push(message));
  const reached = async (id: number): Promise<() => void> => {
    await vi.waitFor(() => expect(gates.has(id)).toBe(true));
    return gates.get(id) ?? (() => undefined);
  };
  await session.act('merge', [[0, 5]]);
  const first = await reached(6);
  await session.act('undo', []);
  gates.delete(6);
  first();
  await new Promise((resolve) => setTimeout(resolve));
  await session.act('redo', []);
  // It is asked for again, and the column goes on.
  (await reached(6))();
  await session.act('save', []);
  expect(said).toEqual([]);
  expect(asked.filter((id) => id === 6)).toHaveLength(2);
  const row = session.welcome().state.rows.find(({ id }) => id === 6);
  expect(row).toMatchObject({ twice: 12 });
  await session.close();
});
