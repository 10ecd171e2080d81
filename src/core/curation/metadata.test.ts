import { describe, expect, it } from 'vitest';
import { fixture } from '../../../tests/fixtures/curation.ts';
import { hasGolden, readGolden } from '../../../tests/fixtures/golden.ts';
import type { MetadataValue } from '../dataset/dataset.ts';
import { BUILT_IN_GROUPS, maskedTest } from './groups.ts';
import { createMetadata, inherit, metadataValue, withValues } from './metadata.ts';

function groupsOf(groups: Readonly<Record<string, string>>) {
  return createMetadata(
    new Map([['group', new Map(Object.entries(groups).map(([id, group]) => [Number(id), group]))]]),
  );
}
function inherited(groups: Readonly<Record<string, string>>, parents: number[], children: number[], largest: number) {
  const metadata = inherit(groupsOf(groups), parents, children, largest);
  return Object.fromEntries(children.map((id) => [id, metadataValue(metadata, 'group', id)]));
}

describe('metadata (1.7)', () => {
  it('has a group field, keeps the order of fields and treats null as missing', () => {
    const metadata = createMetadata(
      new Map<string, ReadonlyMap<number, MetadataValue>>([
        ['KSLabel', new Map([[1, null]])],
        ['Amplitude', new Map([[1, 3.5]])],
      ]),
    );
    expect([...metadata.keys()]).toEqual(['KSLabel', 'Amplitude', 'group']);
    expect(metadata.get('KSLabel')!.size).toBe(0);
    expect(metadataValue(metadata, 'nothing', 1)).toBeNull();
  });
  it('setting copies one field and leaves the others shared', () => {
    const before = createMetadata(new Map([['q', new Map([[1, 2]])]]));
    const after = withValues(before, 'group', [
      [1, 'good'],
      [2, null],
    ]);
    expect(after.get('q')).toBe(before.get('q'));
    expect([metadataValue(before, 'group', 1), metadataValue(after, 'group', 1)]).toEqual([null, 'good']);
  });
  it.each([
    ['noise', true],
    ['mua', true],
    ['good', false],
    ['unsorted', false],
    ['xyz', false],
    ['Noise', false],
    [null, false],
  ])('group %s is masked: %s', (group, masked) => {
    expect(maskedTest(BUILT_IN_GROUPS)(group)).toBe(masked);
  });
});

describe('inheritance', () => {
  it('nothing, one value, one value beside none', () => {
    expect(inherited({}, [1, 2], [9], 1)).toEqual({ 9: null });
    expect(inherited({ 1: 'good', 2: 'good' }, [1, 2], [9], 1)).toEqual({ 9: 'good' });
    expect(inherited({ 1: 'good' }, [1, 2], [9], 2)).toEqual({ 9: 'good' });
  });
  it('several values: that of the largest parent, even when it has none', () => {
    expect(inherited({ 1: 'noise', 2: 'good', 3: 'mua' }, [1, 2, 3], [9], 3)).toEqual({ 9: 'mua' });
    expect(inherited({ 1: 'noise', 2: 'good' }, [1, 2, 3], [9], 3)).toEqual({ 9: null });
  });
  it('all children have the same, and keep what they already have', () => {
    expect(inherited({ 1: 'good', 2: 'mua', 8: 'noise' }, [1, 2], [8, 9], 2)).toEqual({ 8: 'noise', 9: 'mua' });
  });
  it('each field on its own', () => {
    const session = fixture().label('a', 1, [20]).label('b', 'x', [30]).label('a', 2, [30]).merge([20, 30]);
    expect([session.get('a', 31), session.get('b', 31)]).toEqual([1, 'x']);
  });
  it('splitting spikes out of a good and a mua cluster gives every child the same', () => {
    const session = fixture().split([2, 3, 6]);
    expect(session.change.added).toEqual([31, 32]);
    expect(session.groups([31, 32])).toEqual(['good', 'good']);
  });
});

describe.skipIf(!hasGolden('functions'))('inheritance of the reference', () => {
  it('gives the same groups', () => {
    const { meta_inherit } = readGolden('functions') as {
      meta_inherit: {
        groups: Record<string, string>;
        descendants: [number, number][];
        largest: number;
        out: Record<string, unknown>;
      }[];
    };
    for (const { groups, descendants, largest, out } of meta_inherit) {
      const parents = [...new Set(descendants.map(([old]) => old))];
      const children = [...new Set(descendants.map(([, born]) => born))];
      expect(inherited(groups, parents, children, largest)).toEqual(out);
    }
  });
});
