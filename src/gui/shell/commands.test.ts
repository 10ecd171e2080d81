import { describe, expect, test } from 'vitest';
import { actionOf, fakeDesk } from '../../../tests/fixtures/desk.ts';
import { fakeClient, summary } from '../../../tests/fixtures/fakeClient.ts';
import { NO_CHOICES, setChoices } from '../tables/choices.ts';
import { columnEntries } from '../tables/columnMenu.ts';
import { linksOf } from '../view/links.ts';
import { menuEntries } from './menuEntries.ts';
import { tableEntries } from './tableEntries.ts';

describe('actions of a view', () => {
  test('cannot be done where the dataset lacks what the view needs, and say so; what every panel has can', () => {
    const client = fakeClient({ ...summary, has: { ...summary.has, traces: false } });
    const desk = fakeDesk(null, client);
    for (const id of ['TraceView', 'RasterView']) desk.shelf.ensure(id);
    const enabled = (view: string, name: string) => actionOf(desk, view, name).enabled();
    expect(enabled('TraceView', 'go_right')).toBe('This dataset has no raw data.');
    expect(enabled('TraceView', 'go_to_next_spike')).toBe('This dataset has no raw data.');
    expect([enabled('TraceView', 'view_settings'), enabled('RasterView', 'next_color_scheme')]).toEqual([true, true]);
    desk.start(actionOf(desk, 'TraceView', 'go_right'));
    expect(linksOf(client).getState().timeRange).toBeNull();
    expect(client.said).toEqual(['This dataset has no raw data.']);
  });
});

test('entries of menus say what they do and how they are typed', () => {
  const [entry] = menuEntries([actionOf(fakeDesk(), 'Edit', 'merge')], () => undefined);
  expect(entry).toMatchObject({ hint: 'Merges the selected clusters into a new one. (:g)' });
});

function columnsOfFirstLayout(scale: number, width: number): number {
  const client = fakeClient();
  client.keep('user', 'appearance', { scale });
  const { root } = fakeDesk(null, client).layouts.first(width);
  return root.kind === 'row' ? root.children.length : 1;
}

test('a first layout has the columns that there is room for at the interface scale', () => {
  const cases = [
    [1, 1920],
    [1, 1280],
    [2, 1920],
    [2, 3840],
  ] as const;
  expect(cases.map(([scale, width]) => columnsOfFirstLayout(scale, width))).toEqual([5, 3, 3, 5]);
});

describe('actions of rows and clusters', () => {
  const client = fakeClient();
  const desk = fakeDesk(null, client);
  const reasons = (table: 'ClusterView' | 'SimilarityView'): readonly (string | undefined)[] =>
    tableEntries(desk, table).flatMap((entry) =>
      entry.kind === 'item' && entry.id.includes('.copy_') ? [entry.reason] : [],
    );
  const none = 'No row is selected. Select one to copy it.';

  test('cannot be done without a selection, in the menu of the window and in those of the tables', () => {
    expect(reasons('ClusterView')).toEqual([none, 'No row is shown.']);
    expect(actionOf(desk, 'Edit', 'copy_rows').enabled()).toBe(none);
    expect(actionOf(desk, 'Select', 'next_violation').enabled()).toBe('Select a cluster first.');
  });
  test('can be done with one; each table has a selection of its own', () => {
    client.select([2]);
    expect([reasons('ClusterView')[0], reasons('SimilarityView')[0]]).toEqual([undefined, none]);
    expect(actionOf(desk, 'Edit', 'copy_rows').enabled()).toBe(true);
    expect(actionOf(desk, 'Select', 'previous_violation').enabled()).toBe(true);
    client.select([2], [5]);
    expect(reasons('SimilarityView')[0]).toBeUndefined();
  });
  test('default columns come back only from others', () => {
    const reason = (): string | undefined =>
      columnEntries(client, 'ClusterView')
        .flatMap((entry) => (entry.kind === 'item' ? [entry] : []))
        .at(-1)?.reason;
    expect(reason()).toBe('Columns and widths are the default ones.');
    setChoices(client, 'ClusterView', { ...NO_CHOICES, hidden: ['depth'] });
    expect(reason()).toBeUndefined();
  });
});
