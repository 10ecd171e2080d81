/** The mechanism behind every view of histograms, with a statistic that no view of ours has. */
import { describe, expect, test } from 'vitest';
import { fakeClient, type FakeClient } from '../../../../tests/fixtures/fakeClient.ts';
import { nd } from '../../../core/base/nd.ts';
import { number } from '../../../core/base/params.ts';
import { histogramBins, histogramMaximum, histogramMinimum } from '../../../core/base/viewParams.ts';
import { createViewInstance } from '../createView.ts';
import type { ViewInstance } from '../instance.ts';
import { binsOf, countFor, turned } from './bins.ts';
import { binAt, rangeText } from './HistogramPanel.tsx';
import { histogramView } from './histogramView.ts';

const params = {
  count: histogramBins(100),
  low: number(histogramMinimum()),
  high: number({ ...histogramMaximum(), default: null, nullable: true }),
};
const spec = histogramView({
  name: 'WidthView',
  query: 'width',
  params,
  names: { count: 'count', min: 'low', max: 'high' },
  noun: 'width',
  reading: 'Measuring',
  end: (dataset) => dataset?.durationSeconds ?? 1,
  scene: () => {
    throw new Error('nothing is drawn here');
  },
});
const open = (client: FakeClient = fakeClient()): ViewInstance => createViewInstance(spec, 'WidthView', client);
function run(view: ViewInstance, name: string, ...args: readonly unknown[]): void {
  const action = spec.actions.find((one) => one.name === name || one.aliases.includes(name));
  if (action === undefined) throw new Error(`no action ${name}`);
  void action.run(view, args);
}
const values = (view: ViewInstance) => view.state.getState().values;

const turn = (count: number, notches: number) => turned(count, notches, params.count);

describe('numbers of bins', () => {
  test('follow the size asked for, within the limits', () => {
    const bins = { count: 7, min: 0, max: 0.05 };
    expect([0.001, 0.0007, 1, 1e-12].map((size) => countFor(size, bins, params.count))).toEqual([50, 71, 2, 1e6]);
  });
  test('turn by 5 % per notch, by one at least', () => {
    expect([turn(50, 1), turn(50, -1), turn(50, 2), turn(50, 0)]).toEqual([47, 52, 45, 50]);
    expect([turn(4, -1), turn(4, 1), turn(2, 1), turn(1e6, -1)]).toEqual([5, 3, 2, 1e6]);
  });
  test('a maximum that is not set is the end', () => {
    const names = { count: 'count', min: 'low', max: 'high' };
    expect(binsOf({ count: 5, low: 1, high: null }, names, 9)).toEqual({ count: 5, min: 1, max: 9 });
  });
});

describe('actions', () => {
  test('have the letter h unless another is given', () => {
    expect(spec.actions.flatMap(({ aliases }) => aliases)).toEqual(['hn', 'hb', 'hmin', 'hmax']);
  });
  test('scale the end of the range without a limit, and go back to the default', () => {
    const view = open();
    run(view, 'increase');
    expect(values(view).high).toBeCloseTo(22, 9);
    run(view, 'hmax', 5000);
    run(view, 'increase');
    expect(values(view).high).toBeCloseTo(5500, 9);
    run(view, 'decrease');
    expect(values(view).high).toBeCloseTo(5000, 9);
    run(view, 'hmin', 30);
    run(view, 'reset_scaling');
    // 30 would lie beyond the default end of 20.
    expect(values(view)).toEqual({ count: 100, low: 0, high: null });
    run(view, 'hmin', 3);
    run(view, 'reset_scaling');
    expect(values(view).low).toBe(3);
  });
  test('set bins and range, and refuse what makes no range', () => {
    const view = open();
    run(view, 'hb', 0.5);
    expect(values(view).count).toBe(40);
    run(view, 'hn', 80);
    expect(values(view).count).toBe(80);
    expect(() => run(view, 'hn', 2.5)).toThrow('Number of bins must be a whole number.');
    expect(() => run(view, 'hn', 1)).toThrow('Number of bins must be 2 to 1000000.');
    expect(() => run(view, 'hmin', 20)).toThrow('Range maximum must be greater than range minimum.');
    expect(() => run(view, 'hmax', 0)).toThrow('Range maximum must be at least 0.000001.');
    run(view, 'hmin', 5);
    expect(() => run(view, 'hmax', 5)).toThrow('Range maximum must be greater than range minimum.');
    expect(values(view)).toEqual({ count: 80, low: 5, high: null });
    const prompt = (name: string) => spec.actions.find((one) => one.name === name)?.prompt?.value(view);
    expect(['set_n_bins', 'set_bin_size', 'set_x_min', 'set_x_max'].map(prompt)).toEqual(['80', '0.1875', '5', 'all']);
  });
  test('keep values for the user, or for the dataset where a view says so', () => {
    const client = fakeClient();
    run(open(client), 'hn', 60);
    expect(client.kept('user')).toEqual({ WidthView: { n_bins: 60 } });
    expect(client.kept('dataset')).toEqual({});
  });
});

describe('settings', () => {
  test('ask for the size of a bin, which stays while the range is typed', () => {
    const view = open();
    const fields = spec.fields!(view);
    expect(Object.keys(fields.specs)).toEqual(['size', 'min', 'max']);
    expect(fields.values()).toEqual({ size: 0.2, min: 0, max: 20 });
    // Typed one digit after the other.
    for (const max of [1, 10, 100]) fields.change('max', max);
    expect(values(view)).toEqual({ count: 500, low: 0, high: 100 });
    fields.change('size', 0.7);
    expect(values(view).count).toBe(143);
    expect(fields.values().size).toBe(0.7);
    fields.change('min', 51);
    expect(values(view).count).toBe(70);
    expect(() => fields.change('max', 50)).toThrow('Range maximum must be greater than range minimum.');
    view.resetToDefaults();
    expect(fields.values()).toEqual({ size: 0.2, min: 0, max: 20 });
  });
});

describe('what is said', () => {
  test('range and bin, with and without a unit', () => {
    const ms = { name: 'ms', perStored: 1000 };
    expect(rangeText({ count: 50, min: 0, max: 0.05 }, ms)).toBe('[0.0ms, 50.0ms] · bin 1 ms');
    expect(rangeText({ count: 3, min: 0.5, max: 1.5 }, { name: '', perStored: 1 })).toBe('[0.5, 1.5] · bin 0.333');
  });
  test('the bin under the pointer', () => {
    const answer = {
      edges: nd(Float64Array.of(0, 1, 2)),
      counts: nd(Int32Array.of(1, 2, 3, 4), [2, 2]),
      inRange: nd(Int32Array.of(3, 7)),
      total: nd(Int32Array.of(3, 9)),
    };
    const at = (frame: string, x: number, inside = true) => binAt(answer, { frame, data: [x, 0], inside });
    expect(at('1', 1.5)).toEqual({ row: 1, bin: 1, count: 4 });
    expect([at('1', 2.5), at('1', -0.5), at('0', 0.5, false), at('0:caption', 0.5)]).toEqual([null, null, null, null]);
  });
});
