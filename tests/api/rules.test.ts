import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/** A check that cannot fail is not a check: every tool is shown code that it must refuse. */
const repo = resolve(import.meta.dirname, '../..');
const probes = mkdtempSync(join(repo, 'tests', 'output-rules-'));
afterAll(() => rmSync(probes, { recursive: true, force: true }));

/** Runs a tool of node_modules and returns its exit status and everything it printed. */
function tool(script: string, args: readonly string[]): { status: number; output: string } {
  try {
    return {
      status: 0,
      output: execFileSync(process.execPath, [join(repo, 'node_modules', script), ...args], {
        cwd: repo,
        encoding: 'utf8',
      }),
    };
  } catch (error) {
    if (!(error instanceof Error) || !('stdout' in error) || !('status' in error)) throw error;
    return { status: Number(error.status), output: String(error.stdout) };
  }
}
function probe(name: string, text: string): string {
  const path = join(probes, name);
  writeFileSync(path, text);
  return path;
}

describe('the linter refuses', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    any: ['no-explicit-any', 'export const x: any = 1;\n'],
    '==': ['eqeqeq', 'export const f = (a: number, b: number): boolean => a == b;\n'],
    var: ['no-var', 'export var x = 1;\n'],
    'ts-ignore': ['ban-ts-comment', '// @ts-ignore\nexport const x: number = 1;\n'],
    'a floating promise': [
      'no-floating-promises',
      'const f = async (): Promise<void> => {};\nexport function g(): void {\n  f();\n}\n',
    ],
    'a switch that forgets a case': [
      'switch-exhaustiveness-check',
      "export function f(k: 'a' | 'b'): number {\n  switch (k) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n",
    ],
  };
  for (const [name, [rule, text]] of Object.entries(cases)) {
    it(name, () => {
      const path = probe(`${rule}.ts`, text);
      writeFileSync(
        join(probes, 'tsconfig.json'),
        JSON.stringify({ extends: '../../tsconfig.base.json', include: ['*.ts'] }),
      );
      const { status, output } = tool('oxlint/bin/oxlint', [
        '--type-aware',
        '--deny-warnings',
        '-c',
        join(repo, '.oxlintrc.json'),
        path,
      ]);
      expect(output).toContain(rule);
      expect(status).not.toBe(0);
    });
  }
});

describe('the compiler refuses in core', () => {
  for (const [name, text] of [
    ['the DOM', 'export const x = document.title;\n'],
    ['Node', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n"],
    ['timers', 'setTimeout(() => {}, 1);\nexport {};\n'],
  ] as const) {
    it(name, () => {
      const path = probe('core.ts', text);
      const config = probe(
        'tsconfig.core-probe.json',
        JSON.stringify({
          extends: '../../tsconfig.base.json',
          compilerOptions: { lib: ['ES2023'], types: [], noEmit: true, rootDir: '../..' },
          files: [path, '../../src/core/universal.d.ts'],
        }),
      );
      const { status, output } = tool('typescript/bin/tsc', ['-p', config]);
      expect(output).toMatch(/error TS\d+/);
      expect(status).not.toBe(0);
    });
  }
});

it('the formatter refuses what is not formatted', () => {
  const path = probe('format.ts', 'export const   x   = "a"\n');
  const { status } = tool('@biomejs/biome/bin/biome', ['format', '--vcs-enabled=false', path]);
  expect(status).not.toBe(0);
});
