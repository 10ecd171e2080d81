/** What to generate: the three sizes, checked options, and how many bytes they make. */
import { PhyError } from '../base/errors.ts';

/** Samples per second of every demo recording. */
export const SAMPLE_RATE = 30000;
/** Samples of a template; the spike's own sample is number 41 (spec/data.md 6.4). */
export const TEMPLATE_SAMPLES = 82;
export const SPIKE_SAMPLE = 41;
/** Principal components per channel, and channels per template, in pc_features.npy. */
export const PC_COUNT = 3;
const MAX_LOCAL_CHANNELS = 32;
/** Mean rate per unit above which refractory spike trains no longer fit. */
const MAX_MEAN_RATE = 60;

export type DemoSize = 'small' | 'medium' | 'large';
export const DEMO_SIZES: readonly DemoSize[] = ['small', 'medium', 'large'];

export interface DemoPlan {
  readonly seed: number;
  /** Sorted channels. The raw file has more columns: dead sites and one of synchronisation. */
  readonly channels: number;
  /** Clusters in the sorting (true units differ by over-splits and contamination). */
  readonly units: number;
  /** Exact number of spikes. */
  readonly spikes: number;
  readonly durationSeconds: number;
  readonly raw: boolean;
}

const SIZES: Readonly<Record<DemoSize, Omit<DemoPlan, 'seed'>>> = {
  small: { channels: 64, units: 40, spikes: 40_000, durationSeconds: 60, raw: true },
  medium: { channels: 384, units: 400, spikes: 2_000_000, durationSeconds: 1800, raw: false },
  large: { channels: 384, units: 600, spikes: 10_000_000, durationSeconds: 5400, raw: false },
};

/** The plan of a size with single values replaced. Throws `usage` in a sentence when they do not fit together. */
export function demoPlan(size: DemoSize, changes: Partial<DemoPlan> = {}): DemoPlan {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const plan: DemoPlan = { seed: 1, ...SIZES[size], ...given };
  checkRange('--channels', plan.channels, 8, 10_000);
  checkRange('--units', plan.units, 8, 20_000);
  checkRange('--spikes', plan.spikes, plan.units * 20, 200_000_000);
  checkRange('--seed', plan.seed, 0, Number.MAX_SAFE_INTEGER);
  if (!(plan.durationSeconds >= 1 && plan.durationSeconds <= 60_000))
    throw new PhyError('usage', `--duration is ${plan.durationSeconds}, expected seconds from 1 to 60000.`);
  const meanRate = plan.spikes / plan.units / plan.durationSeconds;
  if (meanRate > MAX_MEAN_RATE)
    throw new PhyError(
      'usage',
      `${plan.spikes} spikes of ${plan.units} units in ${plan.durationSeconds} s are ${meanRate.toFixed(0)} per second and unit, expected at most ${MAX_MEAN_RATE}. Give fewer spikes, more units or a longer duration.`,
    );
  return plan;
}

function checkRange(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new PhyError('usage', `${name} is ${value}, expected a whole number from ${low} to ${high}.`);
}

/** Samples of the recording. */
export const sampleCount = (plan: DemoPlan): number => Math.round(plan.durationSeconds * SAMPLE_RATE);

/** Channels, or templates, that one row of a feature file lists. */
export const localCount = (total: number): number => Math.min(total, MAX_LOCAL_CHANNELS);

/** Sites of the probe that are recorded but not sorted: columns missing from channel_map.npy. */
export function deadSites(channels: number): readonly number[] {
  const middle = Math.floor(channels / 2) - 1;
  return channels < 32 ? [middle] : [middle, Math.floor(channels * 0.8)];
}

/** Columns of the raw file: channels, dead sites, synchronisation. */
export const rawColumns = (plan: DemoPlan): number => plan.channels + deadSites(plan.channels).length + 1;

/** Bytes of the dataset, within a few kilobytes: for the check of free space and the progress bar. */
export function expectedBytes(plan: DemoPlan): number {
  const { spikes, units, channels } = plan;
  const perSpike = 8 + 4 + 4 + 4 + 8 + 4 + 4 * PC_COUNT * localCount(channels) + 4 * localCount(units);
  const perTemplate = channels * (4 * TEMPLATE_SAMPLES + 8) + 4 * (localCount(channels) + localCount(units) + units);
  const raw = plan.raw ? sampleCount(plan) * rawColumns(plan) * 2 : 0;
  return spikes * perSpike + units * perTemplate + 16 * channels * channels + raw;
}
