/** Everything that changes the curation state, as plain data. `reduce` (curation.ts) is the only interpreter. */
import type { MetadataValue } from '../dataset/dataset.ts';
import type { ClusterGroup } from './groups.ts';
import type { SplitBy } from './journal.ts';
import type { TableSort } from './state.ts';

export type TableName = 'clusters' | 'similar';

type Body =
  // selection
  | { readonly type: 'select'; readonly ids: readonly number[] }
  | { readonly type: 'select_similar'; readonly ids: readonly number[] }
  /** Ctrl-click and shift-click on a row. */
  | { readonly type: 'toggle' | 'extend'; readonly table: TableName; readonly id: number }
  | { readonly type: 'promote_similar' | 'demote_cluster'; readonly id: number }
  | { readonly type: 'select_more'; readonly ids: readonly number[] }
  | {
      readonly type:
        | 'next'
        | 'previous'
        | 'next_best'
        | 'previous_best'
        | 'first'
        | 'last'
        | 'reset_wizard'
        | 'unselect_similar';
    }
  /** Without a count the remembered one is used; a given one is remembered. */
  | { readonly type: 'select_first_similar'; readonly count?: number }
  /** Without a value it is switched over. */
  | { readonly type: 'skip_noise_and_mua'; readonly value?: boolean }
  // tables
  | ({ readonly type: 'sort'; readonly table: TableName } & TableSort)
  | { readonly type: 'filter'; readonly table: TableName; readonly text: string }
  // curation
  | { readonly type: 'merge'; readonly ids?: readonly number[]; readonly to?: number }
  | {
      readonly type: 'split';
      readonly spikes: ArrayLike<number>;
      readonly labels?: ArrayLike<number>;
      /** The rule that made the labels. */
      readonly by?: SplitBy;
    }
  /** Splits the selected clusters by original template. */
  | { readonly type: 'split_init' }
  | { readonly type: 'move'; readonly group: string; readonly which: 'best' | 'similar' | 'all' | readonly number[] }
  | {
      readonly type: 'label';
      readonly name: string;
      readonly value: MetadataValue;
      readonly ids?: readonly number[];
    }
  | { readonly type: 'undo' | 'redo' }
  // groups: no part of the curation, so neither undone nor in the journal
  | { readonly type: 'set_groups'; readonly groups: readonly ClusterGroup[] };

/** `action` is the canonical name where it is not the type (`move_best_to_good`, `sort_by_fr`, `clear_filter`). */
export type Command = Body & { readonly action?: string };
