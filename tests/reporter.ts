import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints which tests passed only when they were tried once more (end-to-end tests get a second chance on machines of any load; each that needs it
 * is a fault to look for), and one plain last line, `N passed, N failed`, which is what CI systems read.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        const tries = 1 + (test.diagnostic()?.retryCount ?? 0);
        if (tries === 1) continue;
        console.log(`\nPassed at try ${tries} only: ${module.relativeModuleId} > ${test.fullName}`);
        // What went wrong before, with the line of the test.
        for (const { message, stacks } of test.result().errors ?? []) {
          const place = stacks?.find(({ file }) => file.endsWith(module.relativeModuleId));
          console.log(`  line ${place?.line ?? '?'}: ${message.split('\n')[0]}`);
        }
      }
    }
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      if (module.errors().length > 0) counts.failed += 1;
    }
    const skipped = counts.skipped + counts.pending;
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  }
}
