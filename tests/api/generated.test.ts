import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeyProfile } from '../../src/core/actions/action.ts';
import { tools } from '../../src/core/tools/index.ts';
import { actions } from '../../src/core/actions/index.ts';
import { helpGroups, type HelpGroup } from '../../src/gui/shell/helpRows.ts';
import { everyCommand } from '../../src/gui/shell/commands.ts';
import { documentedViews } from '../../src/views/panels.tsx';
import type { Desk } from '../../src/gui/shell/desk.ts';
import { fakeDesk } from '../fixtures/desk.ts';
import { fakeClient, snapshotOf } from '../fixtures/fakeClient.ts';
import { HEAD, pluginsDocument, scriptingDocument, settingsDocument, shortcutsDocument } from './generated.ts';
import {
  CLUSTERING_DOCS,
  CONTROLLER_DOCS,
  METADATA_DOCS,
  MODEL_DOCS,
  SUPERVISOR_DOCS,
} from '../../src/core/scripting/docs.ts';
import { ARRAY_DOCS, NAME_DOCS, PLOT_DOCS } from '../../src/gui/console/complete.ts';
import { referenceDocument, referenceLines, uselessDepartures } from './referenceTable.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const COLUMNS = ['id', 'ch', 'sh', 'depth', 'fr', 'amp', 'n_spikes'];
const deskOf = (profile: KeyProfile, columns: readonly string[]): Desk => {
  const client = fakeClient();
  const added = tools.actions.map(({ spec }) => spec);
  client.mirror.setState({ snapshot: { ...snapshotOf(1, []), columns, actions: added } });
  return fakeDesk(JSON.stringify({ profile }), client);
};
/** The help of a window in which every view is open. */
function helpOf(profile: KeyProfile): readonly HelpGroup[] {
  const desk = deskOf(profile, COLUMNS);
  const open = documentedViews.map(({ name }) => name);
  return helpGroups({ commands: everyCommand(desk), specs: documentedViews, open, profile });
}
const WITH_LABELS = [...COLUMNS, 'amplitude', 'contampct', 'kslabel'];
const reference = referenceLines(
  deskOf('mission', COLUMNS),
  deskOf('phy-2.1', COLUMNS),
  deskOf('mission', WITH_LABELS),
);
const examples = join(docs, '../examples/plugins');
const sources = readdirSync(examples)
  .sort()
  .map((name) => ({ name, text: readFileSync(join(examples, name), 'utf8') }));
const documents = {
  'shortcuts.md': shortcutsDocument(helpOf('mission'), helpOf('phy-2.1')),
  'settings.md': settingsDocument(documentedViews),
  'guide/plugins.md': pluginsDocument(readFileSync(join(docs, 'guide/plugins.md'), 'utf8'), sources),
  'scripting.md': scriptingDocument({
    'm: the model': MODEL_DOCS,
    'c: the controller': CONTROLLER_DOCS,
    's: the supervisor': SUPERVISOR_DOCS,
    's.clustering': CLUSTERING_DOCS,
    's.cluster_meta': METADATA_DOCS,
    'Only in the console': NAME_DOCS,
    plot: PLOT_DOCS,
    array: ARRAY_DOCS,
  }),
  'reference-actions.md': referenceDocument(HEAD, reference),
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

describe('what the reference program lets a person do', () => {
  it('is here, belongs to a view that is not here yet, or is different for a reason', () => {
    const missing = reference.filter(({ state }) => state === 'missing');
    expect(missing.map(({ id, here }) => `${id}: ${here}`)).toEqual([]);
  });
  it('has no reason that is not needed', () => expect(uselessDepartures(reference)).toEqual([]));
  it('is listed once', () => {
    const ids = reference.map(({ section, id, input }) => `${section} ${id} ${input}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
