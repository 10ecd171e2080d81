/** The reference's rule for long status texts (spec/curation.md 4.3). */
const LIMIT = 64;
const KEPT = 32;

/** From 64 characters on: the first 32, an ellipsis, the last 32. */
export function shorten(text: string): string {
  return text.length < LIMIT ? text : `${text.slice(0, KEPT)} … ${text.slice(-KEPT)}`;
}
