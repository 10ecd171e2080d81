/** Where tests and benchmarks learn when an answer was on screen: they put an array at `window.__phyPainted`. */

/** One painted answer; `at` in milliseconds of `performance.now()`. */
export interface Painted {
  readonly view: string;
  readonly revision: number;
  readonly at: number;
}

/** Notes a painted answer, when somebody listens. */
export function notePainted(view: string, revision: number): void {
  const log: unknown = Reflect.get(globalThis, '__phyPainted');
  const painted: Painted = { view, revision, at: performance.now() };
  if (Array.isArray(log)) log.push(painted);
}
