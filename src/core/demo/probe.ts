/** Neuropixels-like probe: sites in four staggered columns, rows 20 µm apart, a few dead sites, and its noise model. */
import { inverse } from './linalg.ts';
import { deadSites } from './plan.ts';

const COLUMN_X = [43, 11, 59, 27];
const ROW_UM = 20;
/** Noise of neighbouring sites is mixed within this distance, in µm. */
const MIXING_RADIUS = 35;
/** Share of each neighbour's white noise. */
export const MIXING = 0.15;
/** Raw units per unit of whitened noise. */
export const NOISE_SCALE = 9;

export interface Probe {
  readonly count: number;
  /** Raw column of each channel; columns of dead sites are skipped. */
  readonly map: Int32Array;
  /** Raw columns of dead sites. */
  readonly dead: readonly number[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Largest y, in µm. */
  readonly height: number;
  /** Channels whose white noise is mixed into each channel's, beside its own. */
  readonly neighbours: readonly Int32Array[];
  /** [channel][channel]: whitened data times this are raw data; noise that is white here has the probe's covariance. */
  readonly unwhitening: Float64Array;
  /** [channel][channel]: raw data times this are white. */
  readonly whitening: Float64Array;
}

/** Makes the probe with `count` sorted channels. */
export function makeProbe(count: number): Probe {
  const dead = deadSites(count);
  const map = new Int32Array(count);
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let site = 0, channel = 0; channel < count; site++) {
    if (dead.includes(site)) continue;
    map[channel] = site;
    x[channel] = COLUMN_X[site % 4];
    y[channel] = ROW_UM * Math.floor(site / 2);
    channel++;
  }
  const neighbours: Int32Array[] = [];
  const unwhitening = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const near = nearestChannels({ count, x, y }, x[a], y[a], count).filter(
      (b) => b !== a && Math.hypot(x[a] - x[b], y[a] - y[b]) <= MIXING_RADIUS,
    );
    neighbours.push(Int32Array.from(near));
    unwhitening[a * count + a] = NOISE_SCALE;
    for (const b of near) unwhitening[a * count + b] = NOISE_SCALE * MIXING;
  }
  const whitening = inverse(unwhitening, count);
  return { count, map, dead, x, y, height: y[count - 1], neighbours, unwhitening, whitening };
}

/** The `limit` channels nearest to a point, nearest first; ties by channel id. */
export function nearestChannels(
  probe: Pick<Probe, 'count' | 'x' | 'y'>,
  x: number,
  y: number,
  limit: number,
): number[] {
  const distances = Float64Array.from({ length: probe.count }, (_, c) => Math.hypot(probe.x[c] - x, probe.y[c] - y));
  const order = Array.from(distances, (_, c) => c);
  order.sort((a, b) => distances[a] - distances[b] || a - b);
  return order.slice(0, limit);
}
