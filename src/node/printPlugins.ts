/** What is said at the terminal about plugins. */
import type { PluginSummary } from '../core/protocol/messages.ts';

/** Something that came up while the program runs. */
export const printTold = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** Those that could not be loaded, and those that are not run because nobody allowed them. */
export function printPlugins({ troubles, asking }: PluginSummary): void {
  for (const sentence of troubles) printTold(sentence);
  if (asking === null) return;
  printTold(
    `Plugins in ${asking.folder} were not run (${asking.names.join(', ')}): open the dataset in a window to allow them.`,
  );
}
