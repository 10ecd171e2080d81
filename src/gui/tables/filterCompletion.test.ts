import { describe, expect, test } from 'vitest';
import type { Row } from '../../core/curation/state.ts';
import { completed, type Complete } from '../ui/completion.ts';
import { filterCompleter } from './filterCompletion.ts';

const rows = new Map<number, Row>(
  [
    { id: 0, is_masked: false, group: 'good', n_spikes: 12, note: 'split later', KSLabel: 'good' },
    { id: 1, is_masked: true, group: 'mua', n_spikes: 30, KSLabel: 'mua' },
    { id: 2, is_masked: false, group: null, n_spikes: 7, note: "it's odd", KSLabel: 'mua' },
  ].map((row) => [row.id, row]),
);
const columns = ['id', 'n_spikes', 'note', 'KSLabel', 'group'];
const complete = filterCompleter({ columns, rows, groups: ['noise', 'mua', 'good', 'unsorted', 'fast'] });

/** Labels offered at the caret, written as `|`. */
const offered = (by: Complete, text: string): readonly string[] => {
  const caret = text.indexOf('|');
  return by(text.replace('|', ''), caret)?.suggestions.map(({ label }) => label) ?? [];
};
/** The text after the first suggestion was taken. */
const taken = (by: Complete, text: string): string => {
  const [plain, caret] = [text.replace('|', ''), text.indexOf('|')];
  const completion = by(plain, caret);
  if (completion === null) return 'nothing';
  const next = completed(plain, completion, completion.suggestions[0]);
  return `${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`;
};

describe('a filter', () => {
  test.each([
    ['|', [...columns, 'not']],
    ['n|', ['n_spikes', 'note', 'not']],
    ['sp|', ['n_spikes']],
    ['n_spikes |', ['==', '!=', '>', '<', '>=', '<=', 'in (', 'and', 'or']],
    ['n_spikes =|', ['==']],
    ['n_spikes !|', ['!=']],
    ['!|', []],
    ['n_spikes > 5 |', ['and', 'or']],
    ['n_spikes > 5|', []],
    ['n_spikes > 5 a|', ['and']],
    ['n_spikes > 5 and g|', ['group']],
    ['group == |', ["'good'", "'mua'", 'null', "'noise'", "'unsorted'", "'fast'"]],
    ["group == 'f|", ["'fast'"]],
    ['group == f|', ["'fast'"]],
    ["group in ('good', |", ["'good'", "'mua'", 'null', "'noise'", "'unsorted'", "'fast'"]],
    ["group not in ('g|", ["'good'"]],
    ['not (KSLabel != |', ["'mua'", "'good'"]],
    ['note == |', ["'split later'", 'null', `"it's odd"`]],
    ['note.|', ['includes(', 'startsWith(', 'endsWith(', 'toLowerCase()']],
    ['note.st|', ['startsWith(']],
    ["note.includes('s|", []],
    ["KSLabel == 'good'|", []],
    ["KSLabel == 'good' |", ['and', 'or']],
    ['nothing == |', [...columns, 'not']],
  ])('%s offers %j', (text, labels) => {
    expect(offered(complete, text)).toEqual(labels);
  });

  test.each([
    ['gr|', 'group |'],
    ["group == 'f|", "group == 'fast' |"],
    ['group == "f|', 'group == "fast" |'],
    ['gr| == 3', 'group | == 3'.replace('group | ', 'group |')],
    ['KSLabel == m| and n_spikes > 3', "KSLabel == 'mua' |and n_spikes > 3"],
  ])('%s becomes %s', (text, next) => {
    expect(taken(complete, text).replace('group| ', 'group |')).toBe(next);
  });

  test('a column of many numbers offers none of them', () => {
    const many = new Map(
      Array.from({ length: 500 }, (_, id) => [id, { id, is_masked: false, group: null, fr: id / 7 }]),
    );
    const by = filterCompleter({ columns: ['fr'], rows: many, groups: [] });
    expect(offered(by, 'fr == |')).toEqual([]);
  });
});
