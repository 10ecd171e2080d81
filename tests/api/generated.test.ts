import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/core/actions/index.ts';
import { viewSpecs } from '../../src/views/panels.tsx';
import { settingsDocument, shortcutsDocument } from './generated.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const documents = {
  'shortcuts.md': shortcutsDocument(actions, viewSpecs),
  'settings.md': settingsDocument(viewSpecs),
};

describe('generated documents are up to date (npm run docs makes them)', () => {
  for (const [name, text] of Object.entries(documents)) {
    it(name, () => {
      if (process.env.PHY_MAKE_DOCS === '1') writeFileSync(join(docs, name), text);
      expect(readFileSync(join(docs, name), 'utf8')).toBe(text);
    });
  }
  it('name every action once', () => {
    const names = actions.map((action) => action.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(documents['shortcuts.md']).toContain(`| ${name} |`);
  });
});
