import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { summary } from '../../tests/fixtures/fakeClient.ts';
import { PhyError } from '../core/base/errors.ts';
import type { DatasetPath } from '../core/protocol/messages.ts';
import type { Ended, EngineHost, OpeningStep } from './engineHost.ts';
import { Program, type Place } from './program.ts';

/** An engine that ends when the test says so. */
class FakeEngine implements EngineHost {
  readonly opened: EngineHost['opened'];
  readonly modules = [];
  readonly ended: Promise<Ended>;
  readonly stops: string[] = [];
  end: (how: Ended) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  constructor({ path }: DatasetPath) {
    const facts = { ...summary, folder: path };
    const report = { files: [], warnings: [] };
    this.opened = {
      summary: facts,
      paramsPath: `${path}/params.py`,
      scope: '',
      clusterCount: 5,
      report,
      recoverable: 0,
      journalTrouble: null,
    };
    this.ended = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    this.ended.catch(() => undefined);
  }
  join = () => ({ send: () => undefined, leave: () => undefined });
  announce = (): void => undefined;
  stop(reason: string): Promise<Ended> {
    this.stops.push(reason);
    this.end({ clusterCount: 5, unsaved: 0 });
    return this.ended;
  }
}

let config: string;
let configured: string | undefined;
let engines: FakeEngine[];
let abandoned: string[];
let places: Place['kind'][];
let program: Program;
/** Openings that have not come to an end. */
let waiting: ((engine: EngineHost) => void)[];

beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'phy-program-'));
  configured = process.env['PHY_CONFIG_DIR'];
  process.env['PHY_CONFIG_DIR'] = config;
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  [engines, abandoned, places, waiting] = [[], [], [], []];
  program = new Program(startOpening);
  program.moved.listen(({ kind }) => places.push(kind));
});
afterEach(() => {
  vi.restoreAllMocks();
  if (configured === undefined) delete process.env['PHY_CONFIG_DIR'];
  else process.env['PHY_CONFIG_DIR'] = configured;
  rmSync(config, { recursive: true, force: true });
});

function startOpening(dataset: DatasetPath, onStep: (step: OpeningStep) => void) {
  const abandon = (): void => void abandoned.push(dataset.path);
  if (dataset.path.endsWith('absent'))
    return { engine: Promise.reject(new PhyError('input', 'It was not found.')), abandon };
  if (dataset.path.endsWith('slow')) {
    queueMicrotask(() => onStep({ text: 'spike times', fraction: 0.4 }));
    return { engine: new Promise<EngineHost>((resolve) => waiting.push(resolve)), abandon };
  }
  const engine = new FakeEngine(dataset);
  engines.push(engine);
  return { engine: Promise.resolve(engine), abandon };
}
const kind = async (wanted: Place['kind']): Promise<void> =>
  await vi.waitFor(() => expect(program.place.kind).toBe(wanted));
const recentFolders = async (): Promise<readonly string[]> =>
  (await program.recent.list()).datasets.map(({ folder }) => folder);

describe('a program', () => {
  it('begins with the start page, opens a dataset, and remembers it', async () => {
    expect(program.place).toEqual({ kind: 'start', failure: null });
    await program.open({ path: '/data/a' });
    expect(places).toEqual(['opening', 'open']);
    expect(await recentFolders()).toEqual(['/data/a']);
    await expect(program.open({ path: '/data/b' })).rejects.toThrow('Another dataset is open or being opened.');
  });

  it('is back at the start page with the reason when a dataset does not open, and does not remember it', async () => {
    await expect(program.open({ path: '/data/absent' })).rejects.toThrow('It was not found.');
    const failure = { path: '/data/absent', message: 'It was not found.' };
    expect(program.place).toEqual({ kind: 'start', failure });
    await program.openFromPage({ path: '/data/absent' });
    expect(program.place).toEqual({ kind: 'start', failure });
    expect(await recentFolders()).toEqual([]);
  });

  it('goes on with what the window that closed the dataset wants', async () => {
    await program.open({ path: '/data/a' });
    engines[0]?.end({ clusterCount: 3, unsaved: 0, next: { open: null } });
    await kind('start');
    expect((await program.recent.list()).datasets[0]?.clusterCount).toBe(3);
    await program.open({ path: '/data/a' });
    engines[1]?.end({ clusterCount: 3, unsaved: 0, next: { open: { path: '/data/b' } } });
    await vi.waitFor(() => expect(engines).toHaveLength(3));
    await kind('open');
    expect(await recentFolders()).toEqual(['/data/b', '/data/a']);
    engines[2]?.end({ clusterCount: 3, unsaved: 0, next: { open: { path: '/data/absent' } } });
    await vi.waitFor(() => expect(program.place).toMatchObject({ failure: { path: '/data/absent' } }));
  });

  it('ends when a window ends it, with a dataset and without', async () => {
    await program.open({ path: '/data/a' });
    engines[0]?.end({ clusterCount: 5, unsaved: 0 });
    await program.ended;
    const bare = new Program(startOpening);
    bare.quit();
    await bare.ended;
  });

  it('survives a defect of the engine: the start page says what happened and where the work is', async () => {
    await program.open({ path: '/data/a' });
    engines[0]?.fail(new Error('out of memory'));
    await kind('start');
    expect(program.place).toEqual({
      kind: 'start',
      failure: {
        path: '/data/a/params.py',
        message:
          'Something went wrong inside phy: out of memory. Every action that was shown is in the journal. Open the dataset again.',
      },
    });
    await program.open({ path: '/data/a' });
    expect(program.place.kind).toBe('open');
  });

  it('does not wait for a dataset when told so; what comes later is closed and not shown', async () => {
    const opening = program.open({ path: '/data/slow' });
    await kind('opening');
    program.cancel();
    expect(program.place).toEqual({ kind: 'start', failure: null });
    expect(abandoned).toEqual(['/data/slow']);
    await program.open({ path: '/data/a' });
    waiting[0]?.(new FakeEngine({ path: '/data/slow' }));
    await opening;
    expect(program.place).toMatchObject({ kind: 'open', engine: engines[0] });
  });

  it('closes what is open when it stops', async () => {
    await program.open({ path: '/data/a' });
    await program.stop('The end.');
    expect(engines[0]?.stops).toEqual(['The end.']);
  });
});
