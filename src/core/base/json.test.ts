import { describe, expect, it } from 'vitest';
import { nd, type NdArray } from './nd.ts';
import { arrayFileName, jsonPieces, jsonText } from './json.ts';

describe('jsonText', () => {
  it('writes arrays with dtype and shape, and what is missing as null', () => {
    const answer = {
      total: 3,
      rate: Number.NaN,
      label: undefined,
      clusters: [{ clusterId: 0, x: nd(new Float32Array([0.5, Number.NaN, Infinity])) }],
    };
    expect(jsonText(answer)).toBe(
      '{"total":3,"rate":null,"clusters":[{"clusterId":0,"x":{"dtype":"float32","shape":[3],"data":[0.5,null,null]}}]}',
    );
  });

  it('keeps the shape of empty arrays, and writes bool as true and false', () => {
    expect(jsonText(nd(new Float32Array(0), [0, 82, 12]))).toBe('{"dtype":"float32","shape":[0,82,12],"data":[]}');
    const flags: NdArray = { dtype: 'bool', shape: [2], data: new Uint8Array([1, 0]) };
    expect(jsonText(flags)).toBe('{"dtype":"bool","shape":[2],"data":[true,false]}');
  });

  it('writes long arrays in pieces that together are valid', () => {
    const data = Int32Array.from({ length: 200_000 }, (_, i) => i);
    expect([...jsonPieces(nd(data))].length).toBeGreaterThan(4);
    expect(JSON.parse(jsonText(nd(data))).data).toEqual([...data]);
  });

  it('hands arrays over under their path', () => {
    const names: string[] = [];
    const take = (array: NdArray, path: readonly string[]): object => {
      names.push(arrayFileName(path));
      return { dtype: array.dtype, shape: array.shape, npy: arrayFileName(path) };
    };
    const text = [...jsonPieces({ clusters: [{ spikeIds: nd(new Int32Array(2)) }] }, take)].join('');
    expect(text).toBe('{"clusters":[{"spikeIds":{"dtype":"int32","shape":[2],"npy":"clusters_0_spikeIds.npy"}}]}');
    expect(names).toEqual(['clusters_0_spikeIds.npy']);
  });
});
