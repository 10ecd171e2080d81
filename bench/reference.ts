/**
 * What phy 2.1 (Python) took on a 2-core machine with 24 GB and no GPU, in milliseconds, on synthetic datasets of the same sizes as ours
 * (medium: 2 M spikes, large: 10 M). "whole" numbers include every view and painting; the others are single functions without a window.
 */
export interface ReferenceRow {
  readonly small: number | null;
  readonly medium: number | null;
  readonly large: number | null;
}
const row = (small: number | null, medium: number | null, large: number | null): ReferenceRow => ({
  small,
  medium,
  large,
});

/** Single functions by query and selection; `small` was measured on 100,481 spikes. */
export const REFERENCE: Readonly<Record<string, ReferenceRow>> = {
  'feature 1 mid': row(5.94, 14.51, 39.68),
  'correlogram 1 mid': row(0.27, 0.78, 1.98),
  'correlogram 1 biggest': row(0.85, 3.16, 20.16),
  'correlogram 2 mid': row(0.38, 1.2, 4.04),
  'correlogram 2 biggest': row(1.22, 6.05, 43.36),
  'correlogram 5 biggest': row(2.79, 16.06, 99.99),
  'amplitude 1 mid': row(59.89, 249.86, 467.13),
  'amplitude 5 biggest': row(54.12, 249.45, 471.43),
  'amplitude (feature) 1 mid': row(64.97, 303.04, 773.25),
  'waveform 1 mid': row(49.39, null, null),
  'isi 1 biggest': row(0.31, 2.39, 13.76),
  'firing rate 1 biggest': row(0.1, 0.63, 4.36),
  'template feature 2 mid': row(6.97, 18.11, 72.67),
  'cluster table': row(204.56, 954.04, 1809.13),
  'similarity 1 mid': row(208.03, 266.35, 489.71),
  /** load_model and TemplateController without caches. */
  open: row(38.31, 624.32, 3614.53),
  merge: row(0.2, 0.88, 4.25),
  'undo merge': row(0.55, 4.68, 29.75),
  'redo merge': row(0.12, 0.87, 3.63),
  split: row(1.19, 14.85, 184.84),
  'undo split': row(0.6, 5.88, 89.61),
  save: row(212.23, 995.96, 1926.87),
};

/** From key to the last painted view, all views open. */
export const REFERENCE_PAINTED: Readonly<Record<string, ReferenceRow>> = {
  start: row(6606, 3737, 6943),
  '1 mid': row(780, 194, 249),
  '1 biggest': row(898, 208, 307),
  '2 mid': row(885, 307, 444),
  '2 biggest': row(880, 298, 471),
  '5 biggest': row(1195, 498, 719),
  next: row(899, 255, 444),
  next_best: row(765, 191, 225),
  merge: row(806, 243, 286),
  undo: row(803, 293, 394),
};

/** Megabytes of the whole program: after start, and the most (mapped file pages included). */
export const REFERENCE_MEMORY: Readonly<Record<'start' | 'most', ReferenceRow>> = {
  start: row(721, 528, 946),
  most: row(2412, 1954, 6184),
};

export type Scale = keyof ReferenceRow;

/** Which of the reference's datasets a number of spikes may be compared with; null when there is none. */
export function scaleOf(spikeCount: number): Scale | null {
  if (spikeCount >= 8e6 && spikeCount <= 13e6) return 'large';
  if (spikeCount >= 1.5e6 && spikeCount <= 3e6) return 'medium';
  return spikeCount >= 2e4 && spikeCount <= 2e5 ? 'small' : null;
}
