import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenImports, checkTree, sourceFiles } from './imports.ts';

const src = resolve(import.meta.dirname, '../../src');

describe('who may import whom', () => {
  it('reads the tree it is meant to check', () => {
    expect(sourceFiles(src).length).toBeGreaterThan(40);
    expect(sourceFiles(src)).toContain('core/base/errors.ts');
  });
  it('holds in every file', () => {
    expect(checkTree(src)).toEqual([]);
  });
  it('can fail', () => {
    expect(brokenImports('core/curation/a.ts', "import { x } from '../../gui/plot/scene.ts';")).toHaveLength(1);
    expect(brokenImports('core/curation/a.ts', "import { x } from '../dataset/dataset.ts';")).toHaveLength(1);
    expect(brokenImports('core/curation/a.ts', "import type { X } from '../dataset/dataset.ts';")).toEqual([]);
    expect(brokenImports('views/isi/query.ts', "import { x } from '../trace/params.ts';")).toHaveLength(1);
    expect(brokenImports('views/isi/query.ts', "import { x } from './params.ts';")).toEqual([]);
    expect(brokenImports('core/base/a.ts', "import { x } from '../../main.node.ts';")).toHaveLength(1);
    expect(brokenImports('gui/shell/a.tsx', "const x = await import('../../views/isi/panel.tsx');")).toHaveLength(1);
    expect(brokenImports('newArea/b/a.ts', '')).toHaveLength(1);
    expect(brokenImports('core/engine/a.ts', "import {\n  x,\n} from '../../node/cli.ts';")).toHaveLength(1);
  });
});
