import type { Command } from './command.ts';

/** Where a command is found: `Edit`, `Edit · Move best to`, `WaveformView`. */
export const groupsOf = (command: Command): string =>
  command.submenu === undefined ? command.scope : `${command.scope} · ${command.submenu}`;
