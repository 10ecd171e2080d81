/** What is said about actions that were not saved when the program ended, in the terminal and in the windows. */
export function unsavedSentence(count: number): string {
  if (count === 1) return 'An unsaved action stays in the journal; the next start offers to restore it.';
  return `${count} unsaved actions stay in the journal; the next start offers to restore them.`;
}
