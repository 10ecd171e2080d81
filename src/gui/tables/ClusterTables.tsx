/** ClusterView and SimilarityView: the two tables on the engine's state (spec/curation.md 3). */
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { SimilarityTable as SimilarRows } from '../../core/curation/state.ts';
import type { Client, Mirror } from '../client/client.ts';
import { useClient, useMirror } from '../client/hooks.ts';
import { choicesOf, NO_CHOICES, setChoices, shownColumnsOf, type ColumnChoices } from './choices.ts';
import { Table, type TableGestures } from './Table.tsx';

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

function useChoices(table: TableName): readonly [ColumnChoices, (choices: ColumnChoices) => void] {
  const client = useClient();
  const choices = useStore(choicesOf(client), (all) => all[table] ?? NO_CHOICES);
  return [choices, (next) => setChoices(client, table, next)];
}

/** Every gesture is an action of the engine, so that scripts and snippets can do the same. */
function gesturesOf(client: Client, table: 'clusters' | 'similar'): TableGestures {
  const act = (action: string, args: Readonly<Record<string, unknown>>): void => void client.act(action, args);
  const isBest = table === 'clusters';
  return {
    select: (id) => act(isBest ? 'select' : 'select_similar', { ids: [id] }),
    toggle: (id) => act('toggle', { table, id }),
    extend: (id) => act('extend', { table, id }),
    exchange: (id) => act(isBest ? 'demote_cluster' : 'promote_similar', { id }),
    sort: (column, direction) => act('sort', { table, column, direction }),
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
  const [choices, onChoices] = useChoices('ClusterView');
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
      choices={choices}
      onChoices={onChoices}
      onColumns={(names) => shownColumnsOf(client).setState({ ClusterView: names })}
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
  const [choices, onChoices] = useChoices('SimilarityView');
  const similarity = useMemo(
    () => new Map(table === null ? [] : table.shown.map((id, place) => [id, table.similarity[place]])),
    [table],
  );
  if (table === null || columns === null) return null;
  return (
    <Table
      name="SimilarityView"
      table={table}
      rows={rows}
      columns={columns}
      shankCount={shankCount}
      similarity={similarity}
      listOf={table.referenceId}
      selected={selected}
      rankOffset={bestCount}
      fresh={fresh}
      placeholder="Filter similar clusters"
      choices={choices}
      onChoices={onChoices}
      onColumns={(names) => shownColumnsOf(client).setState({ SimilarityView: names })}
      whenEmpty={emptySimilar(table)}
      gestures={gestures}
    />
  );
}
