/** From the name of an action and its arguments to what it does to the session. */
import type { ActionSpec } from '../actions/action.ts';
import { checkedGroups, findAction, parseArguments, type ActionArguments } from '../actions/index.ts';
import { PhyError } from '../base/errors.ts';
import type { Command } from '../curation/command.ts';
import type { ClusterGroup } from '../curation/groups.ts';
import { clusterTable, columns, similarityTable, type CurationState } from '../curation/curation.ts';
import { selectedIds } from '../curation/state.ts';
import type { ActionResult } from '../protocol/messages.ts';
import { actionChange, type Curator } from './curator.ts';
import { parseLassos, type LassoSource } from './lasso.ts';
import type { QueryContext } from './query.ts';

/** What actions work on. */
export interface ActionContext {
  readonly curator: Curator;
  readonly lassos: LassoSource;
  /** Those of core/engine/additions.ts, which are run elsewhere (session.ts). */
  readonly added: readonly ActionSpec[];
  /** Why nothing can be curated; null when it can. */
  readonly nothingToCurate: string | null;
  /** Keeps the groups for the next launch; a sentence when there is something to say about that. Throws `refused`. */
  readonly keepGroups: (groups: readonly ClusterGroup[]) => Promise<string>;
  /** Shows work from its beginning to its end; `run` gets what queries need, and is stopped with them where `stoppable`. */
  readonly whileBusy: <T>(text: string, stoppable: boolean, run: (query: QueryContext) => Promise<T>) => Promise<T>;
  /** Waits a while for values of plugins that belong into the saved table; a sentence when some are missing still, else ''. */
  readonly waitForValues: () => Promise<string>;
}

/** Performs an action under any of its names. Throws PhyError when it is unknown, wrongly called or refused. */
export async function performAction(
  context: ActionContext,
  name: string,
  args: ActionArguments,
): Promise<ActionResult> {
  const { curator } = context;
  const spec = findAction(name, columns(curator.state), curator.state.groups, context.added);
  if (spec === undefined) throw new PhyError('usage', `Couldn't find action \`${name}\`.`, { name });
  if (context.nothingToCurate !== null) throw new PhyError('refused', context.nothingToCurate, { action: spec.name });
  const requests = spec.name === 'split' ? parseLassos(args) : undefined;
  if (requests !== undefined) return await splitByLassos(context, requests);
  const call = parseArguments(spec, args);
  switch (call.kind) {
    case 'curation': {
      if (call.command.type === 'set_groups') return await setGroups(context, call.command.groups);
      const change = await curator.commit(call.command);
      const missing = call.command.type === 'split' ? { missing: 0 } : {};
      const ok = !isBadFilter(call.command, curator.state);
      return { action: spec.name, ok, message: change.message, change, ...missing };
    }
    case 'save':
      return await save(context, call.over);
    case 'lasso':
      return await splitByLassos(context, [call.request]);
    case 'window':
      throw new PhyError('refused', `${spec.name} is done by the window.`, { action: spec.name });
  }
}

/** A filter that cannot be read is kept as it was typed, with all rows shown, but what was asked for was not done. */
function isBadFilter(command: Command, state: CurationState): boolean {
  if (command.type !== 'filter') return false;
  const table = command.table === 'clusters' ? clusterTable(state) : similarityTable(state);
  return table.filterError !== null;
}

/** The file first: what could not be kept is not in force either. */
async function setGroups({ curator, keepGroups }: ActionContext, list: readonly ClusterGroup[]): Promise<ActionResult> {
  const groups = checkedGroups(list);
  const note = await keepGroups(groups);
  const change = await curator.commit({ type: 'set_groups', groups });
  const message = note === '' ? change.message : `${change.message} ${note}`;
  return { action: 'set_groups', ok: true, message, change };
}

/** Files are replaced one by one: half a save would be worse than a slow one, so it cannot be stopped. */
function save({ curator, whileBusy, waitForValues }: ActionContext, over: boolean): Promise<ActionResult> {
  return whileBusy('Saving', false, async () => {
    const { message, files } = await curator.save(await waitForValues(), over);
    return { action: 'save', ok: true, message, change: actionChange('save', message, curator.state), files };
  });
}

/** A split is computed over all spikes of the clusters, whatever was drawn. */
async function splitByLassos(
  { curator, lassos, whileBusy }: ActionContext,
  requests: NonNullable<ReturnType<typeof parseLassos>>,
): Promise<ActionResult> {
  const selected = selectedIds(curator.state.selection);
  const { spikeIds, labels, missing } = await whileBusy('Splitting', true, (query) =>
    lassos.spikes(query, selected, requests),
  );
  const change = await curator.commit({ type: 'split', spikes: spikeIds, ...(labels && { labels }) });
  return { action: 'split', ok: true, message: change.message, change, missing };
}

/** The result of an action that was refused. Anything but a PhyError is a defect of ours, and says so. */
export function refusedResult(action: string, error: unknown): ActionResult {
  const canonical = findAction(action)?.name ?? action;
  if (!(error instanceof PhyError)) {
    const why = error instanceof Error ? error.message : String(error);
    return { action: canonical, ok: false, message: `Something went wrong inside phy: ${why}.`, change: null };
  }
  const { missing, changedFile } = error.facts;
  const counted = typeof missing === 'number' ? { missing } : {};
  const changed = typeof changedFile === 'string' ? { changedFile } : {};
  return { action: canonical, ok: false, message: error.message, change: null, ...counted, ...changed };
}
