import { describe, expect, test } from 'vitest';
import { parseJsonText, setMember, type JsonNode } from './jsonText.ts';

/** What JSON.parse makes of it. */
function valueOf(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(valueOf);
  return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
}

describe('parseJsonText', () => {
  test.each([
    '{}',
    ' { "a" : [1, -2.5e3, "x\\u00e9\\n", true, false, null] , "b":{"c":[]} }\n',
    '"text"',
    '[[], {}, [{"a": 0}]]',
  ])('%s is what JSON.parse finds', (text) => expect(valueOf(parseJsonText(text))).toEqual(JSON.parse(text)));

  test('a byte order mark is nothing', () => expect(valueOf(parseJsonText('\ufeff{"a": 1}'))).toEqual({ a: 1 }));

  test('a name that stands twice is there twice', () => {
    const node = parseJsonText('{"a": 1, "a": 2}');
    expect(node.kind === 'object' && node.members.map(({ key }) => key)).toEqual(['a', 'a']);
  });

  test.each([
    ['', 'line 1, column 1: expected a value'],
    ['{"a": 1,}', 'line 1, column 9: expected a name in double quotes'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: expected “,” or “}”'],
    ["{'a': 1}", 'line 1, column 2: expected a name in double quotes'],
    ['{"a" 1}', 'line 1, column 6: expected “:”'],
    ['[1 2]', 'line 1, column 4: expected “,” or “]”'],
    ['[1,', 'line 1, column 4: expected a value'],
    ['{} // mine', 'line 1, column 4: expected the end of the file'],
    ['"a\nb"', 'line 1, column 1: expected text'],
    ['[01]', 'line 1, column 3: expected “,” or “]”'],
    ['['.repeat(101), 'line 1, column 101: expected fewer levels'],
  ])('%j: %s', (text, message) => expect(() => parseJsonText(text)).toThrow(message));
});

/** Sets a member of the object at `path`. */
function set(text: string, key: string, value: string | undefined, ...path: readonly string[]): string {
  let node = parseJsonText(text);
  for (const step of path) {
    const member = node.kind === 'object' ? node.members.find((one) => one.key === step) : undefined;
    if (member === undefined) throw new Error(`no ${step}`);
    node = member.value;
  }
  if (node.kind !== 'object') throw new Error('no object');
  return setMember(text, node, key, value);
}

describe('setMember', () => {
  const mine = '{\n\t"profile":"mission",\n\t"bindings" : {\n\t\t"a": "x",   "b": ["y" , "z"]\n\t}\n}\n';

  test('changes one value and nothing else', () => {
    expect(set(mine, 'profile', '"phy-2.1"')).toBe(mine.replace('"mission"', '"phy-2.1"'));
    expect(set(mine, 'b', 'null', 'bindings')).toBe(mine.replace('["y" , "z"]', 'null'));
  });
  test('a new member looks as the last one', () => {
    expect(set(mine, 'c', '"w"', 'bindings')).toBe(mine.replace('"z"]', '"z"],   "c": "w"'));
    expect(set(mine, 'more', '1')).toBe(mine.replace('}\n}', '},\n\t"more": 1\n}'));
    expect(set('{"a":1}', 'b', '2')).toBe('{"a":1, "b": 2}');
  });
  test('the first member of an object begins a line', () => {
    expect(set('{}', 'a', '1')).toBe('{\n  "a": 1\n}');
    expect(set('{\n  "a": { }\n}', 'b', '1', 'a')).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
    expect(set('{\r\n\t"a": {}\r\n}', 'b', '1', 'a')).toBe('{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}');
  });
  test('taking out takes the comma along', () => {
    expect(set('{"a": 1, "b": 2, "c": 3}', 'a', undefined)).toBe('{"b": 2, "c": 3}');
    expect(set('{"a": 1, "b": 2, "c": 3}', 'b', undefined)).toBe('{"a": 1, "c": 3}');
    expect(set('{"a": 1, "b": 2, "c": 3}', 'c', undefined)).toBe('{"a": 1, "b": 2}');
    expect(set('{\n  "a": 1\n}', 'a', undefined)).toBe('{}');
    expect(set('{"a": 1}', 'b', undefined)).toBe('{"a": 1}');
  });
  test('any order of changes gives what an object would hold', () => {
    let text = '{ "k0": 0 }';
    const held = new Map<string, number>([['k0', 0]]);
    for (let step = 1; step < 200; step++) {
      const key = `k${(step * 7) % 5}`;
      if (step % 3 === 0) held.delete(key);
      else held.set(key, step);
      text = set(text, key, held.has(key) ? String(held.get(key)) : undefined);
      expect(JSON.parse(text)).toEqual(Object.fromEntries(held));
    }
  });
});
