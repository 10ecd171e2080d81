/** Coloured noise that can be asked for at any sample, so that blocks of a recording need not know of each other. */
import { DemoRandom, gaussianPool } from './random.ts';

/** Moving average that colours the noise in time; its squares add up to 1, so the variance stays 1. */
const TAPS = normalised([1, 0.7, 0.35, 0.1, -0.1, -0.15, -0.1]);
/** Two pools of coprime lengths, added: the sum repeats only after their product (weeks). */
const POOL_LENGTHS = [262_139, 196_613];

export interface NoiseSource {
  /** Writes unit-variance noise of a column for samples [start, start + count) into `into`. */
  fill(column: number, start: number, into: Float32Array): void;
}

/** Noise of the given seed for columns 0..columns-1, independent between columns. */
export function noiseSource(seed: number, columns: number): NoiseSource {
  const random = new DemoRandom(seed, 'noise');
  const pools = POOL_LENGTHS.map((length) => colouredPool(random, length));
  const offsets = pools.map((pool) => spreadOffsets(random, columns, pool.length));
  return {
    fill(column, start, into) {
      into.fill(0);
      pools.forEach((pool, k) => addCyclic(pool, offsets[k][column] + start, into));
    },
  };
}

/** Variance of the projection of the noise on a unit vector over time. */
export function projectedVariance(vector: Float64Array): number {
  let variance = 0;
  for (let i = 0; i < vector.length; i++) {
    for (let j = 0; j < vector.length; j++) variance += vector[i] * vector[j] * autocovariance(Math.abs(i - j));
  }
  return variance;
}

function autocovariance(lag: number): number {
  let sum = 0;
  for (let i = lag; i < TAPS.length; i++) sum += TAPS[i] * TAPS[i - lag];
  return sum;
}

/** Where each column begins in a pool: evenly spread in random order, so that no two columns run nearly together. */
function spreadOffsets(random: DemoRandom, columns: number, length: number): number[] {
  const offsets = Array.from({ length: columns }, (_, i) => Math.floor((i * length) / columns));
  return random.shuffle(offsets);
}

function colouredPool(random: DemoRandom, length: number): Float32Array {
  const white = gaussianPool(random, length);
  const pool = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let k = 0; k < TAPS.length; k++) sum += TAPS[k] * white[(i + k) % length];
    pool[i] = sum * Math.SQRT1_2;
  }
  return pool;
}

function addCyclic(pool: Float32Array, from: number, into: Float32Array): void {
  let at = ((from % pool.length) + pool.length) % pool.length;
  for (let i = 0; i < into.length; i++) {
    into[i] += pool[at++];
    if (at === pool.length) at = 0;
  }
}

function normalised(taps: number[]): Float64Array {
  const size = Math.hypot(...taps);
  return Float64Array.from(taps, (tap) => tap / size);
}
