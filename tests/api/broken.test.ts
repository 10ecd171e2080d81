/**
 * A corpus of broken datasets: each either is refused in one sentence that names the file, or opens, says what is wrong with which file, and
 * can be looked at, curated and saved. Nothing ever throws anything else.
 */
import { describe, expect, test } from 'vitest';
import { PhyError } from '../../src/core/base/errors.ts';
import { checkDataset, findingOf } from '../../src/core/engine/check.ts';
import type { Session } from '../../src/core/engine/session.ts';
import { queries } from '../../src/views/queries.ts';
import { brokenDatasets, type Broken } from '../fixtures/brokenDatasets.ts';
import { Disk, openMemorySession } from '../fixtures/memorySession.ts';
import { makeSmallDataset } from '../fixtures/smallDataset.ts';

const corpus = brokenDatasets();
const ADVICE = /\b(Add|Bring|Check|Copy|Correct|Export|Give|Move|Remove|Save|Sort|Write)\b/;

async function open({ changes }: Broken): Promise<Session | PhyError> {
  try {
    return await openMemorySession(new Disk(makeSmallDataset(changes).storage), { queries });
  } catch (error) {
    if (error instanceof PhyError) return error;
    throw error;
  }
}

/** Everything a window would ask of the first clusters; a view that lacks its data says so. */
async function lookAtAll(session: Session): Promise<void> {
  const clusters = session.clusters.ids.slice(0, 2);
  for (const name of Object.keys(queries)) {
    try {
      await session.ask(name, clusters, {}, new AbortController().signal);
    } catch (error) {
      if (!(error instanceof PhyError)) throw error;
      expect(['missing', 'input', 'usage', 'refused'], name).toContain(error.kind);
    }
  }
}

test('the corpus has more than 60 datasets, each with a name of its own', () => {
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThan(60);
});

describe('broken datasets', () => {
  test.each(corpus.map((broken) => [broken.name, broken] as const))('%s', async (_, broken) => {
    const opened = await open(broken);
    if (opened instanceof PhyError) {
      expect(opened.kind).toBe('input');
      expect(opened.message).toContain(broken.file);
      expect(opened.message).toMatch(/expected|was not found|without which|both exist/);
      expect(opened.message).toMatch(ADVICE);
      expect(findingOf(opened)).toMatchObject({ level: 'error', message: opened.message });
      return;
    }
    const { report } = opened.opened();
    const told = [...report.warnings, ...report.files.map(({ name, status, note }) => `${name} ${status} ${note}`)];
    const isNoticed = told.some((line) => line.includes(broken.file) && !line.endsWith(' read '));
    if (broken.harmless !== true) expect(isNoticed, told.join('\n')).toBe(true);
    await lookAtAll(opened);
    const { dataset, clusters, facts } = opened;
    const findings = await checkDataset({ dataset, clusters, facts, progress: async () => undefined });
    for (const { message } of findings) expect(message.endsWith('.'), message).toBe(true);
    // Whatever is an error, something can be done about.
    for (const { level, message } of findings) if (level === 'error') expect(message).toMatch(ADVICE);
    // It can be curated and saved: what is broken stays as it is.
    const [first, second] = opened.clusters.ids;
    if (second !== undefined) expect(await opened.act('merge', [first, second])).toMatchObject({ ok: true });
    expect(await opened.act('save', [])).toMatchObject({ ok: true });
    await opened.close();
  });
});
