import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repo = resolve(import.meta.dirname, '../..');

/** Paths of ours that a document names in backticks or as link targets. */
function namedPaths(text: string): readonly string[] {
  const code = [...text.matchAll(/`((?:src|tests|docs|scripts|bench)\/[\w./-]+)`/g)].map((match) => match[1]);
  const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map((match) => match[1]);
  return [...new Set([...code, ...links])];
}

describe('documents name files that exist', () => {
  it('finds the paths', () => {
    expect(namedPaths('see `src/a/b.ts` and [this](docs/x.md)')).toEqual(['src/a/b.ts', 'docs/x.md']);
  });
  for (const name of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    it(name, () => {
      const paths = namedPaths(readFileSync(join(repo, name), 'utf8'));
      expect(paths.length).toBeGreaterThan(3);
      expect(paths.filter((path) => !existsSync(join(repo, path)))).toEqual([]);
    });
  }
});
