import { describe, expect, it } from 'vitest';
import { copyOfFiles, curationOf, Disk, memoryLock, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { nd } from '../base/nd.ts';
import { number } from '../base/params.ts';
import { memoryStorage } from '../storage/memory.ts';
import type { StateUpdate } from '../protocol/messages.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { defineQuery } from './query.ts';

const small = makeSmallDataset();
const never = new AbortController().signal;

async function open(stored: WritableStorage = copyOfFiles(small.files), options = {}) {
  const session = await openMemorySession(new Disk(stored), options);
  const updates: StateUpdate[] = [];
  session.updates.listen((update) => updates.push(update));
  return { session, updates, stored };
}
const textOf = async (stored: WritableStorage, name: string): Promise<string> =>
  new TextDecoder().decode(await stored.readAll(name));
const namesIn = async (stored: WritableStorage, folder?: string): Promise<readonly string[]> =>
  (await stored.list(folder)).map((entry) => entry.name);

/** A dataset where a merge and a label were not saved. */
async function left(): Promise<WritableStorage> {
  const { session, stored } = await open();
  await session.act('merge', [[0, 5]]);
  await session.act('label', ['quality', 3, [6]]);
  await session.close();
  return stored;
}

describe('opening', () => {
  it('writes nothing, and welcomes with the whole state', async () => {
    const { session, stored } = await open();
    expect(await namesIn(stored)).toEqual(Object.keys(small.files).sort());
    const { state, dataset, recovery } = session.welcome();
    expect(dataset).toMatchObject({ spikeCount: 200, channelCount: 8, format: 'template' });
    expect(state.rows.map((row) => row.id)).toEqual([0, 1, 2, 3, 5]);
    expect(state.snapshot).toMatchObject({
      revision: 1,
      dirty: false,
      unsavedCount: 0,
      newClusterId: 6,
      journalAt: null,
    });
    expect(recovery).toBeNull();
    await session.close();
    expect(await namesIn(stored)).toEqual(Object.keys(small.files).sort());
  });

  it('is refused while another engine holds the dataset, and reading is not', async () => {
    const other = { pid: 7, host: 'lab', processStart: null, since: 0, url: 'http://127.0.0.1:8123/' };
    const lock = memoryLock(other);
    await expect(open(undefined, { lock })).rejects.toMatchObject({ kind: 'held' });
    await expect(open(undefined, { lock })).rejects.toThrow(
      'Another phy (process 7 on lab, since 1970-01-01 00:00 UTC) is curating this dataset. Its window is at http://127.0.0.1:8123/.',
    );
    const { session } = await open(undefined, { lock, curates: false });
    const refused = await session.act('merge', [[0, 1]]);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('Another phy (process 7') });
  });
});

describe('actions', () => {
  it('are in the journal before they are seen, and tell what changed', async () => {
    const { session, updates, stored } = await open();
    const seen: string[] = [];
    session.updates.listen(() => {
      void textOf(stored, '.phy/ts/journal.jsonl').then((text) => seen.push(text));
    });
    const result = await session.act('merge', [[0, 5]]);
    expect(result).toMatchObject({ action: 'merge', ok: true, message: 'Merge clusters 0, 5 to 6.' });
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatchObject({
      removedRows: [0, 5],
      rows: [{ id: 6 }],
      snapshot: { revision: 2, dirty: true },
    });
    await Promise.resolve();
    expect(seen[0]).toContain('"op":"merge","action":"merge","ids":[0,5],"to":6');
    expect(await textOf(stored, '.phy/new_cluster_id.json')).toBe('{\n  "new_cluster_id": 7\n}');
  });

  it('take turns, whatever their order of arrival', async () => {
    const { session } = await open();
    const results = await Promise.all([
      session.act('c', [0, 5]),
      session.act('g', []),
      session.act('undo', []),
      session.act('redo', []),
      session.act('move_best_to_good', []),
    ]);
    expect(results.map(({ action, ok }) => `${action} ${ok}`)).toEqual([
      'select true',
      'merge true',
      'undo true',
      'redo true',
      'move_best_to_good true',
    ]);
    expect(session.clusters.metadata('group', 6)).toBe('good');
  });

  it('are refused in a sentence when they are unknown or wrong', async () => {
    const { session, updates } = await open();
    expect(await session.act('explode', [])).toMatchObject({ ok: false, message: "Couldn't find action `explode`." });
    expect(await session.act('merge', [[0, 99]])).toMatchObject({ ok: false, message: 'There is no cluster 99.' });
    expect(await session.act('exit', [])).toMatchObject({ ok: false, message: 'exit is done by the window.' });
    expect(updates).toEqual([]);
  });

  it('keep a filter that cannot be read, and say so', async () => {
    const { session, updates } = await open();
    const bad = await session.act('filter', ['n_spikes >']);
    expect(bad.ok).toBe(false);
    const { shown, settings, filterError } = session.snapshot().clusterTable;
    expect([shown.length, settings.filter]).toEqual([5, 'n_spikes >']);
    expect(filterError).toBe(bad.message);
    expect(updates.at(-1)?.snapshot.clusterTable.filterError).toBe(bad.message);
    expect(await session.act('filter', ['n_spikes > 1e9'])).toMatchObject({
      ok: true,
      message: '0 of 5 clusters shown.',
    });
    expect(await session.act('filter', [''])).toMatchObject({ ok: true });
  });

  it('refuse a label whose file would be that of the whole table', async () => {
    const { session } = await open();
    for (const name of ['info', 'Info']) {
      expect(await session.act('label', [name, 1, [0]])).toMatchObject({
        ok: false,
        message: `${name} cannot be a label: cluster_info.tsv holds the whole table. Choose another name.`,
      });
    }
    // Rows of tables are objects, which have a member of this name already.
    expect(await session.act('label', ['constructor', 1, [0]])).toMatchObject({
      ok: false,
      message: 'constructor cannot be a label. Choose another name.',
    });
  });

  it('save what they did, name the files, and are clean until the next one', async () => {
    const { session, stored } = await open();
    await session.act('merge', [[0, 5]]);
    await session.act('move', ['good', [6]]);
    const saved = await session.act('save', []);
    expect(saved.ok).toBe(true);
    expect(saved.message).toMatch(/^Saved 2 changes to spike_clusters\.npy, cluster_group\.tsv/);
    expect(saved.files).toEqual(
      expect.arrayContaining(['spike_clusters.npy', 'cluster_group.tsv', 'cluster_info.tsv']),
    );
    expect(session.snapshot()).toMatchObject({ dirty: false, unsavedCount: 0, savedAt: 1_795_398_912_000 });
    await session.act('undo', []);
    expect(session.snapshot()).toMatchObject({ dirty: true, unsavedCount: 1 });
    await session.act('redo', []);
    expect(session.snapshot()).toMatchObject({ dirty: false, unsavedCount: 0 });
    const before = curationOf(session);
    await session.close();
    const again = await open(stored);
    expect(again.session.recovery()).toMatchObject({ count: 2 });
    await again.session.recover('restore');
    expect(curationOf(again.session)).toBe(before);
  });

  it('undo across a save, and come back when that was not saved', async () => {
    const { session, stored } = await open();
    const original = curationOf(session);
    await session.act('merge', [[0, 5]]);
    await session.act('save', []);
    await session.act('undo', []);
    expect(curationOf(session)).toBe(original);
    await session.close();
    const { session: again } = await open(stored);
    expect(curationOf(again)).not.toBe(original);
    await again.recover('restore');
    expect(curationOf(again)).toBe(original);
    expect(again.snapshot()).toMatchObject({ dirty: true });
  });
});

describe('unsaved actions of an earlier session', () => {
  it('are offered, and nothing can be curated before they are settled', async () => {
    const { session } = await open(await left());
    expect(session.recovery()).toEqual({
      count: 2,
      lastAt: 1_795_398_912_000,
      actions: ['Merged 0 and 5 into 6.', 'Set quality of cluster 6 to 3.'],
    });
    expect(session.snapshot().newClusterId).toBe(7);
    expect(await session.act('select', [[1]])).toMatchObject({ ok: true });
    const message = 'There are 2 unsaved actions of an earlier session. Restore or discard them first.';
    expect(await session.act('merge', [[1, 2]])).toMatchObject({ ok: false, message });
    expect(await session.act('save', [])).toMatchObject({ ok: false, message });
    expect(session.clusters.ids).toEqual([0, 1, 2, 3, 5]);
  });

  it('are restored with their history', async () => {
    const { session, updates } = await open(await left());
    expect(await session.recover('restore')).toMatchObject({ ok: true, message: 'Restored 2 unsaved actions.' });
    expect(updates[0]).toMatchObject({ removedRows: [0, 5], snapshot: { dirty: true, unsavedCount: 2 } });
    expect(updates[0]?.rows.map((row) => row.id)).toEqual([1, 2, 3, 6]);
    expect(session.clusters.metadata('quality', 6)).toBe(3);
    await session.act('undo', []);
    await session.act('undo', []);
    expect(session.clusters.ids).toEqual([0, 1, 2, 3, 5]);
    expect(session.snapshot().dirty).toBe(false);
  });

  it('are set aside but stay in the journal when they are discarded', async () => {
    const stored = await left();
    const { session } = await open(stored);
    expect(await session.recover('discard')).toMatchObject({ ok: true });
    expect(session.clusters.ids).toEqual([0, 1, 2, 3, 5]);
    await session.act('merge', [[1, 2]]);
    expect(session.clusters.ids).toEqual([0, 3, 5, 7]);
    await session.close();
    expect(await textOf(stored, '.phy/ts/journal.jsonl')).toContain('"to":6');
    const { session: again } = await open(stored);
    expect(again.recovery()).toMatchObject({ count: 1, actions: ['Merged 1 and 2 into 7.'] });
  });

  it('are not replayed on other files, with the reason', async () => {
    const stored = await left();
    await stored.replace('spike_clusters.npy', small.files['spike_templates.npy'] ?? new Uint8Array());
    const { session } = await open(stored);
    const result = await session.recover('restore');
    expect(result.ok).toBe(false);
    expect(result.message).toContain('spike_clusters.npy is not the file that the 2 unsaved actions');
    expect(session.recovery()).toMatchObject({ count: 2 });
    expect(await session.recover('discard')).toMatchObject({ ok: true });
  });

  it('are seen by a reader that asks for them, without a write', async () => {
    const stored = await left();
    const disk = new Disk(stored);
    const session = await openMemorySession(disk, { curates: false });
    session.replayInMemory();
    expect(session.clusters.ids).toEqual([1, 2, 3, 6]);
    await session.close();
    expect(disk.writes).toBe(0);
  });

  it('cannot be read from a damaged journal, which is left as it is and set aside at the next action', async () => {
    const stored = await left();
    const damaged = (await textOf(stored, '.phy/ts/journal.jsonl')).replace('"op":"merge"', '"op":');
    await stored.replace('.phy/ts/journal.jsonl', new TextEncoder().encode(damaged));
    const { session } = await open(stored);
    expect(session.recovery()).toBeNull();
    expect(session.welcome().report.warnings[0]).toContain('is not a journal entry');
    await session.act('merge', [[1, 2]]);
    const aside = (await namesIn(stored, '.phy/ts')).find((name) => name.startsWith('journal-damaged-'));
    expect(await textOf(stored, `.phy/ts/${aside}`)).toBe(damaged);
    await session.close();
    expect((await open(stored)).session.recovery()).toMatchObject({ count: 1 });
  });
});

describe('a dataset that cannot be written', () => {
  it('is curated all the same: the journal lies elsewhere, and saving says why it cannot', async () => {
    const stored = copyOfFiles(small.files);
    const home = memoryStorage({}, '/user/ts/datasets/small');
    const session = await openMemorySession(new Disk(stored, 0, 'refuse', Infinity), { home });
    expect(await session.act('merge', [[0, 5]])).toMatchObject({ ok: true });
    session.keep('dataset', 'X', 1);
    expect(await session.act('save', [])).toMatchObject({
      ok: false,
      message: expect.stringContaining('could not be written'),
    });
    expect(session.snapshot()).toMatchObject({ dirty: true, unsavedCount: 1 });
    await session.close();
    expect(await namesIn(stored)).toEqual(Object.keys(small.files).sort());
    expect(await namesIn(home)).toEqual(['journal.jsonl', 'state.json']);
    const again = await openMemorySession(new Disk(stored), { home });
    expect(again.recovery()).toMatchObject({ count: 1 });
  });
});

describe('two programs on one dataset', () => {
  it('the one that comes second cannot overwrite what the first did', async () => {
    const stored = copyOfFiles(small.files);
    const { session: first } = await open(stored);
    const { session: second } = await open(stored);
    await first.act('merge', [[0, 5]]);
    await first.act('save', []);
    await first.close();
    const result = await second.act('merge', [[1, 2]]);
    expect(result.ok).toBe(false);
    expect(result.message).toMatch(/was changed by another program since the dataset was opened/);
  });

  it('a save replaces what another program wrote meanwhile only when it is told to, and keeps a copy', async () => {
    const { session, stored } = await open();
    await session.act('merge', [[0, 5]]);
    expect(await session.act('save', [])).toMatchObject({ ok: true });
    await session.act('move', ['good', [6]]);
    // Its own writing is no change, and neither is a file that it does not write.
    await stored.replace('cluster_other.tsv', [new TextEncoder().encode('cluster_id\tother\n1\t2\n')]);
    expect(await session.act('save', [])).toMatchObject({ ok: true });
    await session.act('move', ['mua', [6]]);
    const theirs = 'cluster_id\tgroup\n1\tnoise\n2\tnoise\n';
    await stored.replace('cluster_group.tsv', [new TextEncoder().encode(theirs)]);
    const refused = await session.act('save', []);
    expect(refused).toMatchObject({ ok: false, changedFile: 'cluster_group.tsv', change: null });
    expect(refused.message).toContain('cluster_group.tsv was changed by another program after phy read or saved it.');
    expect(refused.message).toContain('1 change stays in the journal.');
    expect(await session.finish('save')).toMatchObject({ ok: false, changedFile: 'cluster_group.tsv' });
    expect(await textOf(stored, 'cluster_group.tsv')).toBe(theirs);
    expect(session.snapshot()).toMatchObject({ dirty: true, unsavedCount: 1 });
    expect(await session.act('save', ['ever'])).toMatchObject({ ok: false });
    expect(await session.act('save', ['over'])).toMatchObject({ ok: true });
    expect(await textOf(stored, 'cluster_group.tsv')).toContain('6\tmua');
    const kept = (await namesIn(stored, '.phy/ts/generations')).at(-1);
    expect(await textOf(stored, `.phy/ts/generations/${kept}/cluster_group.tsv`)).toBe(theirs);
    await session.act('move', ['good', [6]]);
    expect(await session.act('save', { over: false })).toMatchObject({ ok: true });
  });
});

describe('queries', () => {
  const calls: number[][] = [];
  const counting = defineQuery({
    name: 'counting',
    params: { factor: number({ default: 1, label: 'Factor', doc: '', min: 0, max: 10 }) },
    maxClusters: 2,
    ownClustersOnly: true,
    missing: () => [],
    async run({ clusters }, { factor }, ids) {
      calls.push([...ids]);
      return { counts: nd(Int32Array.from(ids, (id) => factor * clusters.spikesOf(id).length)) };
    },
  });
  const slow = defineQuery({
    name: 'slow',
    params: {},
    maxClusters: 0,
    missing: () => [],
    async run({ clusters, progress }, _, ids) {
      let total = 0;
      const end = performance.now() + 60;
      while (performance.now() < end) {
        for (const id of ids) total = clusters.spikesOf(id).length;
        await progress();
      }
      return { total };
    },
  });
  const withQueries = { queries: { counting, slow } };

  it('knows what the next steps of the wizard show before they are taken', async () => {
    const rests: (() => void)[] = [];
    const rest = (): Promise<void> => new Promise((go) => rests.push(go));
    const { session } = await open(undefined, { ...withQueries, rest });
    await session.act('select', [[session.clusters.ids[0]]]);
    await session.act('next', []);
    const { clusters, similar } = session.snapshot().selection;
    await session.ask('counting', [...clusters, ...similar], { factor: 2 }, never);
    calls.length = 0;
    rests.at(-1)?.();
    await expect.poll(() => calls.length).toBe(3);
    const ahead = calls.slice();
    for (const step of ['next', 'next_best']) {
      await session.act('select', [clusters]);
      await session.act('select_similar', [similar]);
      await session.act(step, []);
      const shown = session.snapshot().selection;
      expect(ahead).toContainEqual([...shown.clusters, ...shown.similar]);
      await session.ask('counting', [...shown.clusters, ...shown.similar], { factor: 2 }, never);
    }
    expect(calls).toEqual(ahead);
    await session.close();
  });

  it('knows what a merge shows before it is done, and forgets it when something else happens', async () => {
    const rests: (() => void)[] = [];
    const rest = (): Promise<void> => new Promise((go) => rests.push(go));
    const { session } = await open(undefined, { ...withQueries, rest });
    const [a, b, c] = session.clusters.ids;
    const askSelected = async (): Promise<unknown> => {
      const { clusters, similar } = session.snapshot().selection;
      return (await session.ask('counting', [...clusters, ...similar], { factor: 3 }, never)).answer;
    };
    const lookAhead = async (): Promise<void> => {
      const { newClusterId } = session.snapshot();
      rests.at(-1)?.();
      await expect.poll(() => calls.some(([id]) => id === newClusterId)).toBe(true);
      await new Promise((go) => setTimeout(go, 20));
    };
    await session.act('select', [[a, b]]);
    await askSelected();
    calls.length = 0;
    await lookAhead();
    const before = calls.length;
    await session.act('merge', []);
    const counts = nd(Int32Array.of(3 * session.clusters.spikesOf(6).length));
    expect(await askSelected()).toEqual({ counts });
    expect(calls.length).toBe(before);

    await session.act('undo', []);
    await session.act('select', [[a, b]]);
    await askSelected();
    calls.length = 0;
    await lookAhead();
    expect(calls.filter(([id]) => id === 7)).toEqual([[7]]);
    // Another merge gets the id that was foreseen for this one.
    await session.act('merge', [[b, c]]);
    await session.act('select', [[7]]);
    const others = nd(Int32Array.of(3 * session.clusters.spikesOf(7).length));
    expect(await askSelected()).toEqual({ counts: others });
    expect(calls.filter(([id]) => id === 7)).toEqual([[7], [7]]);
    await session.close();
  });

  it('come with every parameter in force, are bounded, and are computed once', async () => {
    const { session } = await open(undefined, withQueries);
    calls.length = 0;
    const first = await session.ask('counting', [3, 1, 2, 1], { factor: 100 }, never);
    expect(first.params).toEqual({ factor: 10 });
    const sizes = [3, 1].map((id) => 10 * session.clusters.spikesOf(id).length);
    expect(first.answer).toEqual({ counts: nd(Int32Array.from(sizes)), dropped: [2] });
    await session.ask('counting', [3, 1], { factor: 10 }, never);
    await session.act('merge', [[0, 5]]);
    await session.ask('counting', [3, 1], { factor: 10 }, never);
    expect(calls).toEqual([[3, 1]]);
  });

  it('are refused in a sentence', async () => {
    const { session } = await open(undefined, withQueries);
    await expect(session.ask('nothing', [], {}, never)).rejects.toThrow(
      'There is no view nothing. Known: counting, slow,',
    );
    await expect(session.ask('counting', [99], {}, never)).rejects.toMatchObject({
      kind: 'usage',
      message: 'There is no cluster 99.',
    });
    await expect(session.ask('counting', [1], { x: 1 }, never)).rejects.toThrow(
      'There is no parameter x. Known: factor.',
    );
  });

  it('let actions in, and answer for the state that is then in force', async () => {
    const { session } = await open(undefined, withQueries);
    const asked = session.ask('slow', [1, 2], {}, never);
    const merged = await session.act('merge', [[0, 5]]);
    expect(merged.ok).toBe(true);
    expect(await asked).toMatchObject({ revision: 2, answer: { total: session.clusters.spikesOf(2).length } });
  });

  it('end when their clusters are gone, and when they are cancelled', async () => {
    const { session } = await open(undefined, withQueries);
    const asked = session.ask('slow', [1, 2], {}, never);
    await session.act('merge', [[1, 2]]);
    await expect(asked).rejects.toMatchObject({ kind: 'aborted' });
    const request = new AbortController();
    const cancelled = session.ask('slow', [3], {}, request.signal);
    request.abort();
    await expect(cancelled).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('know the tables', async () => {
    const { session } = await open();
    await session.act('label', ['quality', 3, [2]]);
    const { answer } = await session.ask(
      'cluster',
      [],
      { sort: 'id', direction: 'asc', filter: 'quality == 3' },
      never,
    );
    expect(answer).toMatchObject({
      clusterIds: nd(Int32Array.of(2)),
      total: 5,
      filterError: null,
      rows: [{ id: 2, quality: 3 }],
    });
    const ordered = await session.ask('cluster', [], { sort: 'quality asc, id desc' }, never);
    expect((ordered.answer as { clusterIds: { data: Int32Array } }).clusterIds.data.join(' ')).toBe('2 5 3 1 0');
    await expect(session.ask('cluster', [], { sort: 'x' }, never)).rejects.toThrow('There is no column x.');
    const similar = await session.ask('similarity', [1, 0], {}, never);
    expect(similar.answer).toMatchObject({ referenceId: 0, total: 3 });
    expect((similar.answer as { clusterIds: { data: Int32Array } }).clusterIds.data).not.toContain(1);
  });
});

describe('settings and pictures', () => {
  it('keeps settings of the dataset beside it, made only by the first of them', async () => {
    const { session, stored } = await open();
    session.keep('dataset', 'CorrelogramView', { bin_size: 0.5 });
    await session.close();
    expect(JSON.parse(await textOf(stored, '.phy/ts/state.json'))).toEqual({
      CorrelogramView: { bin_size: 0.5 },
      GUI_VERSION: 2,
    });
    expect((await open(stored)).session.welcome().kept.dataset).toEqual({ CorrelogramView: { bin_size: 0.5 } });
  });

  it('keeps sort and wizard for the user, and the selection for a dataset that was worked on', async () => {
    const user = memoryStorage({}, '/user');
    const stored = copyOfFiles(small.files);
    const first = await openMemorySession(new Disk(stored), {}, user);
    await first.act('sort', ['id', 'asc']);
    await first.act('select_n_similar', [3]);
    await first.act('select', [[2, 1]]);
    await first.close();
    expect(await namesIn(stored)).toEqual(Object.keys(small.files).sort());
    const second = await openMemorySession(new Disk(stored), {}, user);
    expect(second.snapshot()).toMatchObject({
      clusterTable: { shown: [0, 1, 2, 3, 5], settings: { sort: { column: 'id', direction: 'asc' } } },
      wizard: { similarCount: 3 },
      selection: { clusters: [], similar: [] },
    });
    await second.act('sort', {
      by: [{ column: 'group', direction: 'asc' }, { column: 'gone' }, { column: 'id' }],
    });
    expect(second.snapshot().clusterTable.settings.sort.column).toBe('id');
    await second.act('sort', { by: [{ column: 'group', direction: 'asc' }, { column: 'id' }] });
    await second.act('move', ['good', [3]]);
    await second.act('save', []);
    await second.act('select', [[2, 1]]);
    await second.close();
    const third = await openMemorySession(new Disk(stored), {}, user);
    expect(third.snapshot()).toMatchObject({
      selection: { clusters: [2, 1], similar: [] },
      similarityTable: { referenceId: 1 },
      clusterTable: {
        shown: [3, 0, 2, 5, 1],
        settings: { sort: { column: 'group', direction: 'asc', further: [{ column: 'id', direction: 'desc' }] } },
      },
    });
    expect(third.snapshot().revision).toBe(1);
    await third.act('sort', ['id', 'asc']);
    await third.close();
    const state: unknown = JSON.parse(await textOf(user, 'ts/TemplateGUI/state.json'));
    expect(state).toMatchObject({ ClusterView: { current_sort: ['id', 'asc'] } });
    expect(JSON.stringify(state)).not.toContain('further_sort');
  });

  it('writes pictures into the user folder', async () => {
    const user = memoryStorage({}, '/user');
    const session = await openMemorySession(new Disk(copyOfFiles(small.files)), {}, user);
    const result = await session.screenshot('WaveformView (1)', 'svg', 'PHN2Zy8+');
    expect(result.message).toMatch(
      /^Saved the picture as \/user\/screenshots\/phy_screenshot_\d{14}_WaveformView_1\.svg\.$/,
    );
    const [file] = await user.list('screenshots');
    expect(await textOf(user, `screenshots/${file?.name}`)).toBe('<svg/>');
  });
});
