/** The limits that `c` sets: which views have them, and under which name they are kept (spec/curation.md 5.3). */
import type { SavedState } from '../protocol/messages.ts';
import type { ScriptBudgets } from './api.ts';

export type BudgetName = keyof ScriptBudgets;
export type Budgets = Readonly<Record<BudgetName, number>>;

interface Budget {
  /** Class names of the views. */
  readonly views: RegExp;
  /** Those that have it whether one is open or not. */
  readonly always: readonly string[];
  readonly default: number;
  readonly min: number;
}

export const BUDGETS: Readonly<Record<BudgetName, Budget>> = {
  n_spikes_waveforms: budget(['WaveformView'], 100, 1),
  batch_size_waveforms: budget(['WaveformView'], 10, 1),
  n_spikes_features: budget(['FeatureView', 'TemplateFeatureView'], 2500, 1),
  n_spikes_features_background: budget(['FeatureView'], 1000, 0),
  n_spikes_correlograms: budget(['CorrelogramView'], 100_000, 1),
  n_spikes_amplitudes: { ...budget(['AmplitudeView'], 5000, 1), views: /^(AmplitudeView|Spike\w+View)$/ },
};

function budget(names: readonly string[], value: number, min: number): Budget {
  return { views: new RegExp(`^(${names.join('|')})$`), always: names, default: value, min };
}

export const budgetNames = Object.keys(BUDGETS) as readonly BudgetName[];

/** Ids of the views that a limit belongs to: one of each class, and every copy in the window or kept from before. */
export function viewsWith(name: BudgetName, user: SavedState): readonly string[] {
  const { views, always } = BUDGETS[name];
  const known = JSON.stringify([user['layout'] ?? null, Object.keys(user)]);
  const ids = Array.from(known.matchAll(/"(\w+)( \(\d+\))?"/g), ([, className, copy = '']) => ({ className, copy }));
  const found = ids.filter(({ className }) => views.test(className)).map(({ className, copy }) => className + copy);
  return [...new Set([...always, ...found])];
}

/** The value in force of the first of its views. */
export function budgetIn(name: BudgetName, user: SavedState): number {
  for (const id of viewsWith(name, user)) {
    const value = keptOf(user, id)[name];
    if (typeof value === 'number') return value;
  }
  return BUDGETS[name].default;
}

/** All values in force. */
export const budgetsIn = (user: SavedState): Budgets => ({
  n_spikes_waveforms: budgetIn('n_spikes_waveforms', user),
  batch_size_waveforms: budgetIn('batch_size_waveforms', user),
  n_spikes_features: budgetIn('n_spikes_features', user),
  n_spikes_features_background: budgetIn('n_spikes_features_background', user),
  n_spikes_correlograms: budgetIn('n_spikes_correlograms', user),
  n_spikes_amplitudes: budgetIn('n_spikes_amplitudes', user),
});

/** Throws RangeError for a limit that cannot be. */
export function checkBudget(name: BudgetName, value: number): void {
  const { min } = BUDGETS[name];
  if (Number.isInteger(value) && value >= min) return;
  throw new RangeError(`${name} is ${String(value)}, expected a whole number of ${min} or more.`);
}

/** What is kept of each view once the limit is set: `[id, settings]`. Throws RangeError for a value that cannot be. */
export function withBudget(
  name: BudgetName,
  value: number,
  user: SavedState,
): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  checkBudget(name, value);
  return viewsWith(name, user).map((id) => [id, { ...keptOf(user, id), [name]: value }]);
}

function keptOf(user: SavedState, id: string): Readonly<Record<string, unknown>> {
  const kept = user[id];
  return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? { ...kept } : {};
}
