import { describe, expect, test, vi } from 'vitest';
import { type FakeClient, fakeClient, summary } from '../../../tests/fixtures/fakeClient.ts';
import { intervalParams, linkedInTime } from '../../core/base/viewParams.ts';
import { HOME } from '../plot/camera.ts';
import { createViewInstance } from './createView.ts';
import type { ViewInstance, ViewSpec } from './instance.ts';
import { linksOf, selectTime } from './links.ts';
import { cameraOfInterval, intervalOfCamera, intervalText, timeWindowOf } from './timeWindow.ts';

const specOf = (name: string): ViewSpec => ({
  name,
  query: 'none',
  params: { ...intervalParams, linked: linkedInTime },
  maxClusters: 0,
  actions: [],
  gestures: [],
  missing: () => null,
  attach: (view) => timeWindowOf(view).attach(),
  Component: () => null,
});
const open = (client: FakeClient = fakeClient(), name = 'TraceView', id = name): ViewInstance =>
  createViewInstance(specOf(name), id, client);
const intervalOf = (view: ViewInstance) => timeWindowOf(view).interval.map((seconds) => Number(seconds.toFixed(6)));
/** 20 s at 30 kHz. */
const { durationSeconds } = summary;

describe('the interval of a view', () => {
  test('is a quarter of a second around the middle first; commands keep it inside the recording', () => {
    const view = open();
    const time = timeWindowOf(view);
    expect(intervalOf(view)).toEqual([9.875, 10.125]);
    time.goTo(3);
    expect(intervalOf(view)).toEqual([2.875, 3.125]);
    time.shift(-50);
    expect(intervalOf(view)).toEqual([0, 0.25]);
    time.shift(1e9);
    expect(intervalOf(view)).toEqual([19.75, 20]);
    time.scale(2);
    expect(intervalOf(view)).toEqual([19.5, 20]);
    time.scale(1e9);
    expect(intervalOf(view)).toEqual([0, durationSeconds]);
    time.scale(1e-9);
    expect(time.length).toBeCloseTo(0.001, 9);
    time.show([5.00001, 5.10001]);
    expect(intervalOf(view)).toEqual([5, 5.1]);
  });

  test('is told to the amplitude views at once, and kept after a moment; looking alone keeps nothing', () => {
    vi.useFakeTimers();
    const client = fakeClient();
    const view = open(client);
    expect(linksOf(client).getState()).toMatchObject({
      timeRange: [9.875, 10.125],
      timeRangeOf: { view: 'TraceView', kind: 'TraceView', linked: true },
    });
    vi.advanceTimersByTime(10_000);
    expect(client.kept('dataset')).toEqual({});
    timeWindowOf(view).goTo(2);
    timeWindowOf(view).follow([4, 4.123456789]);
    expect(linksOf(client).getState().timeRange).toEqual([4, 4.123456789]);
    expect(client.kept('dataset')).toEqual({});
    vi.advanceTimersByTime(1000);
    expect(client.kept('dataset')).toEqual({ TraceView: { interval: [4, expect.closeTo(4.123467, 6)] } });
    vi.useRealTimers();
    const again = open(client);
    expect(intervalOf(again)).toEqual([4, 4.123467]);
  });

  test('goes to times that other views send it to', () => {
    const client = fakeClient();
    const view = open(client);
    selectTime(client, 7);
    expect(intervalOf(view)).toEqual([6.875, 7.125]);
    selectTime(client, 7);
    timeWindowOf(view).shift(1);
    selectTime(client, 7);
    expect(intervalOf(view)).toEqual([6.875, 7.125]);
  });

  test('remembers the spike that one came to, also where the recording ends, until one moves on', () => {
    const time = timeWindowOf(open());
    expect(time.spikeSeconds).toBe(10);
    time.goToSpike(19.99);
    expect(time.interval).toEqual([19.75, 20]);
    expect(time.spikeSeconds).toBe(19.99);
    time.goTo(20);
    expect(time.interval).toEqual([19.75, 20]);
    expect(time.spikeSeconds).toBeCloseTo(19.875, 9);
    time.goToSpike(19.99);
    time.shift(-1);
    expect(time.spikeSeconds).toBeCloseTo(18.875, 9);
  });

  test('stays when the settings are reset: it is none of them', () => {
    const view = open();
    timeWindowOf(view).goTo(3);
    view.set({ startSeconds: 4, endSeconds: 5 });
    expect(intervalOf(view)).toEqual([4, 5]);
    view.resetToDefaults();
    expect(intervalOf(view)).toEqual([4, 5]);
  });
});

describe('views linked in time', () => {
  test('follow a view of the other kind, both ways; copies of one kind are independent', () => {
    const client = fakeClient();
    const trace = open(client);
    const copy = open(client, 'TraceView', 'TraceView (1)');
    const image = open(client, 'TraceImageView');
    timeWindowOf(trace).goTo(3);
    expect([copy, image].map(intervalOf)).toEqual([
      [9.875, 10.125],
      [2.875, 3.125],
    ]);
    timeWindowOf(image).goTo(5);
    expect([trace, copy].map(intervalOf)).toEqual([
      [4.875, 5.125],
      [4.875, 5.125],
    ]);
    expect(linksOf(client).getState().timeRangeOf?.view).toBe('TraceImageView');
    image.set({ linked: false });
    timeWindowOf(trace).goTo(8);
    expect(intervalOf(image)).toEqual([4.875, 5.125]);
    image.set({ linked: true });
    expect(intervalOf(image)).toEqual([7.875, 8.125]);
    // One that is not linked leads no other either; linked again, it goes there, or takes the other along when it moved last.
    trace.set({ linked: false });
    timeWindowOf(trace).goTo(12);
    expect(intervalOf(image)).toEqual([7.875, 8.125]);
    trace.set({ linked: true });
    expect(intervalOf(image)).toEqual([11.875, 12.125]);
    trace.set({ linked: false });
    timeWindowOf(image).goTo(6);
    trace.set({ linked: true });
    expect(intervalOf(trace)).toEqual([5.875, 6.125]);
  });

  test('take over what is shown when they are opened, and leave no mark behind', () => {
    const client = fakeClient();
    const trace = open(client);
    timeWindowOf(trace).goTo(3);
    const image = open(client, 'TraceImageView');
    expect(intervalOf(image)).toEqual([2.875, 3.125]);
    expect(linksOf(client).getState().timeRangeOf?.view).toBe('TraceView');
    image.dispose();
    expect(linksOf(client).getState().timeRange).not.toBeNull();
    trace.dispose();
    expect(linksOf(client).getState().timeRange).toBeNull();
  });

  test('say nothing without raw data', () => {
    const client = fakeClient({ ...summary, has: { ...summary.has, traces: false } });
    open(client);
    expect(linksOf(client).getState().timeRange).toBeNull();
  });
});

describe('the camera', () => {
  test('shows the interval, and back', () => {
    for (const interval of [
      [0, 20],
      [9.875, 10.125],
      [19.999, 20],
      [0, 0.001],
    ] as const) {
      const camera = cameraOfInterval(interval, 20, { ...HOME, zoom: [1, 3] });
      expect(camera.zoom[1]).toBe(3);
      const [start, end] = intervalOfCamera(camera, 20);
      expect(start).toBeCloseTo(interval[0], 9);
      expect(end).toBeCloseTo(interval[1], 9);
    }
  });
  test('is written with the decimals that its interval needs', () => {
    expect(intervalText([9.95, 10.05])).toBe('9.95–10.05 s');
    expect(intervalText([9.875, 10.125])).toBe('9.88–10.13 s');
    expect(intervalText([10, 10.001])).toBe('10.0000–10.0010 s');
    expect(intervalText([0, 7200])).toBe('0.00–7200.00 s');
  });
});
