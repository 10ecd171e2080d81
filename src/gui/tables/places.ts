/** Where each row stands, looked up instead of searched: made once for every order of the rows, when it is first needed. */
const known = new WeakMap<readonly number[], ReadonlyMap<number, number>>();

/** Place of every id in a list of ids (0-based). */
export function placesOf(ids: readonly number[]): ReadonlyMap<number, number> {
  const places = known.get(ids) ?? new Map(ids.map((id, place) => [id, place]));
  known.set(ids, places);
  return places;
}
