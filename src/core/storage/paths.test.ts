import { describe, expect, it } from 'vitest';
import { joinPath } from './paths.ts';

describe('joinPath', () => {
  it.each([
    ['/a/b', 'c.npy', '/a/b/c.npy'],
    ['/a/b/', './c.npy', '/a/b/c.npy'],
    ['', 'c.npy', 'c.npy'],
    ['/a', '', '/a'],
    ['/a', '/b', '/b'],
    ['/a', 'C:\\b', 'C:\\b'],
    ['/a/b', '../c', '/a/c'],
    ['/a/b', '../../c/../d', '/d'],
    ['C:\\a\\b', '..\\c', 'C:\\a/c'],
    ['a', '../c', 'c'],
    ['..', '../c', '../../c'],
    ['/a', 'b..c', '/a/b..c'],
    ['/a', '..c', '/a/..c'],
  ])('joins %s and %s', (folder, name, whole) => {
    expect(joinPath(folder, name)).toBe(whole);
  });
});
