/** The words on the right of a status line: how much of the data is on screen (look.md 1.3 and 7). */

/** The part of an answer's entries that says how much of a cluster it holds (spec/commands.md 2, Sampling). */
export interface Sample {
  readonly shown: number;
  readonly total: number;
  readonly missing?: number;
}

const grouping = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
/** `13,986` */
export const count = (value: number): string => grouping.format(value);
/** `1 spike`, `13,986 spikes` */
export const countOf = (value: number, one: string): string => `${count(value)} ${value === 1 ? one : `${one}s`}`;

/** `all 13,986 spikes`, `shown 300 of 4,029`. */
export const spikesText = (shown: number, total: number, noun = 'spike'): string =>
  shown === total ? `all ${countOf(total, noun)}` : `shown ${count(shown)} of ${count(total)}`;

/** More clusters than these are not named one by one. */
const NAMED_CLUSTERS = 12;
/** `2, 24, 29`, or how many they are: `600 clusters`. */
export const clustersText = (ids: readonly number[]): string =>
  ids.length > NAMED_CLUSTERS ? countOf(ids.length, 'cluster') : ids.join(', ');

/** `3 %`, `0.4 %`; never 0 % or 100 % of what is only in part there. */
export function shareText(share: number): string {
  const percent = 100 * share;
  if (percent >= 10) return `${Math.min(99, Math.round(percent))} %`;
  if (percent < 0.01) return 'less than 0.01 %';
  return `${Number(percent.toPrecision(percent >= 1 ? 2 : 1))} %`;
}

/**
 * `shown 300 of 4,029` or `all 4,029 spikes`, preceded by `first 8 of 12 clusters` when clusters are left out and followed by
 * `185 without coordinate` when spikes have no value. `noun` is what is counted.
 */
export function shownText(samples: readonly Sample[], beyondLimit = 0, noun = 'spike'): string {
  const shown = samples.reduce((sum, sample) => sum + sample.shown, 0);
  const total = samples.reduce((sum, sample) => sum + sample.total, 0);
  const missing = samples.reduce((sum, sample) => sum + (sample.missing ?? 0), 0);
  const parts = [];
  if (beyondLimit > 0) parts.push(`first ${samples.length} of ${samples.length + beyondLimit} clusters`);
  parts.push(spikesText(shown, total, noun));
  if (missing > 0) parts.push(`${count(missing)} without coordinate`);
  return parts.join(' · ');
}

/**
 * Why a view cannot show anything: `FeatureView needs pc_features.npy, which was not found beside params.py.` `because` are the sentences
 * of DatasetSummary.missingBecause, undefined for parts that have none.
 */
export function missingText(view: string, because: readonly (string | undefined)[]): string {
  const sentences = because.filter((sentence) => sentence !== undefined);
  const [first, ...rest] = sentences;
  if (first === undefined) return `${view} needs data that this dataset does not have.`;
  const found = /^(\S+) was not found beside params\.py\.$/.exec(first);
  const start = found === null ? first : `${view} needs ${found[1]}, which was not found beside params.py.`;
  return [start, ...rest].join(' ');
}

/** What is written in place of a plot. */
interface Sentences {
  readonly title: string;
  readonly detail: string;
}

const notFollowing = (what: string): Sentences => ({
  title: 'Automatic update is off',
  detail: `Switch it on in the header of this view to show ${what}.`,
});

/** What a view of selected clusters says while it has none to show. */
export const noSelection = (autoUpdate: boolean): Sentences =>
  autoUpdate
    ? {
        title: 'No cluster is selected',
        detail: 'Select one or more rows in the cluster view, or press Space to take the next cluster.',
      }
    : notFollowing('the clusters that are selected');

/** What a view of all clusters says while it has none to show, of `total` in the cluster view. */
export function noRows(autoUpdate: boolean, total: number): Sentences {
  if (!autoUpdate) return notFollowing('the rows of the cluster view');
  const detail = 'This view shows the rows of the cluster view.';
  if (total === 0) return { title: 'This dataset has no clusters', detail };
  return {
    title: 'No cluster passes the filter',
    detail: `${detail} Change or clear its filter to see clusters here.`,
  };
}
