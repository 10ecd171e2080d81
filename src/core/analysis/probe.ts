/** What a map of the probe needs to know of its sites: where they are drawn by the reference's rule, and how close they come to each other. */
import type { Channels, ReadProgress } from '../dataset/dataset.ts';
import { nonOverlappingBoxes } from './boxes.ts';

export interface ProbeSites {
  /** float64 [channel][x, y] in [-1, 1]: centres of the boxes of spec/views.md 1.6. */
  readonly drawn: Float64Array;
  /** float64 [pair][dx, dy], µm: see siteSpacing. */
  readonly spacing: Float64Array;
}

/** The sites of a dataset never change, so they are looked at once. */
const known = new WeakMap<Channels, ProbeSites>();

export async function probeSites(channels: Channels, progress: ReadProgress): Promise<ProbeSites> {
  const before = known.get(channels);
  if (before !== undefined) return before;
  const spacing = await siteSpacing(channels.positions, channels.shanks, progress);
  const sites = { drawn: nonOverlappingBoxes(channels.positions).centers, spacing };
  known.set(channels, sites);
  return sites;
}

/**
 * The closest pairs of sites on a shank: distances [dx, dy], ascending dx and descending dy, such that no other pair is closer in both.
 * Rectangles w wide and h high around all sites are free of overlap when each of these pairs has dx >= w or dy >= h, whatever w and h are.
 * `positions` [site][x, y], `shanks` [site].
 */
export async function siteSpacing(
  positions: Float64Array,
  shanks: ArrayLike<number>,
  progress: ReadProgress,
): Promise<Float64Array> {
  const closest = new ClosestPairs();
  for (const shank of new Set(Array.from(shanks))) {
    const sites = Array.from({ length: shanks.length }, (_, site) => site).filter((site) => shanks[site] === shank);
    sites.sort((a, b) => positions[2 * a + 1] - positions[2 * b + 1]);
    for (const [k, site] of sites.entries()) {
      await progress();
      for (let other = k + 1; other < sites.length; other++) {
        const dy = positions[2 * sites[other] + 1] - positions[2 * site + 1];
        if (dy >= closest.enough) break;
        closest.add(Math.abs(positions[2 * sites[other]] - positions[2 * site]), dy);
      }
    }
  }
  return Float64Array.from(closest.pairs.flat());
}

/** Pairs of distances of which none is at least as far as another one in both directions. */
class ClosestPairs {
  pairs: readonly (readonly [number, number])[] = [];
  /** A pair this far apart in y can say nothing new: one above the other is as close already. */
  enough = Infinity;

  add(dx: number, dy: number): void {
    if (this.pairs.some(([x, y]) => x <= dx && y <= dy)) return;
    const kept = this.pairs.filter(([x, y]) => !(dx <= x && dy <= y));
    this.pairs = [...kept, [dx, dy] as const].sort((a, b) => a[0] - b[0]);
    if (dx === 0) this.enough = dy;
  }
}
