/** What `m`, `c` and `s` need of a session, for code in the same process and for plugins in their threads. */
import { allActions } from '../actions/index.ts';
import { scriptModelOf } from '../engine/scriptQueries.ts';
import type { Session } from '../engine/session.ts';
import { budgetsIn, withBudget, type BudgetName, type Budgets } from './budgets.ts';
import { scriptStateOf, type ScriptStart, type ScriptUpdate } from './mirror.ts';

/** Everything as it is now. */
export function scriptStart(session: Session): ScriptStart {
  const snapshot = session.snapshot();
  return {
    dataset: session.opened().summary,
    model: scriptModelOf(session.dataset),
    actions: allActions(snapshot.groups, snapshot.columns, snapshot.actions).map(({ name }) => name),
    state: scriptStateOf(snapshot),
    rows: session.rows(),
    budgets: budgetsIn(session.kept().user),
  };
}

/** Tells of every change until it is stopped. */
export function followSession(
  session: Session,
  tell: { update(update: ScriptUpdate): void; budgets(budgets: Budgets): void },
): () => void {
  const stops = [
    session.updates.listen(({ snapshot, rows, removedRows }) =>
      tell.update({ state: scriptStateOf(snapshot), rows, removed: removedRows }),
    ),
    session.keeping.listen(({ scope }) => {
      if (scope === 'user') tell.budgets(budgetsIn(session.kept().user));
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Keeps a limit as the settings form does; every window follows. Throws RangeError for one that cannot be. */
export function setSessionBudget(session: Session, name: BudgetName, value: number): void {
  for (const [view, settings] of withBudget(name, value, session.kept().user)) session.keep('user', view, settings);
}
