/** What the window itself shows: which bar or dialog is open, which panel is active, how it looks. Never the data. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { MissingMode } from '../../core/actions/index.ts';
import type { ParamValue } from '../../core/base/params.ts';
import { DEFAULT_APPEARANCE, type Appearance } from '../theme/appearance.ts';
import type { Command } from './command.ts';

/** What a split asks about spikes without coordinates (look.md 9.7). */
export interface MissingQuestion {
  readonly text: string;
  readonly answer: (choice: Exclude<MissingMode, 'cancel'>) => void;
}

type OpenDialog =
  | { readonly kind: 'help' | 'keymap' | 'about' | 'messages' | 'report' | 'exit' | 'recovery' | 'groups' | 'layouts' }
  | { readonly kind: 'prompt'; readonly command: Command }
  | { readonly kind: 'missing'; readonly question: MissingQuestion };

export interface Ui {
  readonly palette: boolean;
  /** The snippet bar is open. */
  readonly snippet: boolean;
  /** What is typed in the palette or the snippet bar, and before a dialog has the focus: keys pressed while it opens are not lost. */
  readonly typed: string;
  readonly dialog: OpenDialog | null;
  /** The view whose settings are open, and its values when they were opened: Cancel and Esc go back to them. */
  readonly settingsOf: { readonly view: string; readonly before: Readonly<Record<string, ParamValue>> } | null;
  readonly activePanel: string | null;
  /** Body of the window that was used last, when it is one that a panel moved into: bars and dialogs open there. */
  readonly place: HTMLElement | null;
  readonly appearance: Appearance;
}

export function createUi(): StoreApi<Ui> {
  return createStore<Ui>(() => ({
    palette: false,
    snippet: false,
    typed: '',
    dialog: null,
    settingsOf: null,
    activePanel: null,
    place: null,
    appearance: DEFAULT_APPEARANCE,
  }));
}
