/** What an input offers while something is typed. Pure; CompletingInput.tsx shows it. */

export interface Suggestion {
  /** What takes the place of what was begun. */
  readonly text: string;
  readonly label: string;
  /** Beside the label, dim. */
  readonly detail: string;
}

export interface Completion {
  /** The part of the text that a suggestion replaces. */
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

/** Suggestions for a text with the caret at a place; null when there is nothing to offer. */
export type Complete = (text: string, caret: number) => Completion | null;

/** The text and the caret after a suggestion was taken. A blank that follows already is not doubled. */
export function completed(
  text: string,
  { from, to }: Completion,
  suggestion: Suggestion,
): { readonly text: string; readonly caret: number } {
  const rest = text.slice(to);
  const inserted = suggestion.text.endsWith(' ') && rest.startsWith(' ') ? suggestion.text.trimEnd() : suggestion.text;
  return { text: text.slice(0, from) + inserted + rest, caret: from + suggestion.text.length };
}

/** Those of the names that begin with what was begun, then those that hold it; nothing when only the name itself is left. */
export function matching<T>(begun: string, list: readonly T[], nameOf: (item: T) => string): readonly T[] {
  const wanted = begun.toLowerCase();
  const names = list.map((item) => ({ item, name: nameOf(item).toLowerCase() }));
  const starting = names.filter(({ name }) => name.startsWith(wanted));
  // One letter stands somewhere in most names.
  const holding = wanted.length < 2 ? [] : names.filter(({ name }) => name.lastIndexOf(wanted) > 0);
  const found = [...new Set([...starting, ...holding])].map(({ item }) => item);
  return found.length === 1 && nameOf(found[0]) === begun ? [] : found;
}
