import { defineConfig } from 'vitest/config';

/** Three kinds of proof: `unit` (values, no browser), `browser` (marks and gestures in real Chromium), `e2e` (the real command line). */
export default defineConfig({
  test: {
    reporters: ['default', './tests/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['src/**/*.test.ts', 'tests/{golden,api,interop}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          sequence: { groupOrder: 1 },
          include: ['tests/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          // One kind after the other, as each has its own number of workers.
          sequence: { groupOrder: 2 },
          // Values that come about in their own time, on machines of any speed: only failures wait this long.
          expect: { poll: { timeout: 20_000 } },
          include: ['tests/e2e/**/*.test.ts'],
          setupFiles: ['tests/e2e/setup.ts'],
          // Said by name at the end (tests/reporter.ts): a test that needs it is looked into.
          retry: 1,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Each has a program, a browser and folders of its own.
          maxWorkers: 2,
        },
      },
    ],
  },
});
