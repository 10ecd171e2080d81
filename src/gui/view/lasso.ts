/** Lassos of the open views: begun and ended in one view, counted by the engine, collected for the split (spec/views.md 1.8). */
import type { ParamValue } from '../../core/base/params.ts';
import type { Dispose } from '../../core/base/scope.ts';
import type { LassoState, ViewInstance } from './instance.ts';
import { count } from './shown.ts';

type Point = readonly [number, number];

/** Adds a vertex; `request` says what the split needs to know of a lasso in this frame, null when it does not split. */
export function addLassoPoint(
  view: ViewInstance,
  at: { readonly frame: string; readonly data: Point },
  request: (frame: string) => LassoState['request'],
): void {
  const { lasso } = view.state.getState();
  if (lasso !== null && lasso.frame !== at.frame) return;
  const polygon = [...(lasso?.polygon ?? []), at.data];
  view.setLasso({ frame: at.frame, polygon, request: request(at.frame) });
}

/** A lasso around spikes with three vertices or more, else null. */
export function closedLasso(view: ViewInstance): LassoState | null {
  const { lasso } = view.state.getState();
  return lasso !== null && lasso.request !== null && lasso.polygon.length >= 3 ? lasso : null;
}

/** The views that take part in a split now. */
export function viewsWithLasso(instances: Iterable<ViewInstance>): readonly ViewInstance[] {
  return [...instances].filter((view) => closedLasso(view) !== null);
}

/** The JSON of spec/commands.md 3 for every view with a lasso of three vertices or more, in the order of the views. */
export function lassoRequests(instances: Iterable<ViewInstance>): readonly Readonly<Record<string, unknown>>[] {
  return viewsWithLasso(instances).map(requestOf);
}

function requestOf(view: ViewInstance): Readonly<Record<string, unknown>> {
  const lasso = closedLasso(view);
  return { view: view.spec.query, ...lasso?.request, polygon: lasso?.polygon ?? [] };
}

/** Takes the lassos away, after a split or on request. */
export function clearLassos(instances: Iterable<ViewInstance>): void {
  for (const view of instances) if (view.state.getState().lasso !== null) view.setLasso(null);
}

/** Exact counts over all spikes of the shown clusters. */
export interface LassoCounts {
  readonly inside: number;
  readonly missing: number;
  readonly total: number;
}

/** Parameters of the engine's `lasso` query: the same JSON that a split takes, as text. */
export function countParams(view: ViewInstance): Readonly<Record<string, ParamValue>> {
  return { request: JSON.stringify(requestOf(view)) };
}

/** `412 of 4,029 spikes inside, 0 without coordinate` */
export function countsText({ inside, missing, total }: LassoCounts): string {
  return `${count(inside)} of ${count(total)} spikes inside, ${count(missing)} without coordinate`;
}

/** What the status line says while a lasso has too few vertices to hold anything. */
export function begunText(lasso: LassoState): string {
  const missing = 3 - lasso.polygon.length;
  return `lasso: ${missing} more ${missing === 1 ? 'point' : 'points'}`;
}

/** Brings what a lasso's request says (clusters, channels) up to the picture that is now on screen; its polygon stays. */
export function lassoRefresh(view: ViewInstance, request: (frame: string) => LassoState['request']): void {
  const { lasso } = view.state.getState();
  if (lasso !== null) view.setLasso({ ...lasso, request: request(lasso.frame) });
}

/** A lasso does not outlive the axes it was drawn on: takes it away when one of these parameters changes, until disposed. */
export function endLassoWith(view: ViewInstance, params: readonly string[]): Dispose {
  return view.state.subscribe(({ values, lasso }, { values: before }) => {
    if (lasso !== null && params.some((name) => values[name] !== before[name])) view.setLasso(null);
  });
}
