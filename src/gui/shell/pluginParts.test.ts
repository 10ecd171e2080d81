import { describe, expect, it } from 'vitest';
import { declarationOf } from '../../core/plugins/declare.ts';
import { pluginParts } from './pluginParts.ts';

const partsOf = (plugin: object) => pluginParts(declarationOf({ name: 'mine', ...plugin }));

describe('what a plugin adds', () => {
  it('is named by its titles, kind by kind', () => {
    const parts = partsOf({
      metrics: { shortest: () => 1 },
      splitters: { thirds: { split: () => [] } },
      commands: { say_hello: { run: () => undefined, title: 'Say hello' } },
      views: { gap: { query: () => null, draw: () => null } },
      status: () => 'fine',
      keys: { merge: 'm' },
    });
    expect(parts).toEqual([
      { kind: 'Columns', names: ['shortest'] },
      { kind: 'Split by', names: ['Thirds'] },
      { kind: 'Commands', names: ['Say hello'] },
      { kind: 'Views', names: ['GapView'] },
      { kind: 'Keys', names: ['merge'] },
      { kind: 'Also', names: ['a text in the status bar'] },
    ]);
  });

  it('is nothing for one that only listens to nothing', () => {
    expect(partsOf({})).toEqual([]);
  });
});
