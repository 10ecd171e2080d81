import { type Random, seededRandom } from '../base/random.ts';

/**
 * Seeded random numbers of the demo generator: equal seeds and stream names give equal numbers, and each purpose has a stream of
 * its own, so that asking for raw data does not change the spikes.
 */
export class DemoRandom {
  private readonly source: Random;
  private spare: number | undefined;

  constructor(seed: number, stream: string) {
    this.source = seededRandom(seed, hash(stream));
  }

  /** Whole number in 0..2^32-1. */
  next(): number {
    return this.source.uint32();
  }

  /** In [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.source.uint32() / 4294967296;
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Whole number in 0..count-1. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Mean 1, standard deviation 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** Mean 0, standard deviation 1 (polar method). */
  gaussian(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Log-normal with the given median. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.gaussian());
  }

  /** Puts the items in random order, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}

/** Independent Gaussian values of unit variance. */
export function gaussianPool(random: DemoRandom, count: number): Float32Array {
  const pool = new Float32Array(count);
  for (let i = 0; i < count; i++) pool[i] = random.gaussian();
  return pool;
}

/** 32-bit FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
