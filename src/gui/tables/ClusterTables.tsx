/** ClusterView and SimilarityView: the two tables on the engine's state (spec/curation.md 3). */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Snapshot } from '../../core/protocol/messages.ts';
import type { Client, Mirror } from '../client/client.ts';
import { useClient, useMirror } from '../client/hooks.ts';
import { sortColumns, type SimilarityTable as SimilarRows, type TableSort } from '../../core/curation/state.ts';
import { extended, toggled } from '../../core/curation/table.ts';
import type { Complete } from '../ui/completion.ts';
import { useGroupLooks } from '../ui/useGroupLooks.ts';
import {
  choicesOf,
  moveColumn,
  NO_CHOICES,
  setChoices,
  shownColumnsOf,
  showChoices,
  toggleColumn,
  withWidths,
} from './choices.ts';
import { headerEntries, watchColumns } from './columnMenu.ts';
import { columnNames } from './columns.ts';
import { filterCompleter, filterWords } from './filterCompletion.ts';
import { Table, type ColumnGestures, type TableGestures } from './Table.tsx';
import type { RowGesture } from './useRest.ts';

export type TableName = 'ClusterView' | 'SimilarityView';
export const TABLE_NAMES: readonly TableName[] = ['ClusterView', 'SimilarityView'];
export const isTable = (name: string): name is TableName => name === 'ClusterView' || name === 'SimilarityView';

/** How long a row made by the last action is marked (look.md 6). */
const FRESH_MS = 2000;
const NONE: ReadonlySet<number> = new Set();
const NO_IDS: readonly number[] = [];

/** The ids that the last action made, for two seconds. */
function useFresh(): ReadonlySet<number> {
  const change = useMirror((mirror) => mirror.lastChange);
  const [over, setOver] = useState<unknown>(null);
  useEffect(() => {
    const timer = setTimeout(() => setOver(change), FRESH_MS);
    return () => clearTimeout(timer);
  }, [change]);
  return useMemo(
    () => (change === null || over === change || change.added.length === 0 ? NONE : new Set(change.added)),
    [change, over],
  );
}

/** What the user does with the columns of a table, kept for the next launch. */
function useColumnGestures(table: TableName): ColumnGestures {
  const client = useClient();
  const choices = useStore(choicesOf(client), (all) => all[table] ?? NO_CHOICES);
  return useMemo(() => {
    const present = () => choicesOf(client).getState()[table] ?? NO_CHOICES;
    const given = (): readonly string[] => {
      const { snapshot, dataset } = client.mirror.getState();
      return columnNames(snapshot?.columns ?? [], dataset?.shankCount ?? 1, table === 'SimilarityView');
    };
    return {
      choices,
      resize: (widths, keep) => {
        (keep ? setChoices : showChoices)(client, table, withWidths(present(), widths));
      },
      move: (column, before) => setChoices(client, table, moveColumn(present(), given(), column, before)),
      shown: (names) => shownColumnsOf(client).setState({ [table]: names }),
      entries: (column, header) => headerEntries(client, table, column, header),
      watch: watchColumns(client),
    };
  }, [client, table, choices]);
}

const NO_GROUPS: Snapshot['groups'] = [];

function useGroupNames(): readonly string[] {
  const groups = useMirror((mirror) => mirror.snapshot?.groups ?? NO_GROUPS);
  return useMemo(() => groups.map(({ name }) => name), [groups]);
}

/** A label that was just made is shown in the cluster view even without room: somebody asked for it. */
function useNewLabel(): void {
  const client = useClient();
  const columns = useMirror((mirror) => mirror.snapshot?.columns ?? null);
  const known = useRef(columns);
  useEffect(() => {
    const before = known.current;
    known.current = columns;
    const label = /^metadata_(.+)$/.exec(client.mirror.getState().lastChange?.description ?? '')?.[1];
    if (before === null || label === undefined || before.includes(label) || columns?.includes(label) !== true) return;
    const choices = choicesOf(client).getState().ClusterView ?? NO_CHOICES;
    if (!choices.hidden.includes(label)) setChoices(client, 'ClusterView', toggleColumn(choices, label, false));
  }, [client, columns]);
}

const filterComplete =
  (client: Client, table: TableName): Complete =>
  (text, caret) =>
    filterCompleter(filterWords(client.mirror.getState(), table === 'SimilarityView'))(text, caret);

/** The clusters that views would show after a gesture on a row; null while nothing is known. */
function afterGesture(
  { mirror }: Client,
  table: 'clusters' | 'similar',
  id: number,
  gesture: RowGesture,
): readonly number[] | null {
  const { snapshot } = mirror.getState();
  if (snapshot === null) return null;
  const { selection, clusterTable, similarityTable } = snapshot;
  const isBest = table === 'clusters';
  const { shown } = isBest ? clusterTable : similarityTable;
  const present = isBest ? selection.clusters : selection.similar;
  const next = { select: [id], toggle: toggled(present, id), extend: extended(shown, present, id) }[gesture];
  return isBest ? next : [...selection.clusters, ...next];
}

/** Sorts a table. Clicks that are faster than the engine build on what was asked for, not on what is still shown. */
function sorter(client: Client, table: 'clusters' | 'similar'): TableGestures['sort'] {
  let asked: TableSort | null = null;
  let waiting = 0;
  return (next) => {
    const { snapshot } = client.mirror.getState();
    if (snapshot === null) return;
    const { settings } = table === 'clusters' ? snapshot.clusterTable : snapshot.similarityTable;
    asked = next(asked ?? settings.sort);
    waiting += 1;
    void client.act('sort', { table, by: sortColumns(asked) }).finally(() => {
      waiting -= 1;
      if (waiting === 0) asked = null;
    });
  };
}

/** Every gesture is an action of the engine, so that scripts and snippets can do the same. */
function gesturesOf(client: Client, table: 'clusters' | 'similar'): TableGestures {
  const act = (action: string, args: Readonly<Record<string, unknown>>): void => void client.act(action, args);
  const isBest = table === 'clusters';
  return {
    select: (id) => act(isBest ? 'select' : 'select_similar', { ids: [id] }),
    expect: (id, gesture) => {
      const next = afterGesture(client, table, id, gesture);
      if (next !== null && next.length > 0) client.expect(next);
    },
    toggle: (id) => act('toggle', { table, id }),
    extend: (id) => act('extend', { table, id }),
    exchange: (id) => act(isBest ? 'demote_cluster' : 'promote_similar', { id }),
    sort: sorter(client, table),
    filter: (text) => act('filter', { table, text }),
  };
}

const shanks = (mirror: Mirror): number => mirror.dataset?.shankCount ?? 1;

export function ClusterTable() {
  const client = useClient();
  const table = useMirror((mirror) => mirror.snapshot?.clusterTable ?? null);
  const columns = useMirror((mirror) => mirror.snapshot?.columns ?? null);
  const selected = useMirror((mirror) => mirror.snapshot?.selection.clusters ?? NO_IDS);
  const rows = useMirror((mirror) => mirror.rows);
  const shankCount = useMirror(shanks);
  const fresh = useFresh();
  const gestures = useMemo(() => gesturesOf(client, 'clusters'), [client]);
  const columnGestures = useColumnGestures('ClusterView');
  useNewLabel();
  const complete = useMemo(() => filterComplete(client, 'ClusterView'), [client]);
  const looks = useGroupLooks();
  const groups = useGroupNames();
  if (table === null || columns === null) return null;
  return (
    <Table
      name="ClusterView"
      table={table}
      rows={rows}
      columns={columns}
      shankCount={shankCount}
      similarity={null}
      listOf={null}
      selected={selected}
      rankOffset={0}
      fresh={fresh}
      placeholder="Filter, for example: n_spikes > 100 and group != 'noise'"
      complete={complete}
      columnGestures={columnGestures}
      looks={looks}
      groups={groups}
      whenEmpty="No cluster passes the filter. Esc shows all."
      gestures={gestures}
    />
  );
}

/** Why no similar cluster is listed. */
function emptySimilar({ referenceId, settings }: SimilarRows): string {
  if (referenceId === null) return 'Select a cluster to list those similar to it.';
  return settings.filter.trim() === ''
    ? `No other cluster is similar to ${referenceId}.`
    : 'No similar cluster passes the filter.';
}

export function SimilarityTable() {
  const client = useClient();
  const table = useMirror((mirror) => mirror.snapshot?.similarityTable ?? null);
  const columns = useMirror((mirror) => mirror.snapshot?.columns ?? null);
  const selected = useMirror((mirror) => mirror.snapshot?.selection.similar ?? NO_IDS);
  const bestCount = useMirror((mirror) => mirror.snapshot?.selection.clusters.length ?? 0);
  const rows = useMirror((mirror) => mirror.rows);
  const shankCount = useMirror(shanks);
  const fresh = useFresh();
  const gestures = useMemo(() => gesturesOf(client, 'similar'), [client]);
  const columnGestures = useColumnGestures('SimilarityView');
  const complete = useMemo(() => filterComplete(client, 'SimilarityView'), [client]);
  const looks = useGroupLooks();
  const groups = useGroupNames();
  if (table === null || columns === null) return null;
  return (
    <Table
      name="SimilarityView"
      table={table}
      rows={rows}
      columns={columns}
      shankCount={shankCount}
      similarity={table.similarity}
      listOf={table.referenceId}
      selected={selected}
      rankOffset={bestCount}
      fresh={fresh}
      placeholder="Filter similar clusters"
      complete={complete}
      columnGestures={columnGestures}
      looks={looks}
      groups={groups}
      whenEmpty={emptySimilar(table)}
      gestures={gestures}
    />
  );
}
