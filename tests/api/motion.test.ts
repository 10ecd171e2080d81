import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** look.md 8: what moves and for how long, and the one ring that shows the focus. Style sheets are read as text. */
const gui = resolve(import.meta.dirname, '../../src/gui');
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '');

interface Rule {
  readonly file: string;
  readonly selector: string;
  readonly body: string;
}

/** Rules of a sheet, one for each selector; those inside @media and the like too. */
function rulesOf(file: string, text: string): readonly Rule[] {
  return [...withoutComments(text).matchAll(/([^{};]+)\{([^{}]*)\}/g)].flatMap(([, head, body]) =>
    head.split(',').map((selector) => ({ file, selector: selector.trim(), body })),
  );
}
const sheets = readdirSync(gui, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.css'));
const rules = sheets.flatMap((file) => rulesOf(file, readFileSync(join(gui, file), 'utf8')));
const say = ({ file, selector }: Rule): string => `${file} ${selector}`;

/** Rows of tables and lists, and handles between columns, answer in one frame. */
const AT_ONCE = /\.(row|option|candidate|marked|grip)\b/;

function hoversWithoutTransition(all: readonly Rule[]): readonly string[] {
  return all
    .filter(({ selector, body }) => /:(hover|active)$/.test(selector) && body.includes('background'))
    .filter(({ selector }) => !AT_ONCE.test(selector))
    .filter(({ file, selector }) => {
      const bases = [
        selector.replace(/:\w+$/, ''),
        ...KINDS_OF.filter(([kind]) => selector.startsWith(kind)).map(([, base]) => base),
      ];
      return !all.some(
        (rule) => rule.file === file && bases.includes(rule.selector) && rule.body.includes('var(--t-fast)'),
      );
    })
    .map(say);
}
/** Classes that stand beside another one, which moves for them. */
const KINDS_OF: readonly (readonly [string, string])[] = [['.primary', '.button']];

/** Times that are no tokens, or the time of popovers somewhere else than where all of them have it from. */
const oddTimes = (all: readonly Rule[]): readonly string[] =>
  all
    .filter(({ file }) => file !== 'theme/tokens.css')
    .filter(({ file, selector, body }) => {
      const isShared = file === 'theme/base.css' && selector === '.pops';
      // The line that says something is on its way is no answer to a gesture.
      if (/animation: (slide|late)\b/.test(body)) return false;
      const times = [...body.matchAll(/(?:transition|animation)[^;]*/g)].map(([text]) => text);
      return times.some((text) => (!isShared && /--t-(normal|slow)/.test(text)) || /[1-9]\d*m?s\b/.test(text));
    })
    .map(say);

/** A ring of another width, place or colour; only the cursor in a list is thinner. */
const oddRings = (all: readonly Rule[]): readonly string[] =>
  all
    .filter(({ selector, body }) => {
      if (/\.(cursor|candidate|marked)/.test(selector)) return false;
      const width = /outline:\s*(\w+)/.exec(body)?.[1] ?? 'none';
      const offset = /outline-offset:\s*([^;]+)/.exec(body)?.[1] ?? '-2px';
      const isBorder = /border(?:-color)?:[^;]*var\(--focus\)/.test(body) && !selector.endsWith('::after');
      return !['none', '2px'].includes(width) || offset.trim() !== '-2px' || isBorder;
    })
    .map(say);

describe('motion and focus', () => {
  it('buttons take 80 ms to answer the pointer, rows none', () => {
    expect(hoversWithoutTransition(rules)).toEqual([]);
    expect(hoversWithoutTransition(rulesOf('a.css', '.tool:hover { background: red }'))).toEqual(['a.css .tool:hover']);
  });
  it('nothing has a time of its own; popovers and toasts share one fade of 140 ms and 4 px', () => {
    expect(oddTimes(rules)).toEqual([]);
    expect(
      oddTimes(rulesOf('a.css', '.x { transition: opacity 100ms } .y { transition: opacity var(--t-normal) }')),
    ).toEqual(['a.css .x', 'a.css .y']);
    const tokens = readFileSync(join(gui, 'theme/tokens.css'), 'utf8');
    expect(tokens).toContain('--t-fast: 80ms; --t-normal: 140ms;');
    const parts = [
      'ui/Menu.tsx',
      'ui/Dialog.tsx',
      'ui/Button.tsx',
      'shell/Palette.tsx',
      'shell/SettingsPopover.tsx',
      'shell/StatusBar.tsx',
    ];
    expect(parts.filter((file) => !/`pops /.test(readFileSync(join(gui, file), 'utf8')))).toEqual([]);
  });
  it('one ring shows the focus: 2 px inside the edge', () => {
    expect(oddRings(rules)).toEqual([]);
    expect(
      oddRings(
        rulesOf(
          'a.css',
          '.a { outline: 1px solid red } .b { outline-offset: 1px } .c:focus { border-color: var(--focus) }',
        ),
      ),
    ).toEqual(['a.css .a', 'a.css .b', 'a.css .c:focus']);
  });
});
