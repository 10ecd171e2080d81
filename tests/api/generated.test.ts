import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyProfile } from '../../src/core/actions/action.ts';
import { actions } from '../../src/core/actions/index.ts';
import { helpGroups, type HelpGroup } from '../../src/gui/shell/helpRows.ts';
import { everyCommand } from '../../src/gui/shell/commands.ts';
import { viewSpecs } from '../../src/views/panels.tsx';
import { fakeDesk } from '../fixtures/desk.ts';
import { fakeClient, snapshotOf } from '../fixtures/fakeClient.ts';
import { settingsDocument, shortcutsDocument } from './generated.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const COLUMNS = ['id', 'ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes'];
/** The help of a window in which every view is open. */
function helpOf(profile: KeyProfile): readonly HelpGroup[] {
  const client = fakeClient();
  client.mirror.setState({ snapshot: { ...snapshotOf(1, []), columns: COLUMNS } });
  const desk = fakeDesk(JSON.stringify({ profile }), client);
  const open = viewSpecs.map(({ name }) => name);
  return helpGroups({ commands: everyCommand(desk), specs: viewSpecs, open, profile });
}
const documents = {
  'shortcuts.md': shortcutsDocument(helpOf('mission'), helpOf('phy-2.1')),
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
