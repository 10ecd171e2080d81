import { describe, expect, it } from 'vitest';
import { fixture } from '../../../tests/fixtures/curation.ts';
import { BUILT_IN_GROUPS, groupEntries, readGroups } from './groups.ts';

const fast = { name: 'fast spiking', color: '#12ab9f', key: 'f', masked: false };
const artefact = { name: 'artefact', color: '#445566', key: null, masked: true };

describe('groups', () => {
  it('without a list are those of the reference', () => {
    expect(readGroups([])).toEqual(BUILT_IN_GROUPS);
    expect(groupEntries(BUILT_IN_GROUPS)).toEqual([]);
  });

  it('built-in ones take what the list says, others follow in its order', () => {
    const list = [
      fast,
      { name: 'mua', masked: false, key: null },
      { name: 'artefact', masked: true, color: '#445566' },
    ];
    const groups = readGroups(list);
    expect(groups.map(({ name }) => name)).toEqual(['noise', 'mua', 'good', 'unsorted', 'fast spiking', 'artefact']);
    expect(groups[1]).toEqual({ name: 'mua', color: '#808080', key: null, masked: false });
    expect(groups.slice(4)).toEqual([fast, artefact]);
    expect(readGroups(groupEntries(groups))).toEqual(groups);
    expect(groupEntries(groups)).toEqual([{ name: 'mua', key: null, masked: false }, fast, artefact]);
  });

  it('have a colour each when none is given, and keys in lower case', () => {
    const [a, b] = readGroups([{ name: 'a' }, { name: 'b', key: 'B' }]).slice(4);
    expect(a).toMatchObject({ key: null, masked: false });
    expect(b).toMatchObject({ key: 'b' });
    expect(a.color).not.toBe(b.color);
  });

  it.each([
    ['x', 'groups is no list.'],
    [['a'], 'groups[0] is no object.'],
    [[{}], 'groups[0] has no name.'],
    [[{ name: ' a' }], 'groups[0] is called “ a”, expected no blanks around the name.'],
    [[{ name: 'a\tb' }], 'groups[0] has a tab or a line break in its name.'],
    [[{ name: 'x'.repeat(41) }], 'groups[0] has a name of more than 40 characters.'],
    [[{ name: '12' }], 'groups[0] is called 12, expected a word.'],
    [[{ name: 'nan' }], 'groups[0] is called nan, expected a word.'],
    [[{ name: 'a', colour: '#ffffff' }], 'groups[0] has “colour”, expected name, color, key, masked.'],
    [[{ name: 'a', color: 'red' }], 'groups[0] has the color "red", expected one such as "#5ab4e6".'],
    [[{ name: 'a', key: 'f5' }], 'groups[0] has the key "f5", expected a letter from a to z or null.'],
    [[{ name: 'a', masked: 1 }], 'groups[0] has masked 1, expected true or false.'],
    [[{ name: 'a' }, { name: 'a' }], 'There are two groups a. Give one of them another name.'],
    [[{ name: 'Good' }], 'Group Good can be taken for good. Give it another name.'],
    [[{ name: 'a b' }, { name: 'A_b' }], 'Group A_b can be taken for a b. Give it another name.'],
    [[{ name: 'a', key: 'g' }], 'The key g of group a is the key of good. Choose another letter.'],
  ])('%j: %s', (list, sentence) => {
    expect(() => readGroups(list)).toThrow(sentence);
  });
  it('a key that a built-in group gives up may be taken', () => {
    expect(
      readGroups([
        { name: 'good', key: null },
        { name: 'great', key: 'g' },
      ]).at(-1),
    ).toMatchObject({ key: 'g' });
  });
});

describe('the wizard', () => {
  it('goes past the masked groups of the moment, and says which', () => {
    const session = fixture();
    const groups = readGroups([{ name: 'mua', masked: false }, artefact]);
    expect(session.do({ type: 'set_groups', groups }).change.message).toBe(
      'Groups: noise, mua, good, unsorted, artefact.',
    );
    expect(session.do({ type: 'skip_noise_and_mua' }).change.message).toBe(
      'The wizard stops at noise and artefact clusters.',
    );
    session.do({ type: 'skip_noise_and_mua' });
    session.do({ type: 'move', group: 'artefact', which: [20] });
    session.do({ type: 'select', ids: [30] });
    session.do('next_best');
    expect(session.selected).toEqual([11]);
    session.do('next_best');
    expect(session.selected).toEqual([10]);
    session.do('next_best');
    session.do('next_best');
    session.do('next_best');
    expect(session.selected).toEqual([1]);
    session.do({ type: 'set_groups', groups: [] });
    expect(session.do({ type: 'skip_noise_and_mua', value: true }).change.message).toContain('stops at every cluster');
  });

  it('is not dirty for it: groups are no part of the curation', () => {
    const session = fixture();
    const before = session.state;
    session.do({ type: 'set_groups', groups: readGroups([artefact]) });
    expect(session.state.history).toBe(before.history);
    expect(session.state.clusters).toBe(before.clusters);
  });

  it('a masked unsorted group masks clusters without a group too', () => {
    const session = fixture();
    session.do({ type: 'set_groups', groups: readGroups([{ name: 'unsorted', masked: true }]) });
    session.do('first');
    expect(session.selected).toEqual([11]);
  });
});
