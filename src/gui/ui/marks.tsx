/** Small signs that stand for a cluster's place in the selection and for its group: never colour alone (look.md 4). */
import { toHex } from '../colors/convert.ts';
import { colorOfRank } from '../colors/selection.ts';
import type { GroupLook } from './groupLooks.ts';
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

const WHITE = [1, 1, 1] as const;
const PALETTE_SIZE = 256;
/** `light-dark(...)` by rank, from the ninth on; made when a rank is first shown. */
const later = new Map<number, string>();

/**
 * The CSS colour of a place in the selection, as plots paint it (colorOfRank): the first eight are tokens, the others follow the theme
 * of the place where they stand through `color-scheme`.
 */
export function rankColor(rank: number): string {
  const index = rank % PALETTE_SIZE;
  if (index < SHAPES.length) return `var(--sel-${index + 1})`;
  const known = later.get(index);
  if (known !== undefined) return known;
  const color = `light-dark(${toHex(colorOfRank(index, [], WHITE))}, ${toHex(colorOfRank(index, []))})`;
  later.set(index, color);
  return color;
}

interface RankMarkProps {
  readonly rank: number;
  /** Only its edge: made by the last action. */
  readonly outlined?: boolean;
}

export function RankMark({ rank, outlined = false }: RankMarkProps) {
  return <Mark shape={SHAPES[rank % SHAPES.length]} color={rankColor(rank)} outlined={outlined} />;
}

/** A cluster that the last action made and that is not selected: no place in the selection, so neither its colour nor its shape. */
export function NewMark() {
  return <Mark shape={SHAPES[0]} color="var(--text-3)" outlined />;
}

function Mark({
  shape,
  color,
  outlined,
}: {
  readonly shape: string;
  readonly color: string;
  readonly outlined: boolean;
}) {
  const paint = outlined ? { fill: 'none', stroke: color, strokeWidth: 1.4 } : { fill: color };
  return (
    <svg className={css.mark} viewBox="-1 -1 12 12" aria-hidden="true">
      <path d={shape} {...paint} />
    </svg>
  );
}

/** Mark of a group in the colour of the words beside it; nothing for one without a mark. */
export function GroupMark({ look }: { readonly look: GroupLook }) {
  if (look.mark === null) return null;
  return (
    <svg className={css.mark} viewBox="0 0 10 10" aria-hidden="true">
      <path d={look.mark} fill="none" stroke="currentColor" strokeWidth="1.6" />
    </svg>
  );
}
