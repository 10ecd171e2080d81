/** The user's work is never at risk (users-and-rivals A2, B5): every write of a session fails in every way, one after the other. */
import { describe, expect, it } from 'vitest';
import {
  copyOfFiles,
  curationOf,
  Disk,
  openMemorySession,
  PowerCut,
  type Fault,
} from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import type { WritableStorage } from '../storage/storage.ts';
import type { Session } from './session.ts';

const small = makeSmallDataset();

type Step = readonly [action: string, args: readonly unknown[] | Readonly<Record<string, unknown>>];

/** Merges, splits, moves, labels, undos and redos, also across two saves. */
const STEPS: readonly Step[] = [
  ['merge', [[0, 5]]],
  ['label', ['quality', 3, [6]]],
  ['split', { spikes: [0, 1, 2, 3, 4, 5, 6, 7] }],
  ['undo', []],
  ['move', ['good', [1, 6]]],
  ['save', []],
  ['undo', []],
  ['undo', []],
  ['merge', [[1, 2]]],
  ['save', []],
  ['undo', []],
  ['redo', []],
  ['split', { spikes: [10, 11, 12, 13], labels: [0, 1, 0, 1] }],
];

/** Performs the steps until power is lost; the states that may be found afterwards are those before and after the step in which it was. */
async function work(session: Session): Promise<{ readonly acknowledged: string; readonly next: string | null }> {
  let acknowledged = curationOf(session);
  for (const [action, args] of STEPS) {
    const done = await session.act(action, args);
    if (!done.ok) return { acknowledged, next: await afterStep(acknowledged, action) };
    acknowledged = curationOf(session);
  }
  return { acknowledged, next: null };
}

/** The state that each step leads to when nothing fails. */
const reference = new Map<string, string>();
async function afterStep(before: string, action: string): Promise<string | null> {
  return reference.get(`${action} ${before}`) ?? null;
}

async function countWrites(): Promise<number> {
  const disk = new Disk(copyOfFiles(small.files));
  const session = await openMemorySession(disk);
  for (const [action, args] of STEPS) {
    const before = curationOf(session);
    expect(await session.act(action, args)).toMatchObject({ ok: true });
    reference.set(`${action} ${before}`, curationOf(session));
  }
  await session.close();
  return disk.writes;
}

/** Opens the dataset with power back; unsaved actions are restored. */
async function reopen(stored: WritableStorage): Promise<Session> {
  const session = await openMemorySession(new Disk(stored));
  if (session.recovery() !== null) expect(await session.recover('restore')).toMatchObject({ ok: true });
  return session;
}

describe('a session on a disk that fails', () => {
  for (const fault of ['before', 'torn', 'after'] as const satisfies readonly Fault[]) {
    it(`finds everything again when power is lost ${fault === 'torn' ? 'in the middle of' : fault} any write`, async () => {
      const writes = await countWrites();
      expect(writes).toBeGreaterThan(40);
      for (let at = 0; at < writes; at++) {
        const stored = copyOfFiles(small.files);
        const session = await openMemorySession(new Disk(stored, at, fault));
        const { acknowledged, next } = await work(session);
        const found = await reopen(stored);
        expect([acknowledged, next], `write ${at}`).toContain(curationOf(found));
        expect(await found.act('label', ['quality', at, [found.clusters.ids[0]]]), `write ${at}`).toMatchObject({
          ok: true,
        });
        const went = curationOf(found);
        await found.close();
        const again = await reopen(stored);
        expect(curationOf(again), `write ${at}`).toBe(went);
        expect(await again.act('save', []), `write ${at}`).toMatchObject({ ok: true });
        const saved = curationOf(again);
        await again.close();
        const last = await openMemorySession(new Disk(stored));
        expect(last.recovery(), `write ${at}`).toBeNull();
        expect(curationOf(last), `write ${at}`).toBe(saved);
      }
    });
  }

  it('refuses an action that it cannot write down, and goes on when it can', async () => {
    const writes = await countWrites();
    const complete = [...reference.values()].at(-1);
    for (let at = 0; at < writes; at++) {
      const stored = copyOfFiles(small.files);
      const session = await openMemorySession(new Disk(stored, at, 'refuse'));
      let refusals = 0;
      for (const [action, args] of STEPS) {
        const before = curationOf(session);
        let result = await session.act(action, args);
        if (!result.ok) {
          refusals += 1;
          expect(result.message, `write ${at}`).toContain('the disk is full');
          expect(curationOf(session), `write ${at}`).toBe(before);
          result = await session.act(action, args);
        }
        expect(result, `write ${at}, ${action}`).toMatchObject({ ok: true });
      }
      expect(refusals, `write ${at}`).toBeLessThanOrEqual(1);
      expect(curationOf(session), `write ${at}`).toBe(complete);
      await session.close();
      expect(curationOf(await reopen(stored)), `write ${at}`).toBe(complete);
    }
  });

  it('keeps everything through a long time without space', async () => {
    const stored = copyOfFiles(small.files);
    const session = await openMemorySession(new Disk(stored, 12, 'refuse', 25));
    for (const [action, args] of STEPS) {
      const before = curationOf(session);
      const result = await session.act(action, args);
      if (!result.ok) expect(curationOf(session)).toBe(before);
    }
    const end = curationOf(session);
    await session.close();
    expect(curationOf(await reopen(stored))).toBe(end);
  });

  it('can be interrupted while it restores', async () => {
    const stored = copyOfFiles(small.files);
    const session = await openMemorySession(new Disk(stored, 17, 'after'));
    const { acknowledged, next } = await work(session);
    for (let at = 0; at < 12; at++) {
      const cut = await openMemorySession(new Disk(stored, at, 'before'));
      if (cut.recovery() !== null) await cut.recover('restore');
      await cut.act('save', []).catch((error: unknown) => expect(error).toBeInstanceOf(PowerCut));
      expect([acknowledged, next], `write ${at}`).toContain(curationOf(await reopen(stored)));
    }
  });
});
