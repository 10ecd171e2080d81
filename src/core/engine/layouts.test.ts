import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../storage/memory.ts';
import { changeLayouts, readLayouts, type LayoutChange } from './layouts.ts';

const layout = { version: 1, root: {} };
const refusal = (change: LayoutChange, files: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  changeLayouts(memoryStorage(files), change).then(
    (said) => said,
    (error: Error) => error.message,
  );

describe('named layouts', () => {
  it('are one file each, saved, renamed and deleted', async () => {
    const home = memoryStorage({}, '/user');
    expect(await changeLayouts(home, { kind: 'save', name: ' two screens ', layout })).toBe(
      'Saved the layout “two screens”.',
    );
    await changeLayouts(home, { kind: 'save', name: 'Émile', layout: { version: 1, root: 2 } });
    expect((await home.list('ts/layouts')).map(({ name }) => name)).toEqual(['two screens.json', 'Émile.json']);
    expect(await readLayouts(home)).toEqual({ 'two screens': layout, Émile: { version: 1, root: 2 } });
    expect(Object.keys(await readLayouts(home))).toEqual(['Émile', 'two screens']);
    expect(await changeLayouts(home, { kind: 'rename', name: 'Émile', to: 'emile' })).toBe(
      'Renamed the layout “Émile” to “emile”.',
    );
    await changeLayouts(home, { kind: 'rename', name: 'emile', to: 'Emile' });
    expect(await changeLayouts(home, { kind: 'delete', name: 'two screens' })).toBe(
      'Deleted the layout “two screens”.',
    );
    expect(await readLayouts(home)).toEqual({ Emile: { version: 1, root: 2 } });
  });

  it('leave files alone that are no layouts', async () => {
    const home = memoryStorage({
      'ts/layouts/bad.json': '{',
      'ts/layouts/notes.txt': 'x',
      'ts/layouts/good.json': '{}',
    });
    expect(await readLayouts(home)).toEqual({ good: {} });
  });

  it.each([
    ['', 'A layout needs a name.'],
    ['a/b', 'The name of a layout has none of \\ / : * ? " < > |, because it is also a file name.'],
    ['../../x', 'The name of a layout has none of \\ / : * ? " < > |, because it is also a file name.'],
    ['.hidden', 'The name of a layout neither begins nor ends with a dot.'],
    ['NUL', '“NUL” is no file name on Windows. Choose another one.'],
    ['x'.repeat(61), 'The name of a layout has at most 60 characters.'],
  ])('refuse the name %j', async (name, sentence) => {
    expect(await refusal({ kind: 'save', name, layout })).toBe(sentence);
  });

  it('refuse names that are taken, also in another case, and layouts that are not there', async () => {
    const files = { 'ts/layouts/Wide.json': '{}', 'ts/layouts/other.json': '{}' };
    const taken = 'There is a layout “Wide” already. Choose another name, or delete it first.';
    expect(await refusal({ kind: 'rename', name: 'other', to: 'Wide' }, files)).toBe(taken);
    expect(await refusal({ kind: 'save', name: 'wide', layout }, files)).toBe(taken);
    expect(await refusal({ kind: 'rename', name: 'none', to: 'x' }, files)).toBe('There is no layout “none”.');
    expect(await refusal({ kind: 'delete', name: 'none' }, files)).toBe('There is no layout “none”.');
    expect(await refusal({ kind: 'save', name: 'Wide', layout }, files)).toBe('Saved the layout “Wide”.');
  });
});
