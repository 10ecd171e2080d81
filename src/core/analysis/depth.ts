import type { Channels } from '../dataset/dataset.ts';

/** Rank of each channel by depth, lowest y first; equal ones by x, then by channel id (spec/views.md 6a FIX). */
export function depthRanks({ count, positions }: Channels): Int32Array {
  const order = Array.from({ length: count }, (_, channelId) => channelId).sort(
    (a, b) => positions[2 * a + 1] - positions[2 * b + 1] || positions[2 * a] - positions[2 * b] || a - b,
  );
  const ranks = new Int32Array(count);
  for (const [rank, channelId] of order.entries()) ranks[channelId] = rank;
  return ranks;
}
