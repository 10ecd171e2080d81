/** Recent datasets, for windows that show one: the start page has a conversation of its own. */
import { RECENT_PATH, type RecentDataset } from '../../core/protocol/start.ts';

/** Pinned ones first, then the newest. An empty list when the server cannot be reached. */
export async function fetchRecent(): Promise<readonly RecentDataset[]> {
  try {
    const response = await fetch(RECENT_PATH);
    const datasets: readonly RecentDataset[] = response.ok ? await response.json() : [];
    return datasets;
  } catch {
    return [];
  }
}
