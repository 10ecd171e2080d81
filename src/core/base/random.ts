/** Random numbers that are the same on every run: seeded by the ids they depend on, so that redraws and undo do not flicker. */

export interface Random {
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1) with 53 random bits. */
  next(): number;
  /** Uniform integer in [0, n), 1 <= n <= 2^32. */
  below(n: number): number;
}

/** One round of a 32-bit mixing function: every input bit changes about half of the output bits. */
function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** A generator (sfc32) determined by the seeds; integers up to 2^53 keep all their bits. */
export function seededRandom(...seeds: readonly number[]): Random {
  let hash = 0x2545f491;
  for (const seed of seeds) {
    hash = mix(hash, seed | 0);
    hash = mix(hash, Math.floor(seed / 2 ** 32) | 0);
  }
  let a = mix(hash, 1);
  let b = mix(hash, 2);
  let c = mix(hash, 3);
  let counter = 1;
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) uint32();
  return {
    uint32,
    next: () => (Math.floor(uint32() / 32) * 2 ** 26 + Math.floor(uint32() / 64)) / 2 ** 53,
    below: (n) => Math.floor((uint32() / 2 ** 32) * n),
  };
}

/**
 * `count` uniform 32-bit integers determined by the seeds (SplitMix with 32 bits of state, started from `seededRandom`). Several times
 * faster than as many calls, because nothing leaves the loop.
 */
export function randomUint32s(count: number, ...seeds: readonly number[]): Uint32Array {
  const values = new Uint32Array(count);
  let state = seededRandom(...seeds).uint32() | 0;
  for (let i = 0; i < count; i++) {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    values[i] = z ^ (z >>> 15);
  }
  return values;
}
