/** Menus made from commands: sections between separators, submenus where their first entry stands. */
import type { MenuEntry } from '../ui/Menu.tsx';
import { snippetOf, type Command } from './command.ts';

export function menuEntries(commands: readonly Command[], start: (command: Command) => void): readonly MenuEntry[] {
  const visible = commands.filter((command) => command.hidden !== true);
  const sections = [...new Set(visible.map((command) => command.section))].sort((a, b) => a - b);
  return sections.flatMap((section, place): readonly MenuEntry[] => {
    const entries = sectionEntries(
      visible.filter((command) => command.section === section),
      start,
    );
    return place === 0 ? entries : [{ kind: 'separator', id: `before ${section}` }, ...entries];
  });
}

function sectionEntries(commands: readonly Command[], start: (command: Command) => void): readonly MenuEntry[] {
  const entries: MenuEntry[] = [];
  const submenus = new Set<string>();
  for (const command of commands) {
    if (command.submenu === undefined) {
      entries.push(commandEntry(command, start));
    } else if (!submenus.has(command.submenu)) {
      const { submenu } = command;
      submenus.add(submenu);
      const inside = commands.filter((other) => other.submenu === submenu).map((other) => commandEntry(other, start));
      entries.push({ kind: 'submenu', id: submenu, label: submenu, entries: inside });
    }
  }
  return entries;
}

/** One entry, with its check mark and reason as they are now. A command that asks first ends in dots. */
function commandEntry(command: Command, start: (command: Command) => void): MenuEntry {
  const enabled = command.enabled();
  return {
    kind: 'item',
    id: `${command.scope}.${command.name}`,
    label: command.prompt === undefined && command.asks !== true ? command.title : `${command.title}…`,
    keys: command.keys[0],
    checked: command.checked?.(),
    reason: enabled === true ? undefined : enabled,
    hint: tipOf(command),
    run: () => start(command),
  };
}

/** What it does, and how it is typed: `Merges the selected clusters into a new one. (:g)` */
const tipOf = (command: Command): string => `${command.doc} (:${snippetOf(command)})`;
