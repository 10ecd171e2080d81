/**
 * Who may import whom (ARCHITECTURE.md, "Who may import whom"). A row may import from itself and from the rows it names; everything
 * else is an error. tsconfig projects check the runtime of a file; this table checks the direction.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** Area of the tree -> areas it may import (besides itself). `types` areas may only be imported with `import type`. */
interface Rule {
  readonly may: readonly string[];
  readonly types?: readonly string[];
}
const CORE = [
  'core/base',
  'core/storage',
  'core/files',
  'core/dataset',
  'core/analysis',
  'core/curation',
  'core/engine',
  'core/actions',
  'core/protocol',
] as const;
export const RULES: Readonly<Record<string, Rule>> = {
  'core/base': { may: [] },
  'core/storage': { may: ['core/base'] },
  'core/files': { may: ['core/base', 'core/storage'] },
  'core/dataset': { may: ['core/base', 'core/storage', 'core/files'] },
  'core/analysis': { may: ['core/base'], types: ['core/dataset', 'core/curation'] },
  'core/curation': { may: ['core/base'], types: ['core/dataset', 'core/analysis'] },
  'core/actions': { may: ['core/base', 'core/curation'], types: ['core/engine', 'core/dataset', 'core/protocol'] },
  'core/engine': {
    may: ['core/base', 'core/storage', 'core/files', 'core/dataset', 'core/analysis', 'core/curation', 'core/actions'],
    types: ['core/protocol'],
  },
  'core/protocol': {
    may: ['core/base'],
    types: ['core/dataset', 'core/curation', 'core/engine', 'core/actions', 'core/plugins'],
  },
  // Ready-made splitters and commands: defined as those of plugins are.
  'core/tools': {
    may: ['core/base', 'core/analysis', 'core/engine/additions', 'core/engine/query'],
    types: ['core/dataset', 'core/curation', 'core/engine'],
  },
  'core/scripting': {
    may: ['core/base', 'core/actions', 'core/engine/scriptQueries'],
    types: ['core/dataset', 'core/curation', 'core/engine', 'core/protocol'],
  },
  'core/demo': { may: [...CORE] },
  'core/plugins': { may: [...CORE, 'core/scripting'] },
  'views/params': { may: ['core/base'] },
  'views/query': {
    may: ['core/base', 'core/analysis', 'views/params', 'core/engine/query'],
    types: ['core/dataset', 'core/curation', 'core/engine'],
  },
  // Of what draws, a drawing may use what is pure.
  'views/draw': {
    may: [
      'core/base',
      'gui/plot/layouts',
      'gui/plot/marks',
      'gui/plot/stackedBars',
      'gui/view/signalScale',
      'gui/view/signalTiles',
    ],
    types: ['gui/plot', 'gui/colors', 'gui/view', 'views/query', 'views/params'],
  },
  'views/panel': {
    may: [
      'core/base',
      'gui/plot',
      'gui/colors',
      'gui/view',
      'gui/ui',
      'gui/client',
      'gui/console',
      'views/params',
      'views/draw',
    ],
    types: ['core/protocol', 'core/curation', 'core/actions', 'views/query'],
  },
  'views/registry': {
    may: ['views/query', 'views/panel', 'core/engine/query', 'gui/view'],
    types: ['core/protocol'],
  },
  'gui/plot': { may: ['core/base', 'gui/colors'] },
  'gui/colors': { may: ['core/base'], types: ['gui/plot'] },
  'gui/client': {
    may: ['core/base', 'core/protocol'],
    types: ['core/dataset', 'core/curation', 'core/actions', 'core/engine'],
  },
  'gui/ui': { may: ['core/base', 'gui/plot', 'gui/colors', 'gui/client'], types: ['core/actions', 'core/protocol'] },
  'gui/view': {
    may: ['core/base', 'gui/client', 'gui/plot', 'gui/colors', 'gui/ui'],
    types: ['core/actions', 'core/protocol', 'core/curation'],
  },
  'gui/plugins': {
    may: ['core/base', 'core/plugins/wire', 'gui/client', 'gui/plot', 'gui/colors', 'gui/view', 'gui/tables'],
    types: ['core/plugins', 'core/protocol'],
  },
  'gui/console': {
    may: [
      'core/base',
      'core/actions',
      'core/scripting',
      'core/plugins/wire',
      'gui/client',
      'gui/plot',
      'gui/colors',
      'gui/ui',
      'gui/view',
    ],
    types: ['core/protocol', 'core/curation', 'core/dataset', 'core/engine'],
  },
  'gui/theme': { may: ['core/base'] },
  'gui/start': { may: ['core/base', 'core/protocol', 'gui/client/socketLine', 'gui/ui', 'gui/theme'] },
  'gui/dock': {
    may: ['core/base', 'gui/client', 'gui/ui', 'gui/view', 'gui/theme'],
    types: ['core/actions', 'core/protocol'],
  },
  'gui/tables': {
    may: ['core/base', 'core/curation', 'gui/client', 'gui/ui', 'gui/colors', 'gui/theme'],
    types: ['core/protocol', 'core/actions', 'core/dataset'],
  },
  'gui/shell': {
    may: [
      'core/base',
      'core/actions',
      'gui/client',
      'gui/ui',
      'gui/view',
      'gui/dock',
      'gui/tables',
      'gui/colors',
      'gui/theme',
      'gui/plot',
    ],
    types: [
      'core/protocol',
      'core/curation',
      'core/dataset',
      'core/engine',
      'core/tools',
      'core/plugins',
      'gui/plugins',
    ],
  },
  node: {
    may: [...CORE, 'core/demo', 'core/plugins', 'core/scripting', 'core/tools', 'views/registry', 'views/query'],
  },
};

/** The area a file (relative to src, with forward slashes) belongs to; null for the `main` files, which may import everything. */
export function areaOf(file: string): string | null {
  if (/^main\.[a-z]+\.tsx?$/.test(file)) return null;
  const parts = file.split('/');
  if (parts[0] === 'node') return 'node';
  if (parts[0] === 'views') {
    if (parts.length === 2) return 'views/registry';
    // A long `draw.ts` has parts of its own: `drawLayout.ts`.
    const kind = /^(params|query|draw|panel)(?:(?<=draw)[A-Z]\w*)?\.tsx?$/.exec(parts[2])?.[1];
    return kind === undefined ? `views/unknown file ${parts[2]}` : `views/${kind}`;
  }
  return `${parts[0]}/${parts[1]}`;
}

const IMPORT =
  /^(import|export)\s+(type\s)?[^'"]*?from\s+['"](\.[^'"]+)['"]|import\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/gm;

/** Broken rules of one file, as sentences. `file` is relative to src. */
export function brokenImports(file: string, text: string): readonly string[] {
  const from = areaOf(file);
  if (from === null) return [];
  const rule = RULES[from];
  if (rule === undefined) return [`${file}: there is no rule for the area ${from}`];
  const broken: string[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const target = match[3] ?? match[4] ?? match[5];
    if (target === undefined || /\.(css|svg|glsl|vert|frag)(\?.*)?$/.test(target)) continue;
    const path = posix.normalize(posix.join(posix.dirname(file), target));
    if (!isAllowed(file, from, rule, path, match[2] !== undefined)) broken.push(`${file} may not import ${path}`);
  }
  return broken;
}

function isAllowed(file: string, from: string, rule: Rule, path: string, typeOnly: boolean): boolean {
  const to = areaOf(path);
  if (to === null) return false;
  if (from.startsWith('views/') && to.startsWith('views/') && from !== 'views/registry') {
    if (dirname(file) !== dirname(path)) return false; // two views never import each other
  }
  if (to === from) return true;
  const names = [to, path.replace(/\.tsx?$/, '')];
  if (names.some((name) => rule.may.includes(name))) return true;
  return typeOnly && names.some((name) => rule.types?.includes(name) === true);
}

/** Every source file below `src`, relative to it, without tests. */
export function sourceFiles(src: string): readonly string[] {
  const all = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/'));
  return all.filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('.d.ts')).sort();
}

/** Broken rules of the whole tree. */
export function checkTree(src: string): readonly string[] {
  return sourceFiles(src).flatMap((name) => brokenImports(relative('', name), readFileSync(join(src, name), 'utf8')));
}
