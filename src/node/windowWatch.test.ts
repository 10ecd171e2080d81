import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchWindows, type WindowWatch } from './windowWatch.ts';

let watch: WindowWatch;
let gone = false;
beforeEach(() => {
  vi.useFakeTimers();
  gone = false;
  watch = watchWindows();
  void watch.gone.then(() => (gone = true));
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

it('a window that is loaded anew comes back in time', async () => {
  watch.joined();
  watch.left(1001);
  await vi.advanceTimersByTimeAsync(4000);
  watch.joined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gone).toBe(false);
  watch.left(1001);
  await vi.advanceTimersByTimeAsync(5000);
  expect(gone).toBe(true);
});

it('only the last window counts, and never before one has come', async () => {
  await vi.advanceTimersByTimeAsync(600_000);
  watch.joined();
  watch.joined();
  watch.left(1001);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(gone).toBe(false);
});

it('one that vanished without a word is waited for longer', async () => {
  watch.joined();
  watch.left(1006);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gone).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(gone).toBe(true);
});
