/** Runs in every file of end-to-end tests, around its own hooks. */
import { afterAll } from 'vitest';
import { endPrograms } from './harness.ts';

afterAll(endPrograms);
