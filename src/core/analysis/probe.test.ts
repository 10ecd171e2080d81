import { describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { siteSpacing } from './probe.ts';

const pause = async (): Promise<void> => undefined;

/** All pairs on one shank that no other pair beats in both directions. */
function bruteForce(positions: Float64Array, shanks: readonly number[]): number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < shanks.length; i++) {
    for (let j = 0; j < i; j++) {
      if (shanks[i] !== shanks[j]) continue;
      pairs.push([
        Math.abs(positions[2 * i] - positions[2 * j]),
        Math.abs(positions[2 * i + 1] - positions[2 * j + 1]),
      ]);
    }
  }
  const unique = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
  const closest = unique.filter((p) => !unique.some((q) => q !== p && q[0] <= p[0] && q[1] <= p[1]));
  return closest.sort((a, b) => a[0] - b[0]).flat();
}

describe('siteSpacing', () => {
  it('keeps the pairs that limit the size of a site', async () => {
    const columns = [43, 11, 59, 27];
    const positions = Float64Array.from(
      Array.from({ length: 384 }, (_, i) => [columns[i % 4], 20 * Math.floor(i / 2)]).flat(),
    );
    const spacing = await siteSpacing(positions, new Int32Array(384), pause);
    // Above each other two rows apart, beside each other in the next row, in the same row.
    expect(Array.from(spacing)).toEqual([0, 40, 16, 20, 32, 0]);
  });

  it('agrees with a comparison of all pairs, on several shanks and irregular sites', async () => {
    const random = seededRandom(3);
    for (const count of [1, 2, 7, 60]) {
      const positions = Float64Array.from({ length: 2 * count }, () => random.below(400));
      const shanks = Array.from({ length: count }, () => random.below(3));
      expect(Array.from(await siteSpacing(positions, shanks, pause))).toEqual(bruteForce(positions, shanks));
    }
  });

  it('does not count sites of different shanks as neighbours', async () => {
    expect(Array.from(await siteSpacing(Float64Array.of(0, 0, 1, 1), [0, 1], pause))).toEqual([]);
  });
});
