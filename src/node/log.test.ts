import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Signal } from '../core/base/scope.ts';
import type { Change } from '../core/curation/state.ts';
import type { Notice } from '../core/engine/session.ts';
import type { StateUpdate } from '../core/protocol/messages.ts';
import { snapshotOf } from '../../tests/fixtures/fakeClient.ts';
import { openLog, type Log } from './log.ts';
import { logAnswer, logSession } from './logSession.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phy-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (text: string) => (): Date => new Date(text);

test('a line for each sentence, in the file of the day; more lines stand below it', async () => {
  const log = openLog(join(folder, 'log'), at('2026-11-26T03:04:05.678Z'));
  log.write('info', 'phy was started.');
  log.write('error', 'It failed.\nat here');
  await log.settled();
  expect(readFileSync(join(folder, 'log/phy-2026-11-26.log'), 'utf8')).toBe(
    '2026-11-26T03:04:05.678Z INFO    phy was started.\n2026-11-26T03:04:05.678Z ERROR   It failed.\n    at here\n',
  );
});

test('the last fourteen days are kept, and files of others', async () => {
  const days = Array.from({ length: 20 }, (_, day) => `phy-2026-10-${String(day + 1).padStart(2, '0')}.log`);
  for (const name of [...days, 'mine.log']) writeFileSync(join(folder, name), '');
  const log = openLog(folder, at('2026-11-26T00:00:00Z'));
  log.write('info', 'x');
  await log.settled();
  expect(readdirSync(folder).sort()).toEqual(['mine.log', ...days.slice(7), 'phy-2026-11-26.log']);
});

test('a folder that cannot be made stops nobody', async () => {
  writeFileSync(join(folder, 'file'), '');
  const log = openLog(join(folder, 'file/log'));
  log.write('info', 'x');
  await expect(log.settled()).resolves.toBeUndefined();
  mkdirSync(join(folder, 'other'));
});

test('of a session: changes of clusters, notices, refusals, failures; no selections', () => {
  const lines: string[] = [];
  const log: Log = { write: (level, text) => void lines.push(`${level} ${text}`), settled: () => Promise.resolve() };
  const session = { updates: new Signal<StateUpdate>(), notices: new Signal<Notice>() };
  logSession(session, log);
  const selection = { clusters: [], similar: [] };
  const change = (message: string, description: string | null): Change => ({
    action: 'x',
    message,
    description,
    history: null,
    added: [],
    deleted: [],
    descendants: [],
    changed: [],
    spikeCount: 0,
    selectionBefore: selection,
    selection,
  });
  const update = { snapshot: snapshotOf(1, []), rows: [], removedRows: [] };
  session.updates.emit({ ...update, change: change('Merge clusters 1, 2 to 3.', 'merge') });
  session.updates.emit({ ...update, change: change('Selected 3.', null) });
  session.updates.emit({ ...update, change: null });
  session.notices.emit({ level: 'warning', message: 'A file changed.' });
  const result = { action: 'save', change: null };
  logAnswer({ type: 'acted', id: 1, result: { ...result, ok: true, message: 'Saved 1 change.', files: ['a'] } }, log);
  logAnswer({ type: 'acted', id: 2, result: { ...result, ok: true, message: 'Selected 3.' } }, log);
  logAnswer({ type: 'acted', id: 3, result: { ...result, ok: false, message: 'The disk is full.' } }, log);
  logAnswer({ type: 'failed', id: 4, kind: 'defect', message: 'undefined is not a function', facts: {} }, log);
  logAnswer({ type: 'failed', id: 5, kind: 'aborted', message: 'aborted', facts: {} }, log);
  expect(lines).toEqual([
    'info Merge clusters 1, 2 to 3.',
    'warning A file changed.',
    'info Saved 1 change.',
    'warning The disk is full.',
    'error undefined is not a function',
  ]);
});
