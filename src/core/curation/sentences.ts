/** What the status bar, the journal and the Undo entry say about an action (look.md 9, spec/commands.md 3). */
import type { MetadataValue } from '../dataset/dataset.ts';
import type { ClusterChange } from './clustering.ts';
import type { Selection } from './state.ts';

/** `2,071`: thousands in groups. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `3 spikes`, `1 spike`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2`, `2 and 24`, `2, 24 and 30`; long lists end with `and 12 more`. */
export function listed(ids: readonly (number | string)[], most = 12): string {
  if (ids.length > most) return `${ids.slice(0, most).join(', ')} and ${grouped(ids.length - most)} more`;
  if (ids.length < 2) return ids.join('');
  return `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`;
}

/** `cluster 29`, `clusters 2 and 24`. */
export function clustersText(ids: readonly number[]): string {
  return `cluster${ids.length === 1 ? '' : 's'} ${listed(ids)}`;
}

export const ascending = (ids: Iterable<number>): number[] => [...ids].sort((a, b) => a - b);

/** The sentence that spec/commands.md 3 pins. */
export function mergeSentence(change: ClusterChange): string {
  return `Merge clusters ${ascending(change.removed.keys()).join(', ')} to ${[...change.added.keys()].join(', ')}.`;
}

/** `Split 2 into 37 (412 spikes) and 38 (2,071 spikes).` */
export function splitSentence(change: ClusterChange): string {
  const parts = [...change.added].map(([id, spikes]) => `${id} (${counted(spikes.length, 'spike')})`);
  return `Split ${listed(ascending(change.removed.keys()))} into ${listed(parts)}.`;
}

/** `Moved cluster 29 to mua.` */
export function moveSentence(ids: readonly number[], group: MetadataValue): string {
  return `Moved ${clustersText(ids)} to ${group}.`;
}

/** `Set quality of cluster 29 to 3.` */
export function labelSentence(ids: readonly number[], field: string, value: MetadataValue): string {
  if (value === null) return `Removed ${field} of ${clustersText(ids)}.`;
  return `Set ${field} of ${clustersText(ids)} to ${shortened(String(value))}.`;
}

/** A comment may be long; a sentence about it is not. No character is cut in two. */
function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** `The wizard skips noise and mua clusters.` */
export function skipSentence(
  skip: boolean,
  groups: readonly { readonly name: string; readonly masked: boolean }[],
): string {
  const masked = groups.filter((group) => group.masked).map((group) => group.name);
  if (masked.length === 0) return 'No group is set to be skipped: the wizard stops at every cluster.';
  return `The wizard ${skip ? 'skips' : 'stops at'} ${listed(masked)} clusters.`;
}

/** `Groups: noise, mua, good, unsorted, fast.` */
export function groupsSentence(groups: readonly { readonly name: string }[]): string {
  return `Groups: ${groups.map(({ name }) => name).join(', ')}.`;
}

/** `Selected 2 and 24, similar 29.` */
export function selectionSentence({ clusters, similar }: Selection): string {
  if (clusters.length === 0 && similar.length === 0) return 'Nothing is selected.';
  const first = clusters.length === 0 ? '' : ` ${listed(clusters)}`;
  const second = similar.length === 0 ? '' : `${first === '' ? '' : ','} similar ${listed(similar)}`;
  return `Selected${first}${second}.`;
}
