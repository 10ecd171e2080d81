import { describe, expect, test } from 'vitest';
import { simpleCommand, type Command } from './command.ts';
import { planKeys, type Bindings } from './keyPlan.ts';

const command = (name: string, keys: readonly string[], defaultKeys = keys, scope = 'Edit'): Command => ({
  ...simpleCommand({ name, scope, title: name, doc: '', section: 0, run: () => undefined }),
  keys,
  defaultKeys,
});
const merge = command('merge', ['g']);
const split = command('split', ['k']);
const redo = command('redo', ['ctrl+shift+z', 'ctrl+y']);
const widen = command('widen', [], ['ctrl+right'], 'WaveformView');
const all = [merge, split, redo, widen];
const plain = (bindings: Bindings | null) => bindings && Object.fromEntries(bindings);

describe('planKeys', () => {
  test('a free key is just given', () => {
    const plan = planKeys(all, merge, ['x']);
    expect(plan.owners).toEqual([]);
    expect([plain(plan.takeOver), plan.swap]).toEqual([{ 'Edit.merge': ['x'] }, null]);
  });
  test('the keys of the profile need no entry', () => {
    expect(plain(planKeys(all, widen, ['ctrl+right']).takeOver)).toEqual({ 'WaveformView.widen': null });
    expect(plain(planKeys(all, merge, []).takeOver)).toEqual({ 'Edit.merge': [] });
  });
  test('a key that another action has is taken over, or swapped for the key given up', () => {
    const plan = planKeys(all, merge, ['k']);
    expect(plan.owners.map(({ key, owner }) => [key, owner.name])).toEqual([['k', 'split']]);
    expect(plain(plan.takeOver)).toEqual({ 'Edit.merge': ['k'], 'Edit.split': [] });
    expect(plain(plan.swap)).toEqual({ 'Edit.merge': ['k'], 'Edit.split': ['g'] });
  });
  test('the owner keeps its other keys', () => {
    expect(plain(planKeys(all, merge, ['ctrl+y']).takeOver)).toEqual({
      'Edit.merge': ['ctrl+y'],
      'Edit.redo': ['ctrl+shift+z'],
    });
    expect(plain(planKeys(all, merge, ['ctrl+y']).swap)).toMatchObject({ 'Edit.redo': ['ctrl+shift+z', 'g'] });
  });
  test('a key more gives nothing up, so nothing is swapped; nor among three', () => {
    expect(planKeys(all, merge, ['g', 'k']).swap).toBeNull();
    expect(planKeys(all, merge, ['k', 'ctrl+y']).swap).toBeNull();
  });
});
