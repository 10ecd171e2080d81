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
    const x = Float64Array.from(sites, (site) => positions[2 * site]);
    const y = Float64Array.from(sites, (site) => positions[2 * site + 1]);
    for (let k = 0; k < x.length; k++) {
      await progress();
      for (let other = k + 1; other < x.length && y[other] - y[k] < closest.enough; other++) {
        closest.add(Math.abs(x[other] - x[k]), y[other] - y[k]);
      }
    }
  }
  return Float64Array.from(closest.dx.flatMap((dx, k) => [dx, closest.dy[k]]));
}

/** Pairs of distances of which none is at least as far as another one in both directions: ascending dx, descending dy. */
class ClosestPairs {
  dx: number[] = [];
  dy: number[] = [];
  /** A pair this far apart in y can say nothing new: one above the other is as close already. */
  enough = Infinity;

  add(dx: number, dy: number): void {
    // Nearly every pair ends here.
    const before = this.countUpTo(dx);
    if (before > 0 && this.dy[before - 1] <= dy) return;
    // Those from here on that the new pair beats follow each other.
    const start = before > 0 && this.dx[before - 1] === dx ? before - 1 : before;
    let end = start;
    while (end < this.dy.length && this.dy[end] >= dy) end++;
    this.dx.splice(start, end - start, dx);
    this.dy.splice(start, end - start, dy);
    if (dx === 0) this.enough = dy;
  }

  /** Number of pairs not further apart in x. */
  private countUpTo(dx: number): number {
    let low = 0;
    let high = this.dx.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.dx[middle] <= dx) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
