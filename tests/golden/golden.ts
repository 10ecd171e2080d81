/** The reference's numbers (../shared/golden) and datasets (../shared/data), where the checkout has them beside it. */
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNpy, readArray } from '../../src/core/files/npy.ts';
import { folderStorage } from '../../src/node/folder.ts';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const shared = path.resolve(repository, '../shared');
export const goldenFolder = path.join(shared, 'golden');
/** False on a bare clone: golden tests are skipped there. */
export const hasGolden = existsSync(goldenFolder) && existsSync(path.join(shared, 'data'));

/** Name of the golden file and folder of its dataset. */
export const datasetFolders: Readonly<Record<string, string>> = {
  mini: path.join(shared, 'data/mini'),
  ks4: path.join(shared, 'data/kilosort4-neuropixels'),
  template: path.join(shared, 'data/template-sim'),
  mountainsort: path.join(shared, 'data/mountainsort-4ch'),
};

/** Any JSON value with access by key; a wrong path gives undefined and so fails the assertion that uses it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

function parse(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

export function readGolden(name: string): Json {
  return parse(readFileSync(path.join(goldenFolder, `${name}.json`), 'utf8'));
}

/** The value at a path of keys and indices. */
export function at(json: Json, ...keys: readonly (string | number)[]): Json {
  let value: Json = json;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) throw new Error(`no ${key} in ${JSON.stringify(value)}`);
    const next: Json | undefined = Array.isArray(value)
      ? value[Number(key)]
      : Object.entries(value).find(([k]) => k === String(key))?.[1];
    if (next === undefined) throw new Error(`no ${key} among ${Object.keys(value).slice(0, 20).join(', ')}`);
    value = next;
  }
  return value;
}

/** Keys of an object. */
export function keysOf(json: Json): string[] {
  return typeof json === 'object' && json !== null ? Object.keys(json) : [];
}

/** A list of numbers, or the `data` of an array written as {dtype, shape, data}; null is NaN. */
export function numbersOf(json: Json): number[] {
  const list = Array.isArray(json) ? json : at(json, 'data');
  if (!Array.isArray(list)) throw new Error('expected a list of numbers');
  return list.map((value: Json) => (value === null || value === 'nan' ? NaN : Number(value)));
}

export function numberOf(json: Json): number {
  if (typeof json !== 'number') throw new Error(`expected a number, found ${JSON.stringify(json)}`);
  return json;
}

/** Numbers of a golden array, written out or in a .npy file beside the JSON; NaN where the reference has none. */
export async function goldenArray(json: Json): Promise<ArrayLike<number>> {
  if (!keysOf(json).includes('npy')) return numbersOf(json);
  const file = at(json, 'npy');
  if (typeof file !== 'string') throw new Error('expected the name of a .npy file');
  const npy = await openNpy(folderStorage(goldenFolder), file);
  const { data } = await readArray(npy);
  await npy.file.close();
  return data;
}
