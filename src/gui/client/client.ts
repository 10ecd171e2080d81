/** The GUI's only door to the engine. `connect.ts` makes one over a WebSocket; tests make one over a channel in memory. */
import type { StoreApi } from 'zustand';
import type { ParamValue } from '../../core/base/params.ts';
import type { OpenReport } from '../../core/dataset/dataset.ts';
import type { Change, Row } from '../../core/curation/state.ts';
import type { Signal } from '../../core/base/scope.ts';
import type { ExportRequest } from '../../core/engine/exports.ts';
import type { LayoutChange, NamedLayouts } from '../../core/engine/layouts.ts';
import type {
  ActionResult,
  DatasetSummary,
  KeymapFile,
  Next,
  PluginSummary,
  Recovery,
  SavedState,
  Snapshot,
} from '../../core/protocol/messages.ts';

export interface Message {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  /** Offers an Undo button while this revision is the newest. */
  readonly undoRevision?: number;
  /** Offers a button that saves over files that another program changed, while there is something to save. */
  readonly saveOver?: boolean;
  /** Not worth a toast: the outcome is already seen elsewhere (a selection, a sorted column). */
  readonly quiet?: boolean;
}

/** Read-only copy of the engine's state. Rows are replaced, never modified. */
export interface Mirror {
  /**
   * `leaving`: the dataset was closed, and the page is about to show what is next; `replaced`: the program was started again and this page may
   * go on with it once it is loaded anew; `refused`: the same, but the new start wants the address that it printed. Nothing more is tried then.
   */
  readonly connection: 'connecting' | 'open' | 'lost' | 'leaving' | 'replaced' | 'refused' | 'closed';
  /** Milliseconds since 1970 of the next attempt while lost. */
  readonly retryAt: number | null;
  readonly version: string;
  readonly guiName: string;
  /** Which start of the program this window belongs to: milliseconds since 1970, 0 before the first welcome. */
  readonly startedAt: number;
  /** null until the first welcome. */
  readonly dataset: DatasetSummary | null;
  readonly report: OpenReport | null;
  readonly snapshot: Snapshot | null;
  readonly rows: ReadonlyMap<number, Row>;
  readonly lastChange: Change | null;
  readonly recovery: Recovery | null;
  /** keymap.json as it lies on the disk. */
  readonly keymap: KeymapFile;
  readonly busy: { readonly text: string; readonly fraction: number | null; readonly stoppable: boolean } | null;
  readonly layouts: NamedLayouts;
  /** null until the first welcome. */
  readonly plugins: PluginSummary | null;
  /** Actions sent and not answered yet: what can be done is known again when this is 0. */
  readonly acting: number;
  /** Everything said, oldest first, at most 500 (Help > Messages). */
  readonly messages: readonly Message[];
}

export interface Answer<A> {
  readonly answer: A;
  /** Every parameter with the value in force. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly revision: number;
  readonly engineMs: number;
}

export interface KeptElsewhere {
  readonly scope: 'user' | 'dataset';
  readonly key: string;
}

export interface Client {
  readonly mirror: StoreApi<Mirror>;
  /** Rejects with a PhyError (`missing`, `usage`, ...); with kind `aborted` when the signal fires first. Aborting reaches the engine. */
  ask<A>(
    query: string,
    clusters: readonly number[],
    params: Readonly<Record<string, ParamValue>>,
    signal: AbortSignal,
  ): Promise<Answer<A>>;
  /** Runs an action in the engine. The result's message has been added to `messages`; it never rejects while connected. */
  act(action: string, args?: readonly unknown[] | Readonly<Record<string, unknown>>): Promise<ActionResult>;
  /** A setting kept by the engine, now and for the next launch. */
  kept(scope: 'user' | 'dataset'): SavedState;
  keep(scope: 'user' | 'dataset', key: string, value: unknown): void;
  /** Another window kept a setting; `kept` has it already. */
  readonly keptElsewhere: Signal<KeptElsewhere>;
  changeLayouts(change: LayoutChange): Promise<ActionResult>;
  /** What a view shows, as files in the user's folder. */
  export(request: ExportRequest): Promise<ActionResult>;
  /** The plugins beside the data may run from the next opening on. */
  allowPlugins(): Promise<ActionResult>;
  /** Stops the long work that `busy` shows. */
  stop(): void;
  recover(choice: 'restore' | 'discard'): Promise<ActionResult>;
  /** Replaces keymap.json; refused when it holds something else than `before` by now. */
  writeKeymap(before: string | null, text: string): Promise<ActionResult>;
  /** Asks to look whether keymap.json was edited; the mirror changes when it was. */
  rereadKeymap(): void;
  /** Some selection may be about to come: the engine may compute it ahead. */
  expect(clusters: readonly number[]): void;
  /** Says something at the terminal too. */
  tell(text: string): void;
  screenshot(view: string, format: 'png' | 'svg', bytes: Uint8Array): Promise<ActionResult>;
  /** Closes the dataset: ends the program, or goes on with `next` in the same window. */
  exit(choice: 'save' | 'discard', next?: Next): Promise<ActionResult>;
  /** Something only the GUI has to say, in the status bar and in Help > Messages. */
  say(level: Message['level'], text: string): void;
}
