/** Runs in every file of end-to-end tests, around its own hooks. */
import { afterAll, beforeEach } from 'vitest';
import { endPrograms } from './harness.ts';
import { forgetClosed, lastSight } from './lastSight.ts';

afterAll(endPrograms);
beforeEach(({ onTestFailed }) => {
  forgetClosed();
  // After its own hooks, which close windows.
  onTestFailed(async () => console.log(await lastSight()));
});
