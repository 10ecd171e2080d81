import { describe, expect, test } from 'vitest';
import { bodiesOf, callAround, isCompleteStatement, pathBefore, scan } from './jsText.ts';

const AsyncFunction = (async () => undefined).constructor as new (...args: string[]) => () => Promise<unknown>;

/** Runs one text after the other as the console does; the value of the last one. */
async function evaluate(...codes: readonly string[]): Promise<unknown> {
  let value: unknown;
  for (const code of codes) value = await compile(code)();
  return value;
}
function compile(code: string): () => Promise<unknown> {
  let trouble: unknown;
  for (const body of bodiesOf(code)) {
    try {
      return new AsyncFunction(body);
    } catch (error) {
      trouble = error;
    }
  }
  throw trouble;
}

describe('values', () => {
  test.each([
    ['1 + 1', 2],
    ['1 + 1;', 2],
    ['({ a: 1 }).a', 1],
    ['const x1 = 4; x1 * 2', 8],
    ['const { a1, b1: [c1] } = { a1: 1, b1: [2] }, d1 = 3; [a1, c1, d1].join()', '1,2,3'],
    ['let g1, h1 = 2;\n[g1, h1].length', 2],
    ['await Promise.resolve(5)', 5],
    ['const p1 = await Promise.resolve(6)\np1', 6],
    ['function f2(x) { return x + 1 }\nf2(1)', 2],
    ['f3(1); function f3(x) { return x + 2 }', undefined],
    ['async function f4() { return 9 }\nawait f4()', 9],
    ['class A1 { get v() { return 3 } }\nnew A1().v', 3],
    ['for (const i of [1, 2]) { globalThis.last1 = i }\nlast1', 2],
    ['let n1 = 0; for (const i of [1, 2, 3])\n n1 += i', undefined],
    ['if (true) {\n globalThis.q1 = 1\n} else {\n globalThis.q1 = 2\n}\nq1', 1],
    ['`a${[1, 2].map((x) => `<${x}>`).join("}")}b`', 'a<1>}<2>b'],
    ['/[/"]+/.test("/") // "', true],
    ['[1, 2, 3]\n  .map((x) => x * 2)\n  .join()', '2,4,6'],
    ['const fn0 = (a) => {\n  return a * 2\n}\nfn0(5)', 10],
    ['const cm1 = 1 // note\nlet cm2 = 2 /* note */\ncm1 + cm2 // sum', 3],
    ['const o2 = {\n  a: [\n    1\n  ]\n}\no2.a[0]', 1],
    ['const fn1 = (a) => {\n  return a * 2;\n};\nfn1(4)', 8],
    ['const o1 = {\n  a: 1,\n}\no1.a', 1],
    ['4 /2/ 1', 2],
    ['"done" /* ; */ ;', 'done'],
  ])('%s', async (code, value) => {
    expect(await evaluate(code)).toEqual(value);
  });

  test('what one text declares, the next one sees', async () => {
    expect(await evaluate('const k1 = 1, k2 = [2]', 'let k3 = k1 + k2[0]', 'k3')).toBe(3);
    expect(await evaluate('function k4() { return k3 * 2 }', 'class K5 { v = k4() }', 'new K5().v')).toBe(6);
  });

  test('lines stay where they are', () => {
    for (const code of ['1\n\nthrow 2', 'const a = 1\nconst b = 2\nb', 'class A {\n}\nlet c\nnew A()']) {
      for (const body of bodiesOf(code)) expect(body.split('\n').length, body).toBe(code.split('\n').length);
    }
  });
});

describe('complete', () => {
  test.each(['1', 'f()', 'const a = {\n}', 'a++', 'x => 1', '`a`', '"a', 'if (a) { b }', '// note', ''])(
    'yes: %s',
    (code) => {
      expect(isCompleteStatement(code)).toBe(true);
    },
  );
  test.each(['f(', 'if (a) {', 'const a =', 'a +', '`a', '/* a', 'x =>', 'a.', '[1,', 'else', 'const'])(
    'no: %s',
    (code) => {
      expect(isCompleteStatement(code)).toBe(false);
    },
  );
});

test('the path and the call at the caret', () => {
  expect(pathBefore('x = s.clustering.clu', 20)).toEqual({ owner: ['s', 'clustering'], start: 17 });
  expect(pathBefore('s.', 2)).toEqual({ owner: ['s'], start: 2 });
  expect(pathBefore('me', 2)).toEqual({ owner: [], start: 0 });
  expect(pathBefore('f().x', 5)).toBeNull();
  expect(pathBefore('"s.', 3)).toBeNull();
  expect(callAround('await s.label("a", ', 19)).toEqual(['s', 'label']);
  expect(callAround('s.merge([1, ', 12)).toBeNull();
  expect(callAround('s.merge([1])', 12)).toBeNull();
});

test('tokens know their brackets', () => {
  const { tokens, open, depth } = scan('f({ a: [1, `${b({})}`] })');
  expect([open, depth]).toEqual([null, 0]);
  expect(tokens.map(({ text, depth }) => `${text}${depth}`).join(' ')).toBe(
    'f0 (0 {1 a2 :2 [2 13 ,3 `${b({})}`3 ]2 }1 )0',
  );
});
