import { describe, expect, test } from 'vitest';
import { actionOf, fakeDesk } from '../../../tests/fixtures/desk.ts';
import { fakeClient, summary } from '../../../tests/fixtures/fakeClient.ts';
import { linksOf } from '../view/links.ts';

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
