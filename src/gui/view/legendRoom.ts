/** How many chips the legend of a narrow view has room for. Guessed from the number of digits: measuring would cost a layout per answer. */

/** CSS px at scale 1: edges of the strip less the last gap; shape and gaps of a chip; one digit; the space for `+12`. */
const EDGES = 4;
const CHIP = 29;
const DIGIT = 6.2;
const MORE = 26;
/** The grey dot before a word, with its gaps. */
const WORD_MARK = 18;

/** Number of the first ids that fit into `room` CSS px at scale 1 (0 = not known yet: all); at least one. */
export function chipsInLegend(ids: readonly number[], room: number): number {
  const widths = ids.map((id) => CHIP + DIGIT * String(id).length);
  const all = widths.reduce((sum, width) => sum + width, EDGES);
  if (room === 0 || all <= room) return ids.length;
  let used = EDGES + MORE;
  const fitting = widths.findIndex((width) => (used += width) > room);
  return Math.max(1, fitting === -1 ? ids.length - 1 : fitting);
}

/** True when a word for the grey spikes fits beside all chips; `room` as above. */
export function wordInLegend(ids: readonly number[], word: string, room: number): boolean {
  const chips = ids.reduce((sum, id) => sum + CHIP + DIGIT * String(id).length, EDGES);
  return room === 0 || chips + WORD_MARK + DIGIT * word.length <= room;
}
