/**
 * One declaration per thing that a user, a snippet, the console, a script or a plugin can do. Menus, toolbar, palette, F1 help, snippets,
 * `phy run` and the documentation are made from these. Declarations are plain data plus a pure parser: the GUI imports them too.
 */
import type { ParamSpecs } from '../base/params.ts';

export type KeyProfile = 'mission' | 'phy-2.1';

export interface ActionSpec {
  /** The reference's name, snake_case (`move_best_to_good`). */
  readonly name: string;
  /** Snippets and older names that mean the same. The first one is shown as the snippet. */
  readonly aliases: readonly string[];
  /** Menu text, sentence case. */
  readonly title: string;
  /** One sentence. */
  readonly doc: string;
  /** Group of keymap.json (`Edit.merge`) and of the help. */
  readonly group: 'File' | 'Edit' | 'Select' | 'View' | 'Help';
  /** Menu order within the group; actions with the same `section` stand together between separators. */
  readonly section: number;
  /** Submenu title, such as `Move best to`. */
  readonly submenu?: string;
  /** Keys in Qt spelling (`ctrl+shift+z`), first one shown. A missing profile means the same as `mission`. */
  readonly keys: { readonly mission: readonly string[]; readonly 'phy-2.1'?: readonly string[] };
  /** Second key for a plain browser tab that keeps the first for itself. */
  readonly tabKeys?: readonly string[];
  /** Keys on macOS where they are not the same with Command for `ctrl` (`meta` is the physical Control key there). */
  readonly macKeys?: readonly string[];
  /** How arguments are written, for help and completion: `GROUP best|similar|all|ID...`; empty when there are none. */
  readonly usage: string;
  /** Asks for the arguments when started without (menu, key). */
  readonly prompt?: { readonly text: string; readonly example: string };
  /** What it moves where, for the actions that move selected clusters to a group. */
  readonly move?: { readonly group: string; readonly which: 'best' | 'similar' | 'all' };
  /** True for a check mark in the menu. */
  readonly checkable?: boolean;
  /** lucide icon name for the toolbar. */
  readonly icon?: string;
  /** Not shown in menus. */
  readonly hidden?: boolean;
  /** What must be selected, for the actions that say it themselves. */
  readonly needs?: 'selection' | 'similar';
  /** The rest of a line is one text, as it was typed. */
  readonly wholeText?: boolean;
  /** Started without arguments it opens a form of these parameters beside a preview: the parts that its query answers with. */
  readonly form?: { readonly query: string; readonly params: ParamSpecs };
}
