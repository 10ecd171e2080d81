/** What the window itself shows: which bar or dialog is open, which panel is active, how it looks. Never the data. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ActionSpec } from '../../core/actions/action.ts';
import type { MissingMode } from '../../core/actions/index.ts';
import type { ParamValue } from '../../core/base/params.ts';
import type { Next } from '../../core/protocol/messages.ts';
import type { RecentDataset } from '../../core/protocol/start.ts';
import { DEFAULT_APPEARANCE, type Appearance } from '../theme/appearance.ts';
import type { Command } from './command.ts';

/** What a split asks about spikes without coordinates (look.md 9.7). */
export interface MissingQuestion {
  readonly text: string;
  readonly answer: (choice: Exclude<MissingMode, 'cancel'>) => void;
}

type OpenDialog =
  | {
      readonly kind:
        | 'help'
        | 'keymap'
        | 'about'
        | 'messages'
        | 'report'
        | 'pluginList'
        | 'recovery'
        | 'groups'
        | 'layouts'
        | 'rawFiles';
    }
  /** What follows when the question is answered: the end of the program, or `next`. */
  | { readonly kind: 'exit'; readonly next?: Next }
  | { readonly kind: 'prompt'; readonly command: Command }
  /** Parameters of a splitter, and what it would do. */
  | { readonly kind: 'splitter'; readonly spec: ActionSpec }
  /** Whether plugins beside the data may run. */
  | { readonly kind: 'plugins' }
  | { readonly kind: 'missing'; readonly question: MissingQuestion };

export interface Ui {
  readonly palette: boolean;
  /** The snippet bar is open. */
  readonly snippet: boolean;
  /** What is typed in the palette or the snippet bar, and before a dialog has the focus: keys pressed while it opens are not lost. */
  readonly typed: string;
  readonly dialog: OpenDialog | null;
  /** The view whose settings are open, the parameter that gets the focus, and the values to which Cancel and Esc go back. */
  readonly settingsOf: {
    readonly view: string;
    /** null for the first one. */
    readonly field: string | null;
    readonly before: Readonly<Record<string, ParamValue>>;
  } | null;
  readonly activePanel: string | null;
  /** Body of the window that was used last, when it is one that a panel moved into: bars and dialogs open there. */
  readonly place: HTMLElement | null;
  readonly appearance: Appearance;
  /** Datasets that were opened before, this one among them. */
  readonly recent: readonly RecentDataset[];
  /** Ids of messages that have left the lane for toasts: dismissed, or their time is over. */
  readonly goneMessages: ReadonlySet<number>;
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
    recent: [],
    goneMessages: new Set(),
  }));
}
