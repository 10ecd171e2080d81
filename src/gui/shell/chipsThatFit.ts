/** How many chips of the selection the toolbar has room for. Guessed from the number of digits: measuring would cost a layout per key. */

/** CSS px at scale 1: padding, shape, gaps and edges of a chip; one digit; the words beside the chips. */
const CHIP = 39;
const DIGIT = 8;
const SIMILAR = 48;
const SELECTED = 60;
const MORE = 82;
const MOST = 24;

/** `room` in CSS px at scale 1, 0 = not known yet. At least one chip, and room for `and 12 more` when some are left out. */
export function chipsThatFit(ids: readonly number[], withSimilar: boolean, room: number): number {
  if (room === 0) return Math.min(ids.length, MOST);
  const words = (withSimilar ? SIMILAR : 0) + (room > WIDE ? SELECTED : 0);
  const ends = runningSum(ids.map((id) => CHIP + DIGIT * String(id).length)).map((end) => end + words);
  if (ids.length <= MOST && (ends.at(-1) ?? 0) <= room) return ids.length;
  const fitting = ends.filter((end) => end + MORE <= room).length;
  return Math.max(1, Math.min(fitting, MOST));
}

/** From here on the word `Selected` may stand before the chips. */
const WIDE = 500;

function runningSum(widths: readonly number[]): readonly number[] {
  let sum = 0;
  return widths.map((width) => (sum += width));
}
