/** Small signs that stand for a cluster's place in the selection and for its group: never colour alone (look.md 4). */
import css from './marks.module.css';

/** Paths on a 10 x 10 grid, by rank: disc, square, triangle, diamond, pentagon, cross, hexagon, wedge. */
const SHAPES: readonly string[] = [
  'M5 .6a4.4 4.4 0 1 0 0 8.8a4.4 4.4 0 0 0 0-8.8z',
  'M1 1h8v8H1z',
  'M5 .5L9.6 9H.4z',
  'M5 0l5 5-5 5-5-5z',
  'M5 0l4.8 3.5L8 9.3H2L.2 3.5z',
  'M3.3 0h3.4v3.3H10v3.4H6.7V10H3.3V6.7H0V3.3h3.3z',
  'M2.5.7h5L10 5 7.5 9.3h-5L0 5z',
  'M0 2h10L5 10z',
];

/** The first eight ranks have a token of their own; later ones take them again. */
export const rankColor = (rank: number): string => `var(--sel-${(rank % SHAPES.length) + 1})`;

export function RankMark({ rank, outlined = false }: { readonly rank: number; readonly outlined?: boolean }) {
  const paint = outlined ? { fill: 'none', stroke: rankColor(rank), strokeWidth: 1.4 } : { fill: rankColor(rank) };
  return (
    <svg className={css.mark} viewBox="-1 -1 12 12" aria-hidden="true">
      <path d={SHAPES[rank % SHAPES.length]} {...paint} />
    </svg>
  );
}

const GROUPS: Readonly<Record<string, string>> = {
  good: 'm1 5.5 2.700 2.700L9 2.200',
  mua: 'M1 3.500h8M1 6.500h8',
  noise: 'm2 2 6 6M8 2 2 8',
};

/** Mark of a group: check, two bars, cross; nothing for others. */
export function GroupMark({ group }: { readonly group: string }) {
  const path = GROUPS[group];
  if (path === undefined) return null;
  return (
    <svg className={css.mark} viewBox="0 0 10 10" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  );
}
