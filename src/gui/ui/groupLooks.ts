/** How a group is told wherever there are words: a mark, its name, a colour that can be read in both themes (look.md 4 and 6). */
import type { Snapshot } from '../../core/protocol/messages.ts';
import { parseColor, readableOn, toHex } from '../colors/convert.ts';

type Group = Snapshot['groups'][number];

export interface GroupLook {
  /** Path on a 10 x 10 grid, to be stroked; null = no mark. */
  readonly mark: string | null;
  /** CSS colour of words and mark. */
  readonly color: string;
  readonly masked: boolean;
}

/** Colours of the built-in groups that have tokens of their own (theme/tokens.css), with their marks: two bars, cross, check. */
const BUILT_IN: Readonly<
  Record<string, { readonly color: string; readonly token: string; readonly mark: string | null }>
> = {
  noise: { color: '#666666', token: 'var(--group-noise-text)', mark: 'm2 2 6 6M8 2 2 8' },
  mua: { color: '#808080', token: 'var(--group-mua-text)', mark: 'M1 3.500h8M1 6.500h8' },
  good: { color: '#86d16d', token: 'var(--group-good-text)', mark: 'm1 5.5 2.700 2.700L9 2.200' },
  unsorted: { color: '#ffffff', token: 'var(--group-unsorted-text)', mark: null },
};

/** Flag, plus, roof, ring, wave, hourglass: for the groups of the user, in their order. */
const MARKS = [
  'M2.500 9.500V1.500h5.500l-1.700 2 1.700 2H2.500',
  'M5 1v8M1 5h8',
  'M1 7.500l4-5 4 5',
  'M5 1.500a3.500 3.500 0 1 0 0 7a3.500 3.500 0 0 0 0-7z',
  'M.8 6.500c1.400-4 2.800-4 4.200-1.500s2.800 2.500 4.200-1.500',
  'M2 1.500h6L2 8.500h6z',
];
/** A small square: a value that no group is called by. */
const UNKNOWN: GroupLook = { mark: 'M3 3h4v4H3z', color: 'var(--text-1)', masked: false };

/** Grounds that words stand on, the worst of each theme: a hovered control. */
const DARK_GROUND = [0x2d / 255, 0x34 / 255, 0x3b / 255] as const;
const LIGHT_GROUND = [0xe4 / 255, 0xe8 / 255, 0xec / 255] as const;
/** WCAG AA for text. */
const READABLE = 4.5;

/** The colour as text: `light-dark(...)` follows the theme of the place where it stands. */
function textColor(color: string): string {
  const [r, g, b] = parseColor(color) ?? [1, 1, 1];
  const light = toHex(readableOn([r, g, b], LIGHT_GROUND, READABLE));
  return `light-dark(${light}, ${toHex(readableOn([r, g, b], DARK_GROUND, READABLE))})`;
}

/** Looks of groups by name; a name that is none of them has a neutral one. */
export function groupLooks(groups: readonly Group[]): (name: string) => GroupLook {
  const own = groups.filter(({ name }) => !Object.hasOwn(BUILT_IN, name));
  const looks = new Map(
    groups.map(({ name, color, masked }): readonly [string, GroupLook] => {
      const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
      const place = own.findIndex((group) => group.name === name);
      const mark = builtIn === undefined ? MARKS[place % MARKS.length] : builtIn.mark;
      return [name, { mark, color: builtIn?.color === color ? builtIn.token : textColor(color), masked }];
    }),
  );
  return (name) => looks.get(name) ?? UNKNOWN;
}
