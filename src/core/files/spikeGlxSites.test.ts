import { describe, expect, it } from 'vitest';
import { imecSites } from './spikeGlxSites.ts';

type Lines = Readonly<Record<string, string>>;
const sites = (lines: Lines, columnCount = 385) => imecSites((key) => lines[key], columnCount);
/** The map that SpikeGLX writes for the lowest sites of a probe with `columns` columns, in the order of the channels. */
const shankMap = (head: string, columns: number, count: number, shankOf: (site: number) => number = () => 0): string =>
  `(${head})${Array.from({ length: count }, (_, k) => `(${shankOf(k)}:${k % columns}:${Math.floor(k / columns)}:1)`).join('')}`;

describe('sites of imec probes', () => {
  const np1 = {
    snsApLfSy: '384,0,1',
    imDatPrb_type: '0',
    imDatPrb_pn: 'NP1000',
    snsShankMap: shankMap('1,2,480', 2, 384),
  };

  it('of Neuropixels 1.0 are staggered: every second row is 16 µm to the left', () => {
    const found = sites(np1);
    expect([...(found?.positions.subarray(0, 12) ?? [])]).toEqual([27, 0, 59, 0, 11, 20, 43, 20, 27, 40, 59, 40]);
    expect([...(found?.positions.subarray(766) ?? [])]).toEqual([43, 191 * 20, Number.NaN, Number.NaN]);
    expect(found?.shanks[383]).toBe(0);
    expect(found?.shanks[384]).toBe(-1);
  });

  it('of the LF band, of files with a row for the digital column, and of probes without part number and type are the same', () => {
    const expected = sites(np1);
    expect(sites({ ...np1, snsApLfSy: '0,384,1' })).toEqual(expected);
    expect(sites({ ...np1, snsShankMap: `${np1.snsShankMap}(0:1:190:0)` })).toEqual(expected);
    expect(sites({ snsApLfSy: '384,0,1', snsShankMap: np1.snsShankMap })).toEqual(expected);
  });

  it('of Neuropixels 2.0 stand in straight columns, on shanks 250 µm apart', () => {
    const np2 = { snsApLfSy: '384,0,1', imDatPrb_type: '24', imDatPrb_pn: 'NP2010' };
    const found = sites({ ...np2, snsShankMap: shankMap('4,2,640', 2, 384, (k) => k % 4) });
    expect([...(found?.positions.subarray(0, 8) ?? [])]).toEqual([27, 0, 309, 0, 527, 15, 809, 15]);
    expect([...(found?.shanks.subarray(0, 5) ?? [])]).toEqual([0, 1, 2, 3, 0]);
    const { imDatPrb_pn: _, ...untold } = np2;
    expect(sites({ ...untold, snsShankMap: shankMap('4,2,640', 2, 384, (k) => k % 4) })).toEqual(found);
  });

  it('are those of the table in µm where there is one', () => {
    const snsGeomMap = '(NP1000,1,0,70)(0:1:2:1)(0:3:4:0)';
    expect([...(sites({ ...np1, snsApLfSy: '2,0,1', snsGeomMap }, 3)?.positions ?? [])]).toEqual([
      1,
      2,
      3,
      4,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it.each<[string, Lines]>([
    ['a probe whose measures are not known', { imDatPrb_pn: 'NP1110' }],
    ['a type that several kinds of probe have', { imDatPrb_pn: '', imDatPrb_type: '0' }],
    ['a map of another probe', { imDatPrb_pn: 'NP1100' }],
    ['a map that is too short', { snsShankMap: shankMap('1,2,480', 2, 383) }],
    ['a map with a site beside the probe', { snsShankMap: shankMap('1,2,480', 3, 384) }],
    ['a map of words', { snsShankMap: `(1,2,480)${'(a:b:c:d)'.repeat(384)}` }],
    ['no map', { snsShankMap: '' }],
  ])('are not guessed for %s', (_, change) => {
    expect(sites({ ...np1, ...change })).toBeUndefined();
  });
});
