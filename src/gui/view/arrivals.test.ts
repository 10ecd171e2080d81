import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Arrivals } from './arrivals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const shown: string[] = [];
  const arrivals = new Arrivals();
  /** Showing takes so many milliseconds. */
  const show =
    (name: string, milliseconds = 0) =>
    (): void => {
      shown.push(name);
      if (milliseconds > 0) vi.advanceTimersByTime(milliseconds);
    };
  return { arrivals, shown, show };
}
/** Lets everything that is to happen within so many milliseconds happen. */
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('arrivals', () => {
  test('one that is expected alone is shown at once', () => {
    const { arrivals, shown, show } = setUp();
    arrivals.expect().arrived(show('a'));
    expect(shown).toEqual(['a']);
  });

  test('several are shown when the last of them has come', async () => {
    const { arrivals, shown, show } = setUp();
    const [a, b, c] = [arrivals.expect(), arrivals.expect(), arrivals.expect()];
    b.arrived(show('b'));
    await pass(10);
    a.arrived(show('a'));
    await pass(10);
    expect(shown).toEqual([]);
    c.arrived(show('c'));
    await pass(0);
    expect(shown).toEqual(['b', 'a', 'c']);
  });

  test('one that fails keeps none of the others, then or later, from being shown', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const { arrivals, shown, show } = setUp();
    const [a, b] = [arrivals.expect(), arrivals.expect()];
    const failure = new Error('no picture');
    a.arrived(() => {
      throw failure;
    });
    b.arrived(show('b'));
    await pass(0);
    arrivals.expect().arrived(show('c'));
    await pass(0);
    expect(shown).toEqual(['b', 'c']);
    expect(reported).toHaveBeenCalledExactlyOnceWith(failure);
    vi.unstubAllGlobals();
  });

  test('none waits long for one that is late', async () => {
    const { arrivals, shown, show } = setUp();
    const [a, b, late] = [arrivals.expect(), arrivals.expect(), arrivals.expect()];
    a.arrived(show('a'));
    await pass(20);
    b.arrived(show('b'));
    await pass(9);
    expect(shown).toEqual([]);
    await pass(1);
    expect(shown).toEqual(['a', 'b']);
    late.arrived(show('late'));
    expect(shown).toEqual(['a', 'b', 'late']);
  });

  test('nobody waits for one that does not come', async () => {
    const { arrivals, shown, show } = setUp();
    const [a, b] = [arrivals.expect(), arrivals.expect()];
    a.arrived(show('a'));
    b.gone();
    await pass(0);
    expect(shown).toEqual(['a']);
    // Saying so twice, or after it has come, changes nothing.
    b.gone();
    const [c, d] = [arrivals.expect(), arrivals.expect()];
    c.arrived(show('c'));
    c.gone();
    await pass(0);
    expect(shown).toEqual(['a']);
    d.arrived(show('d'));
    await pass(0);
    expect(shown).toEqual(['a', 'c', 'd']);
  });

  test('goes on in another task when showing takes long', async () => {
    const { arrivals, shown, show } = setUp();
    const [a, b, c] = [arrivals.expect(), arrivals.expect(), arrivals.expect()];
    a.arrived(show('a', 20));
    b.arrived(show('b', 20));
    c.arrived(show('c', 20));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(shown).toEqual(['a', 'b']);
    await pass(0);
    expect(shown).toEqual(['a', 'b', 'c']);
  });
});
