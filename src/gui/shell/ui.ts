/** What the window itself shows: which bar or dialog is open, which panel is active, how it looks. Never the data. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Next } from '../../core/protocol/messages.ts';
import type { RecentDataset } from '../../core/protocol/start.ts';
import { DEFAULT_APPEARANCE, type Appearance } from '../theme/appearance.ts';
import type { Command } from './command.ts';

/** What a split asks about spikes without coordinates (look.md 9.7). */
export interface MissingQuestion {
  readonly text: string;
  /** `remainder`: with the part outside of the lasso; `nearest`: to the nearer of the two parts. */
  readonly answer: (choice: 'remainder' | 'nearest') => void;
}

type OpenDialog =
  | { readonly kind: 'help' | 'keymap' | 'about' | 'messages' | 'report' | 'recovery' | 'groups' }
  /** What follows when the question is answered: the end of the program, or `next`. */
  | { readonly kind: 'exit'; readonly next?: Next }
  | { readonly kind: 'prompt'; readonly command: Command }
  | { readonly kind: 'missing'; readonly question: MissingQuestion };

export interface Ui {
  readonly palette: boolean;
  /** The snippet bar is open. */
  readonly snippet: boolean;
  /** What is typed in the palette or the snippet bar, and before a dialog has the focus: keys pressed while it opens are not lost. */
  readonly typed: string;
  readonly dialog: OpenDialog | null;
  /** The view whose settings are open. */
  readonly settingsOf: string | null;
  /** The parameter among them that gets the focus; null for the first one. */
  readonly settingsField: string | null;
  readonly activePanel: string | null;
  readonly appearance: Appearance;
  /** Datasets that were opened before, this one among them. */
  readonly recent: readonly RecentDataset[];
}

export function createUi(): StoreApi<Ui> {
  return createStore<Ui>(() => ({
    palette: false,
    snippet: false,
    typed: '',
    dialog: null,
    settingsOf: null,
    settingsField: null,
    activePanel: null,
    appearance: DEFAULT_APPEARANCE,
    recent: [],
  }));
}
