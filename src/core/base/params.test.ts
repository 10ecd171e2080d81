import { describe, expect, it } from 'vitest';
import { choice, defaults, ids, number, parseParams, text, toggle } from './params.ts';

const specs = {
  binSeconds: number({ default: 0.001, min: 1e-5, max: 1, label: 'Bin size', doc: 'Width of a bin.' }),
  limit: number({ default: 100, integer: true, nullable: true, label: 'Limit', doc: 'At most so many.' }),
  uniform: toggle({ default: false, label: 'Same scale', doc: 'One scale for all.' }),
  type: choice({ default: 'a', choices: ['a', 'b'], label: 'Type', doc: 'Which.' }),
  filter: text({ default: '', label: 'Filter', doc: 'Which rows.' }),
  channels: ids({ default: null, label: 'Channels', doc: 'Which channels.' }),
};

describe('params', () => {
  it('fills in defaults', () => {
    expect(parseParams(specs, {})).toEqual(defaults(specs));
    expect(parseParams(specs, {}).binSeconds).toBe(0.001);
  });
  it('clips numbers and accepts null only where it is declared', () => {
    expect(parseParams(specs, { binSeconds: 5, limit: 'all' })).toMatchObject({ binSeconds: 1, limit: null });
    expect(() => parseParams(specs, { binSeconds: null })).toThrow('binSeconds is null, expected a number.');
  });
  it('names the parameter and the known ones when a name is wrong', () => {
    expect(() => parseParams(specs, { bin: 1 })).toThrow('There is no parameter bin. Known: binSeconds, limit');
    expect(() => parseParams(specs, { constructor: 1 })).toThrow('no parameter constructor');
  });
  it('refuses values of another kind', () => {
    for (const wrong of [
      { limit: 1.5 },
      { uniform: 1 },
      { type: 'c' },
      { filter: 3 },
      { channels: ['x'] },
      { binSeconds: Number.NaN },
    ])
      expect(() => parseParams(specs, wrong)).toThrow(/expected/);
  });
});
