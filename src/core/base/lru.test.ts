import { describe, expect, it } from 'vitest';
import { ByteLru } from './lru.ts';

describe('ByteLru', () => {
  it('drops what was not used for longest once the limit is passed', () => {
    const cache = new ByteLru<string>(10);
    cache.set('a', 'A', 4);
    cache.set('b', 'B', 4);
    expect(cache.get('a')).toBe('A');
    cache.set('c', 'C', 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
    expect(cache.bytes).toBe(8);
  });

  it('counts a replaced value once, and holds nothing larger than itself', () => {
    const cache = new ByteLru<number>(10);
    cache.set('a', 1, 6);
    cache.set('a', 2, 7);
    expect([cache.bytes, cache.size, cache.get('a')]).toEqual([7, 1, 2]);
    cache.set('a', 3, 11);
    expect([cache.bytes, cache.size, cache.get('a')]).toEqual([0, 0, undefined]);
  });

  it('keeps its books over many random operations', () => {
    const cache = new ByteLru<number>(1000);
    const held = new Map<string, number>();
    let state = 1;
    const next = (n: number): number => (state = Math.imul(state, 48271) & 0x7fffffff || 1) % n;
    for (let i = 0; i < 5000; i++) {
      const key = String(next(50));
      const bytes = next(200);
      cache.set(key, i, bytes);
      held.set(key, bytes);
      for (const name of held.keys()) if (cache.get(name) === undefined) held.delete(name);
      expect(cache.bytes).toBe([...held.values()].reduce((sum, n) => sum + n, 0));
      expect(cache.bytes).toBeLessThanOrEqual(1000);
    }
  });
});
