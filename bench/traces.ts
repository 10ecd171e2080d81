/**
 * Promise: what trace views ask of 384 channels, a tile of the signal or the spikes in it, is there within 100 ms; a first picture of everything
 * within 200 ms, at any place and scale of a recording of two hours.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { samplesPerTile, type SignalAnswer } from '../src/core/base/tiles.ts';
import type { Session } from '../src/core/engine/session.ts';
import { duration, median, printTable, quantile, readOnce, verdict } from './measure.ts';
import { makeWorkspace, openEngine } from './workspace.ts';

const PROMISE_MS = 100;
const PROMISE_FIRST_MS = 200;
const REPETITIONS = 7;
/** Screens are about so wide. */
const COLUMNS = 1600;

type Params = Readonly<Record<string, string | number | boolean | null>>;

/** On a dataset with raw data. */
export async function traces(dataset: string): Promise<void> {
  await steps(dataset);
  await places(dataset);
}

async function steps(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  readOnce(workspace.folder);
  const session = await openEngine(workspace.folder);
  try {
    session.welcome();
    await session.warmUp();
    const costs = await measureAll(session);
    const rows = [...costs].map(([label, all]) => [label, duration(median(all)), duration(quantile(all, 1))]);
    const { channels, duration: seconds } = session.dataset;
    const title = `Raw data, ${channels.count} channels, ${Math.round(seconds)} s`;
    printTable(title, [['engine time, files in the page cache', 'median', 'slowest'], ...rows]);
    const slowest = Math.max(...PROMISED.map((label) => median(costs.get(label) ?? [])));
    const first = median(costs.get(OVERVIEW) ?? []);
    verdict(
      first <= PROMISE_FIRST_MS,
      `the first picture takes ${duration(first)}, at most ${PROMISE_FIRST_MS} ms promised.`,
    );
    verdict(slowest <= PROMISE_MS, `the slowest step takes ${duration(slowest)}, at most ${PROMISE_MS} ms promised.`);
  } finally {
    await session.close();
    workspace.remove();
  }
}

const FILTERED = 'trace, 0.25 s, filtered';
const RAW = 'trace, 0.25 s, raw';
const ENVELOPES = `trace, 4 s in ${COLUMNS} columns, filtered`;
const TILE = 'a tile of samples, filtered';
const OVERVIEW = 'the whole recording, first picture';
const SPIKES = 'spikes of all clusters, 0.25 s';
/** What a person waits for at each step. Excerpts and envelopes are what `phy query` gives. */
const PROMISED = [TILE, SPIKES];

async function measureAll(session: Session): Promise<ReadonlyMap<string, readonly number[]>> {
  const costs = new Map<string, number[]>();
  const seconds = session.dataset.duration;
  const overview = levelOf(session.dataset.traces?.sampleCount ?? 0);
  for (let round = 0; round < REPETITIONS; round++) {
    const startSeconds = (seconds * (round + 0.5)) / (REPETITIONS + 1);
    const asks: readonly (readonly [label: string, query: string, params: Params])[] = [
      [FILTERED, 'trace', { startSeconds, endSeconds: startSeconds + 0.25, filter: 'high_pass' }],
      [RAW, 'trace', { startSeconds, endSeconds: startSeconds + 0.25, filter: 'raw' }],
      [ENVELOPES, 'trace', { startSeconds, endSeconds: startSeconds + 4, columns: COLUMNS }],
      [TILE, 'signal', { level: 0, first: 3 * round, count: 1, filter: 'high_pass' }],
      // Another filter each time would be another pyramid: only the first picture of each is new.
      ...(round < 2
        ? ([
            [OVERVIEW, 'signal', { level: overview, first: 0, count: 4, filter: ['raw', 'high_pass'][round] }],
          ] as const)
        : []),
      [SPIKES, 'traceSpikes', { startSeconds, endSeconds: startSeconds + 0.25, allSpikes: true }],
    ];
    for (const [label, query, params] of asks) {
      costs.set(label, [...(costs.get(label) ?? []), await askOnce(session, query, params)]);
    }
  }
  return costs;
}

/** The level at which the whole recording is about a screen wide. */
const levelOf = (samples: number): number => Math.max(0, Math.ceil(Math.log2(samples / COLUMNS)));

async function askOnce(session: Session, query: string, params: Params): Promise<number> {
  const start = performance.now();
  await session.ask(query, [], params, new AbortController().signal);
  return performance.now() - start;
}

// ---- first pictures of a long recording

const LONG_SECONDS = 7200;
const SCALES: readonly (readonly [label: string, seconds: number])[] = [
  ['1 ms', 0.001],
  ['0.25 s', 0.25],
  ['10 s', 10],
  ['60 s', 60],
  ['10 min', 600],
  ['2 h', LONG_SECONDS],
];
/** Jumps at each scale. */
const JUMPS = 3;
/** Where reading all of what is on screen takes longer, it is given up. */
const PATIENCE_MS = 3000;
/** Most tiles of one request, as windows ask. */
const MOST_TILES = 8;

/** The dataset with its recording listed so often that it lasts two hours; its spikes lie in the first part. */
async function places(dataset: string): Promise<void> {
  const workspace = makeWorkspace(dataset);
  try {
    const params = path.join(workspace.folder, 'params.py');
    const before = await openEngine(workspace.folder);
    const times = Math.ceil(LONG_SECONDS / Math.max(1, before.dataset.duration));
    await before.close();
    const list = Array.from({ length: times }, () => "'recording.dat'").join(', ');
    writeFileSync(params, readFileSync(params, 'utf8').replace(/^dat_path.*$/m, `dat_path = [${list}]`));
    const session = await openEngine(workspace.folder);
    try {
      session.welcome();
      await session.warmUp();
      await reportPlaces(session);
    } finally {
      await session.close();
    }
  } finally {
    workspace.remove();
  }
}

/**
 * Milliseconds of one jump: until something of every tile is there, and until nothing on screen is missing, infinite when that takes too long; and
 * processor time up to then.
 */
interface Jump {
  readonly first: number;
  readonly shown: number;
  readonly processor: number;
}

async function reportPlaces(session: Session): Promise<void> {
  const rows: string[][] = [];
  let slowest = 0;
  for (const [label, seconds] of SCALES) {
    const jumps: Jump[] = [];
    // All of it is new only once.
    const count = seconds >= LONG_SECONDS ? 1 : JUMPS;
    for (let k = 0; k < count; k++) {
      jumps.push(await jump(session, ((LONG_SECONDS - seconds) * (k + 0.5)) / count, seconds));
    }
    const of = (which: keyof Jump): readonly number[] => jumps.map((each) => each[which]);
    slowest = Math.max(slowest, median(of('first')));
    rows.push([
      label,
      duration(median(of('first'))),
      duration(quantile(of('first'), 1)),
      Number.isFinite(median(of('shown'))) ? duration(median(of('shown'))) : `over ${duration(PATIENCE_MS)}`,
      duration(median(of('processor'))),
    ]);
  }
  const title = `Two hours of raw data, ${session.dataset.channels.count} channels, filtered: after a jump`;
  printTable(title, [['on screen', 'first picture', 'slowest', 'all of it', 'processor'], ...rows]);
  verdict(
    slowest <= PROMISE_FIRST_MS,
    `a first picture takes ${duration(slowest)} at the slowest scale, at most ${PROMISE_FIRST_MS} ms promised.`,
  );
}

/** Asks for what a window asks for that has jumped to an interval. */
async function jump(session: Session, start: number, seconds: number): Promise<Jump> {
  const rate = session.dataset.sampleRate;
  const level = levelOf(seconds * rate);
  const size = samplesPerTile(level);
  const lastTile = Math.floor(((start + seconds) * rate - 1) / size);
  const began = performance.now();
  const processor = process.cpuUsage();
  let first = Number.NaN;
  let isGivenUp = false;
  for (let tile = Math.floor((start * rate) / size); tile <= lastTile; tile += MOST_TILES) {
    const params = { level, first: tile, count: Math.min(MOST_TILES, lastTile - tile + 1), filter: 'high_pass' };
    for (;;) {
      const { answer } = await session.ask('signal', [], params, new AbortController().signal);
      if (!isSignal(answer)) throw new Error('signal answered without tiles');
      const { tiles, stage } = answer;
      const hasAll = tiles.every(({ read }) => read.data.some((share) => share > 0));
      if (hasAll && tile + MOST_TILES > lastTile && Number.isNaN(first)) first = performance.now() - began;
      if (stage !== 'glance') break;
      isGivenUp = performance.now() - began > PATIENCE_MS && hasAll;
      if (isGivenUp) break;
    }
  }
  const used = process.cpuUsage(processor);
  const shown = isGivenUp ? Infinity : performance.now() - began;
  return { first, shown, processor: (used.user + used.system) / 1000 };
}

function isSignal(answer: unknown): answer is SignalAnswer {
  return typeof answer === 'object' && answer !== null && 'tiles' in answer && 'stage' in answer;
}
