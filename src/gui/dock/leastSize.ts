/** How small a panel can be and still say something. CSS px at scale 1, its header and status line among them. */
const VIEW = { width: 150, height: 110 };
/** A table needs its id and two or three columns. */
const TABLE = { width: 220, height: 120 };
/** One column of sites. */
const PROBE = { width: 100, height: 110 };

/** A table, without which nothing can be selected. */
export const holdsTable = (panel: string): boolean => panel === 'ClusterView' || panel === 'SimilarityView';

export function leastSize(panel: string): { readonly width: number; readonly height: number } {
  if (panel.startsWith('ProbeView')) return PROBE;
  return holdsTable(panel) ? TABLE : VIEW;
}
