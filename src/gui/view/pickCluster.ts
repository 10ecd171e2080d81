/** Clicks on a cluster in a view that shows all of them (spec/curation.md 5.7 and 7.3). */
import type { Client } from '../client/client.ts';
import type { PlotClick } from '../plot/stage.ts';

/** A press that moves further than this is meant as something else. */
const STILL_PX = 5;

/** True for a click with the left button that stayed where it was. */
export const isStillClick = ({ button, travelled }: PlotClick): boolean => button === 'left' && travelled <= STILL_PX;

/** Selects a cluster, or with `more` adds it to all that are selected. */
export function selectCluster(client: Client, clusterId: number, more: boolean): void {
  void client.act(more ? 'select_more' : 'select', [clusterId]);
}

/** Ctrl+click selects, with shift (ctrl or not) it adds; other clicks do nothing. `clusterId` is what was clicked at, undefined for nothing. */
export function pickCluster(client: Client, event: PlotClick, clusterId: number | undefined): void {
  const { ctrl, shift, alt, meta } = event.modifiers;
  if (clusterId === undefined || !(ctrl || shift) || alt || meta || !isStillClick(event)) return;
  selectCluster(client, clusterId, shift);
}
