import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame } from '../../src/core/protocol/frame.ts';
import type { ClientMessage, EngineMessage } from '../../src/core/protocol/messages.ts';
import { jsonLines, phy, smallFolder } from './commandLine.ts';
import { fingerprint, removeFolder, startProgram, temporaryFolder, type Program } from './harness.ts';

let folder: string;
let config: string;
beforeEach(() => {
  folder = smallFolder();
  config = temporaryFolder('config');
});
afterEach(() => {
  removeFolder(folder);
  removeFolder(config);
});

const run = (script: string, ...options: string[]) => phy(['run', folder, '-', ...options], { input: script, config });

describe('words', () => {
  it('help and version are answers; unknown words are exit code 2 and one sentence', async () => {
    expect(await phy(['--help'], { config })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('template-gui'),
    });
    const version = await phy(['--version'], { config });
    expect([version.code, version.stdout]).toEqual([0, expect.stringMatching(/^phy, version \d+\.\d+\.\d+\n$/)]);
    for (const words of [
      ['bogus'],
      ['query', folder],
      ['template-gui', folder, '--port', 'x'],
      ['run', folder, '-', '--bogus'],
    ]) {
      const { code, stdout, stderr } = await phy(words, { config });
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).not.toContain('    at ');
    }
  });

  it('says what is wrong with a path', async () => {
    const absent = await phy(['template-describe', join(folder, 'nothing')], { config });
    expect(absent.code).toBe(2);
    expect(absent.stderr).toMatch(/nothing was not found\.\n$/);
    rmSync(join(folder, 'params.py'));
    const empty = await phy(['template-gui', folder, '--no-browser'], { config });
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('There is no params.py in');
  });

  it('says what is wrong with a dataset in one sentence, without a stack trace', async () => {
    writeFileSync(join(folder, 'amplitudes.npy'), 'not an array');
    rmSync(join(folder, 'spike_times.npy'));
    const { code, stdout, stderr } = await phy(['template-describe', folder], { config });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('spike_times');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('opens the params.py of the current folder', async () => {
    const { code, stdout } = await phy(['template-describe'], { config, cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('# of spikes             200');
  });
});

describe('check', () => {
  it('finds nothing in a sound dataset, names what is wrong in a broken one, and says so with its exit code', async () => {
    const before = fingerprint(folder);
    const sound = await phy(['check', folder], { config });
    expect([sound.code, sound.stdout.trim().split('\n').at(-1)]).toEqual([0, 'Nothing is wrong.']);
    expect(fingerprint(folder)).toEqual(before);
    writeFileSync(join(folder, 'amplitudes.npy'), 'not an array');
    const broken = await phy(['check', folder, '--json'], { config });
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout).findings[0]).toMatchObject({ level: 'error', file: 'amplitudes.npy' });
    rmSync(join(folder, 'spike_times.npy'));
    const dead = await phy(['check', folder], { config });
    expect([dead.code, dead.stdout]).toEqual([1, expect.stringContaining('spike_times.npy was not found in')]);
  });
});

describe('template-describe', () => {
  it('prints one object and writes nothing', async () => {
    const before = fingerprint(folder);
    const { code, stdout } = await phy(['template-describe', folder, '--json'], { config });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'template',
      folder,
      spikeCount: 200,
      clusterCount: 5,
      newClusterId: 6,
      channelCount: 8,
      rawChannelCount: 9,
      unsavedActions: 0,
      columns: expect.arrayContaining(['id', 'ch', 'n_spikes']),
      has: { traces: true, templates: true, features: true },
    });
    expect(fingerprint(folder)).toEqual(before);
  });
});

describe('query', () => {
  it('prints the answer, every parameter, and nothing else', async () => {
    const before = fingerprint(folder);
    const { code, stdout, stderr } = await phy(
      ['query', folder, 'correlogram', '--clusters', '0,1', '--set', 'windowSeconds=0.02', 'binSeconds=0.002'],
      { config },
    );
    expect(code).toBe(0);
    const { query, params, answer } = JSON.parse(stdout);
    expect([query, params.windowSeconds, params.binSeconds, params.spikesPerCluster]).toEqual([
      'correlogram',
      0.02,
      0.002,
      100_000,
    ]);
    expect(answer.counts).toMatchObject({ dtype: 'int32', shape: [2, 2, 11] });
    expect(answer.counts.data).toHaveLength(44);
    expect(stderr).toContain('200 spikes');
    expect(fingerprint(folder)).toEqual(before);
  });

  it('knows the tables, with a filter in one word', async () => {
    const { stdout } = await phy(
      ['query', folder, 'cluster', '--set', 'sort=id', 'direction=asc', 'filter=n_spikes < 20'],
      { config },
    );
    const { answer } = JSON.parse(stdout);
    expect(answer.columns[0]).toBe('id');
    expect(answer.total).toBe(5);
    expect(answer.rows.every((row: { n_spikes: number }) => row.n_spikes < 20)).toBe(true);
    expect(answer.rows.map((row: { id: number }) => row.id)).toEqual(answer.clusterIds.data);
  });

  it('writes arrays into a folder', async () => {
    const out = join(config, 'out');
    const { stdout } = await phy(['query', folder, 'feature', '--clusters', '2', '--out', out], { config });
    const { answer } = JSON.parse(stdout);
    expect(answer.clusters[0].spikeIds).toEqual({
      dtype: 'int32',
      shape: [expect.any(Number)],
      npy: 'clusters_0_spikeIds.npy',
    });
    expect(readFileSync(join(out, 'clusters_0_spikeIds.npy')).subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
  });

  it('refuses what is not there: exit code 2 with the list, 1 for data that the dataset lacks', async () => {
    const cases = [
      [['nothing'], 'There is no view nothing. Known: waveform'],
      [['feature', '--clusters', '99'], 'There is no cluster 99.'],
      [['feature', '--set', 'bogus=1'], 'There is no parameter bogus. Known: spikesPerCluster'],
      [['feature', '--set', 'spikesPerCluster=many'], 'spikesPerCluster is "many", expected a number.'],
      [['feature', '--set', 'word'], '--set word is not of the form name=value.'],
      [['cluster', '--set', 'sort=bogus'], 'There is no column bogus.'],
    ] as const;
    for (const [words, sentence] of cases) {
      const { code, stdout, stderr } = await phy(['query', folder, ...words], { config });
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(sentence);
    }
    rmSync(join(folder, 'pc_features.npy'));
    const missing = await phy(['query', folder, 'feature', '--clusters', '1'], { config });
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.stdout)).toMatchObject({ query: 'feature', answer: null, missing: ['features'] });
  });
});

describe('run', () => {
  it('prints one line per action, in the keys of the contract', async () => {
    const { code, stdout, stderr } = await run('# merge two\n\n:c 0 5\ng\nlabel quality 3\nundo\n');
    expect(code).toBe(0);
    const lines = jsonLines(stdout);
    expect(lines.map((line) => [line['line'], line['action'], line['ok'], line['dirty']])).toEqual([
      [3, 'select', true, false],
      [4, 'merge', true, true],
      [5, 'label', true, true],
      [6, 'undo', true, true],
    ]);
    expect(lines[1]).toEqual({
      action: 'merge',
      ok: true,
      message: 'Merge clusters 0, 5 to 6.',
      added: [6],
      deleted: [0, 5],
      selection: { clusters: [6], similar: [] },
      dirty: true,
      description: 'merge',
      history: null,
      changed: [],
      newClusterId: 7,
      line: 4,
    });
    expect(lines[2]).toMatchObject({ description: 'metadata_quality', changed: [6] });
    expect(lines[3]).toMatchObject({ history: 'undo', changed: [6] });
    expect(stderr).toContain('1 change is in the journal and not saved.');
  });

  it('ends at the first line that fails, unless it is told to keep going', async () => {
    const first = await run('merge 0 99\n:c 1\n');
    expect([first.code, jsonLines(first.stdout)]).toEqual([1, [expect.objectContaining({ ok: false, line: 1 })]]);
    const all = await run('bogus\n:c 1\n', '--keep-going');
    expect(all.code).toBe(1);
    expect(jsonLines(all.stdout).map((line) => line['ok'])).toEqual([false, true]);
  });

  it('saves, and the next session finds the files', async () => {
    const { code, stdout } = await run('merge 0 5\nmove good 6\nsave\n');
    expect(code).toBe(0);
    const saved = jsonLines(stdout)[2];
    expect(saved).toMatchObject({ action: 'save', ok: true, dirty: false });
    expect(saved?.['files']).toEqual(expect.arrayContaining(['spike_clusters.npy', 'cluster_group.tsv']));
    expect(readFileSync(join(folder, 'cluster_group.tsv'), 'utf8')).toContain('\n6\tgood\r\n');
    expect(JSON.parse(readFileSync(join(folder, '.phy/new_cluster_id.json'), 'utf8'))).toEqual({ new_cluster_id: 7 });
    const again = await phy(['query', folder, 'cluster', '--set', 'sort=id', 'direction=asc'], { config });
    expect(JSON.parse(again.stdout).answer.clusterIds.data).toEqual([1, 2, 3, 6]);
  });

  it('says that a damaged journal cannot be restored, and does not take the saved state for it', async () => {
    const damaged = smallFolder();
    await phy(['run', damaged, '-'], { input: 'merge 0 5\nmerge 1 2\n', config });
    const journal = join(damaged, '.phy/ts/journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('"op":"merge"', '"op":'));
    const said = 'is not a journal entry, so the actions after it cannot be restored.';
    for (const words of [
      ['run', damaged, '-', '--recover'],
      ['query', damaged, 'cluster', '--recover'],
    ]) {
      const { code, stdout, stderr } = await phy(words, { input: 'c 1\n', config });
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(said);
    }
    const { code, stderr } = await phy(['run', damaged, '-'], { input: 'c 1\n', config });
    expect(code).toBe(0);
    expect(stderr).toContain(said);
    removeFolder(damaged);
  });

  it('asks what to do with unsaved actions: exit code 3, --recover, --discard', async () => {
    await run('merge 0 5\n');
    const refused = await run(':c 1\n');
    expect([refused.code, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toContain('Add --recover to replay them first, or --discard to set them aside.');
    const shown = await phy(['query', folder, 'cluster', '--recover'], { config });
    expect(JSON.parse(shown.stdout).answer.clusterIds.data).toContain(6);
    const recovered = await run('undo\nredo\n', '--recover');
    expect(jsonLines(recovered.stdout)).toMatchObject([
      { added: [0, 5], dirty: false },
      { added: [6], dirty: true },
    ]);
    const discarded = await run('merge 1 2\nsave\n', '--discard');
    expect(discarded.code).toBe(0);
    expect(jsonLines(discarded.stdout)[0]).toMatchObject({ added: [7] });
    expect((await run(':c 1\n')).code).toBe(1);
    expect(readFileSync(join(folder, '.phy/ts/journal.jsonl'), 'utf8')).toContain('"to":6');
  });

  it('splits by spikes and by lasso over all spikes, counting those without a coordinate', async () => {
    const spikes = await run('split {"spikes":[0,1,2]}\n');
    expect(jsonLines(spikes.stdout)[0]).toMatchObject({ action: 'split', ok: true, missing: 0, description: 'assign' });
    await run('', '--discard');
    const lasso = '{"view":"amplitude","space":"ndc","polygon":[[-2,-2],[0,-2],[0,2],[-2,2]]}';
    const half = await run(`:c 2\nsplit ${lasso}\n`);
    const line = jsonLines(half.stdout)[1];
    expect(line).toMatchObject({ ok: true, deleted: [2], missing: 0 });
    expect(line?.['added']).toHaveLength(2);
    const outside = await run(':c 3\nsplit {"view":"amplitude","polygon":[[-9,0],[-8,0],[-8,1]]}\n', '--discard');
    expect(jsonLines(outside.stdout)[1]).toMatchObject({
      ok: true,
      added: [],
      message: expect.stringContaining('No spikes selected'),
    });
  });

  it('runs a module, whose actions print the same lines', async () => {
    const script = join(config, 'script.mjs');
    writeFileSync(
      script,
      'export default async ({ m, c, s }) => { await s.select([0, 5]); const done = await s.merge(); ' +
        "const { clusterIds } = await c.query('cluster', []); if (m.n_spikes !== 200 || !clusterIds.data.includes(done.added[0])) throw new Error('no'); " +
        "if (s.selected[0] !== done.added[0] || !s.clustering.cluster_ids.includes(done.added[0])) throw new Error('not mirrored'); };",
    );
    const { code, stdout } = await phy(['run', folder, script], { config });
    expect(code).toBe(0);
    expect(jsonLines(stdout).map((line) => line['action'])).toEqual(['select', 'merge']);
  });

  it('runs a module in TypeScript, and names the line of what fails in one', async () => {
    const typed = join(config, 'typed.ts');
    writeFileSync(
      typed,
      "import type { Scripting } from 'phy';\n\nexport default async ({ m, s }: Scripting): Promise<void> => {\n" +
        '  await s.select(s.shown.slice(0, 1));\n  const nothing: { there?: { is: number } } = {};\n' +
        '  console.error(m.name, nothing.there!.is);\n};\n',
    );
    const failed = await phy(['run', folder, typed, '--discard'], { config });
    expect(jsonLines(failed.stdout)).toMatchObject([{ action: 'select', ok: true }]);
    expect(failed.stderr).toContain('typed.ts, line 6: Cannot read properties of undefined');
    expect(failed.code).toBe(1);
    const unread = join(config, 'unread.mjs');
    writeFileSync(unread, 'export default async () => {\n  1 2;\n};\n');
    const refused = await phy(['run', folder, unread], { config });
    expect(refused.stderr).toContain('unread.mjs, line 2: Unexpected number.');
    expect(refused.code).toBe(1);
  });

  it('ends a module that nothing comes to any more, or that fails where nobody waits, in a sentence', async () => {
    const endings = [
      ['never.mjs', 'await new Promise(() => undefined);', 'never.mjs: It waits for something that never comes'],
      [
        'late.mjs',
        '\nsetTimeout(() => null.x); await new Promise((go) => setTimeout(go, 5000));',
        'late.mjs, line 2: ',
      ],
      ['unheard.mjs', 'Promise.reject(new Error("unheard")); await s.undo();', 'unheard.mjs, line 1: unheard.'],
    ];
    for (const [name, code, said] of endings) {
      const script = join(config, name);
      writeFileSync(script, `export default async ({ s }) => { await s.label('quality', 1, [2]); ${code} };\n`);
      const ended = await phy(['run', folder, script, '--discard'], { config });
      expect(jsonLines(ended.stdout)[0]).toMatchObject({ action: 'label', ok: true });
      expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(said)]);
      expect(ended.stderr).toContain('1 change is in the journal and not saved.');
      expect(ended.stderr).not.toContain('    at ');
    }
  });
});

/** A window without a screen: says hello and performs actions. */
async function connectTo(program: Program): Promise<{
  act(action: string, args?: readonly unknown[]): Promise<EngineMessage>;
  readonly welcome: EngineMessage;
  close(): void;
}> {
  const { origin, host, href } = new URL(program.url);
  const reply = await fetch(href, { redirect: 'manual' });
  const cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const socket = new WebSocket(`ws://${host}/socket`, { headers: { cookie, origin } });
  const received: EngineMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    received.push(decodeFrame(data));
    for (const wake of waiting) wake();
  });
  const until = async (matches: (message: EngineMessage) => boolean): Promise<EngineMessage> => {
    for (;;) {
      const found = received.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  await new Promise((resolve) => socket.on('open', resolve));
  const send = (message: ClientMessage): void => socket.send(JSON.stringify(message));
  send({ type: 'hello', protocol: 1 });
  let id = 0;
  return {
    welcome: await until((message) => message.type === 'welcome'),
    act(action, args = []) {
      id += 1;
      const mine = id;
      send({ type: 'act', id: mine, action, args });
      return until((message) => message.type === 'acted' && message.id === mine);
    },
    close: () => socket.close(),
  };
}

describe('template-gui', () => {
  it('serves until it is told to end, leaves no lock, and writes nothing for having been opened', async () => {
    const before = fingerprint(folder);
    const program = await startProgram(folder, config);
    const second = await phy(['template-gui', folder, '--no-browser'], { config });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`Its window is at ${new URL(program.url).origin}/`);
    expect((await run(':c 1\n')).code).toBe(3);
    expect((await phy(['query', folder, 'cluster'], { config })).code).toBe(0);
    expect(await program.end('SIGTERM')).toBe(0);
    expect(fingerprint(folder)).toEqual(before);
    const third = await startProgram(folder, config);
    expect(await third.end('SIGINT')).toBe(130);
    expect(readdirSync(join(config, 'ts', 'open'))).toEqual([]);
  });

  it('loses nothing when it is killed, and says so to the next one', async () => {
    const program = await startProgram(folder, config);
    const window = await connectTo(program);
    await window.act('merge', [0, 5]);
    await window.act('move', ['good', [6]]);
    await program.end('SIGKILL');
    window.close();
    expect(existsSync(join(folder, '.phy/ts/lock'))).toBe(true);
    const again = await startProgram(folder, config);
    const next = await connectTo(again);
    expect(next.welcome).toMatchObject({
      recovery: { count: 2, actions: ['Merged 0 and 5 into 6.', 'Moved cluster 6 to good.'] },
    });
    next.close();
    expect(await again.end()).toBe(0);
    const { stdout } = await run('save\n', '--recover');
    expect(jsonLines(stdout)[0]).toMatchObject({ ok: true, dirty: false });
    expect(readFileSync(join(folder, 'cluster_group.tsv'), 'utf8')).toContain('\n6\tgood\r\n');
    expect(existsSync(join(folder, '.phy/ts/lock'))).toBe(false);
  });

  it('forgets what it is asked to forget, and never the journal', async () => {
    await run('merge 0 5\n');
    const beside = join(folder, '.phy');
    for (const name of [
      'memcache/a.pkl',
      'phy/b/c.pkl',
      'spikes_per_cluster.pkl',
      'ts/cache/x',
      'ts/state.json',
      'state.json',
    ]) {
      mkdirSync(join(beside, name, '..'), { recursive: true });
      writeFileSync(join(beside, name), '{}');
    }
    const program = await startProgram(folder, config, ['--clear-cache', '--clear-state']);
    await program.end();
    expect(readdirSync(beside).sort()).toEqual(['new_cluster_id.json', 'state.json', 'ts']);
    expect(readdirSync(join(beside, 'ts'))).toEqual(['journal.jsonl']);
  });
});
