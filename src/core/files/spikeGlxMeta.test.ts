import { describe, expect, it } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { spikeGlxMicrovolts } from './spikeGlxMeta.ts';

const meta = (lines: Readonly<Record<string, string | number>>): string =>
  Object.entries(lines)
    .map(([key, value]) => `${key}=${value}`)
    .join('\r\n');
const read = (lines: Readonly<Record<string, string | number>>): number[] => [
  ...(spikeGlxMicrovolts(meta(lines), 'a.meta') ?? []),
];
const table = (head: string, count: number, row: (k: number) => string): string =>
  `(${head})${Array.from({ length: count }, (_, k) => `(${row(k)})`).join('')}`;

describe('gains in SpikeGLX .meta files', () => {
  const np1 = {
    typeThis: 'imec',
    imAiRangeMax: 0.6,
    imAiRangeMin: -0.6,
    imMaxInt: 512,
    imDatPrb_type: 0,
    acqApLfSy: '384,384,1',
    snsApLfSy: '384,0,1',
    snsSaveChanSubset: '0:383,768',
    '~imroTbl': table('0,384', 384, (k) => `${k} 0 0 ${k === 7 ? 250 : 500} 250 1`),
  };

  it('Neuropixels 1.0: one gain for each channel and band, in a table', () => {
    const ap = read(np1);
    expect(ap).toHaveLength(385);
    expect(ap[0]).toBeCloseTo(2.34375, 12);
    expect(ap[7]).toBeCloseTo(4.6875, 12);
    expect(ap[384]).toBeNaN();
    const lf = read({ ...np1, snsApLfSy: '0,384,1', snsSaveChanSubset: '384:768' });
    expect(lf[0]).toBeCloseTo(4.6875, 12);
    expect(lf).toHaveLength(385);
    const all = read({ ...np1, snsApLfSy: '384,384,1', snsSaveChanSubset: 'all' });
    expect(all).toHaveLength(769);
    // Files of the first probes say neither their type nor their largest integer.
    const { imDatPrb_type: _, imMaxInt: __, ...old } = np1;
    expect(read({ ...old, '~imroTbl': table('641251510,3,384', 384, (k) => `${k} 0 0 500 250`) })[3]).toBeCloseTo(
      2.34375,
      12,
    );
  });

  it('Neuropixels 2.0: one gain for all, from the file where it says it', () => {
    const np2 = {
      typeThis: 'imec',
      imAiRangeMax: 0.5,
      imMaxInt: 8192,
      imDatPrb_type: 24,
      acqApLfSy: '384,0,1',
      snsApLfSy: '4,0,1',
      snsSaveChanSubset: '0:1,5,7,384',
      '~imroTbl': table('24,384', 384, (k) => `${k} 0 0 0 ${k}`),
    };
    const unit = (0.5 / 8192) * 1e6;
    expect(read(np2)).toEqual([unit / 80, unit / 80, unit / 80, unit / 80, Number.NaN]);
    expect(read({ ...np2, imDatPrb_type: 2013, imAiRangeMax: 0.62, imMaxInt: 2048 })[0]).toBeCloseTo(
      (0.62 / 2048 / 100) * 1e6,
      12,
    );
    expect(read({ ...np2, imDatPrb_type: 3010, imChan0apGain: 120 })[0]).toBeCloseTo(unit / 120, 12);
    expect(read({ ...np2, imDatPrb_type: 1110, '~imroTbl': '(1110,2,0,500,250,1)(0 0 0)' })[0]).toBeCloseTo(
      unit / 500,
      12,
    );
  });

  it('National Instruments: multiplexed neural, auxiliary, analog and digital columns', () => {
    const ni = {
      typeThis: 'nidq',
      niAiRangeMax: 2.5,
      niMaxInt: 32768,
      niMNGain: 200,
      niMAGain: 50,
      acqMnMaXaDw: '2,1,1,1',
      snsMnMaXaDw: '2,1,1,1',
      snsSaveChanSubset: '0:4',
    };
    const unit = (2.5 / 32768) * 1e6;
    expect(read(ni)).toEqual([unit / 200, unit / 200, unit / 50, unit, Number.NaN]);
  });

  it('OneBox: analog columns have no gain', () => {
    const unit = (5 / 32768) * 1e6;
    expect(read({ typeThis: 'obx', obAiRangeMax: 5, obMaxInt: 32768, acqXaDwSy: '2,1,1' })).toEqual([
      unit,
      unit,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('a .meta file of another program is none of ours', () => {
    expect(spikeGlxMicrovolts('<?xml version="1.0"?>\n<a b="c"/>', 'a.meta')).toBeUndefined();
    expect(spikeGlxMicrovolts('', 'a.meta')).toBeUndefined();
  });

  it.each([
    [{ imAiRangeMax: 'wide' }, 'a.meta has imAiRangeMax = wide, expected a number. Values are shown in raw units.'],
    [{ '~imroTbl': '(0,384)(0 0 0 500 250 1)' }, 'a.meta has 1 entries with gains in imroTbl, expected 384.'],
    [{ '~imroTbl': table('0,384', 384, (k) => `${k} 0 0 0 250 1`) }, 'expected 384'],
    [{ imDatPrb_type: 4711 }, 'a.meta is of a probe of type 4711 without imChan0apGain, expected a known gain.'],
    [{ snsSaveChanSubset: '0:383,900' }, 'a.meta has snsSaveChanSubset = 0:383,900, expected channels below 769.'],
    [{ acqApLfSy: 'many' }, 'a.meta has snsApLfSy = many'],
    [{ typeThis: 'other' }, 'a.meta has typeThis = other, expected imec, nidq or obx.'],
  ])('says what is wrong: %o', (change, sentence) => {
    expect(() => read({ ...np1, ...change })).toThrow(sentence);
    try {
      read({ ...np1, ...change });
    } catch (error) {
      expect(error).toBeInstanceOf(PhyError);
    }
  });
});
