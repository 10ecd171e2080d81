import { describe, expect, it } from 'vitest';
import { PhyError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import { lassoCounts, polygonFromNdc, resolveMissing } from './lassoSplit.ts';
import { insidePolygon } from '../base/polygon.ts';

const square = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
] as const;
const none = Number.NaN;
type Polygon = readonly (readonly [number, number])[];

describe('points in a polygon', () => {
  it('are inside by the even-odd rule', () => {
    const star = [
      [0, 3],
      [2, -3],
      [-3, 1],
      [3, 1],
      [-2, -3],
    ] as const;
    // The middle of a pentagram is crossed twice, so it is outside; its arms are inside.
    const inside = insidePolygon(
      Float64Array.of(0, 0, 2, none, 0, -1.5),
      Float64Array.of(0, 2, 0.8, 0, none, -2.2),
      star,
    );
    expect(Array.from(inside)).toEqual([0, 1, 1, 0, 0, 1]);
  });
  it('need three vertices', () => {
    expect(Array.from(insidePolygon(Float64Array.of(1), Float64Array.of(1), square.slice(0, 2)))).toEqual([0]);
  });
  it('agree with the angle swept around them, for random star-shaped polygons', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 20; round++) {
      const radii = Array.from({ length: 9 }, () => 0.3 + random.next());
      const polygon = radii.map(
        (r, i) => [r * Math.cos((i * 2 * Math.PI) / 9), r * Math.sin((i * 2 * Math.PI) / 9)] as const,
      );
      const x = Float64Array.from({ length: 300 }, () => 3 * random.next() - 1.5);
      const y = Float64Array.from({ length: 300 }, () => 3 * random.next() - 1.5);
      const inside = insidePolygon(x, y, polygon);
      for (let i = 0; i < 300; i++) {
        let angle = 0;
        for (let a = 0; a < 9; a++) {
          const [x0, y0] = [polygon[a][0] - x[i], polygon[a][1] - y[i]];
          const [x1, y1] = [polygon[(a + 1) % 9][0] - x[i], polygon[(a + 1) % 9][1] - y[i]];
          angle += Math.atan2(x0 * y1 - x1 * y0, x0 * x1 + y0 * y1);
        }
        expect(inside[i]).toBe(Math.abs(angle) > Math.PI ? 1 : 0);
      }
    }
  });
});

describe('a lasso', () => {
  const coordinates = {
    spikeIds: Int32Array.of(3, 5, 8, 13, 21, 34, 55),
    x: Float64Array.of(1, 1.5, 9, 10, none, 1.2, none),
    y: Float64Array.of(1, 0.5, 9, 10, 1, none, none),
    bounds: [0, 0, 10, 10] as const,
  };
  const resolved = async (
    mode: 'cancel' | 'remainder' | 'nearest' | 'own',
    of = coordinates,
    polygon: Polygon = square,
  ) => Array.from(resolveMissing(mode, of, await lassoCounts(of, polygon)));
  it('counts what it holds and what it cannot hold', async () => {
    const { inside, missing, total } = await lassoCounts(coordinates, square);
    expect([Array.from(inside), Array.from(missing), total]).toEqual([[3, 5], [21, 34, 55], 7]);
  });
  it('is refused while spikes have no coordinate', async () => {
    const error: unknown = await resolved('cancel').catch((reason: unknown) => reason);
    expect(error instanceof PhyError && error.message).toBe(
      '3 of 7 spikes have no coordinate here. Choose where they go.',
    );
    const choices = ['remainder', 'nearest', 'own'];
    expect(error instanceof PhyError && error.facts).toMatchObject({ missing: 3, total: 7, inside: 2, choices });
  });
  it('leaves them with the rest', async () => {
    expect(await resolved('remainder')).toEqual([3, 5]);
  });
  it('leaves them to a cluster of their own, which is not the one of the lasso', async () => {
    expect(await resolved('own')).toEqual([3, 5]);
  });
  it('gives them to the nearer side, as far as they have a coordinate', async () => {
    expect(await resolved('nearest')).toEqual([3, 5, 21, 34]);
  });
  it('holds nothing when it is empty, and needs no choice then', async () => {
    const far = square.map(([x, y]) => [x + 100, y] as const);
    expect(await resolved('cancel', coordinates, far)).toEqual([]);
  });
  it('keeps spikes without a coordinate when everything else is inside', async () => {
    const all = [
      [-1, -1],
      [11, -1],
      [11, 11],
      [-1, 11],
    ] as const;
    expect(await resolved('nearest', coordinates, all)).toEqual([3, 5, 8, 13]);
  });
  it('sorts spikes of several clusters', async () => {
    const two = { ...coordinates, spikeIds: Int32Array.of(30, 5, 8, 13, 21, 34, 55) };
    expect(await resolved('remainder', two)).toEqual([5, 30]);
  });
  it('gives up the thread while it counts, and can be cancelled there', async () => {
    const count = 30_000;
    const many = {
      spikeIds: Int32Array.from({ length: count }, (_, i) => i),
      x: Float64Array.from({ length: count }, (_, i) => (i % 7 === 0 ? none : i % 3)),
      y: new Float64Array(count).fill(1),
      bounds: [0, 0, 1, 1] as const,
    };
    let pauses = 0;
    const { inside, missing } = await lassoCounts(many, square, async () => void pauses++);
    const expected = many.spikeIds.filter((i) => i % 7 !== 0 && i % 3 === 1);
    expect(Array.from(inside)).toEqual(expect.arrayContaining(Array.from(expected)));
    expect(missing.length).toBe(Math.ceil(count / 7));
    expect(pauses).toBeGreaterThan(3);
    const cancelled = lassoCounts(many, square, () => Promise.reject(new Error('cancelled')));
    await expect(cancelled).rejects.toThrow('cancelled');
  });
  it('may be given in units of the view', () => {
    expect(
      polygonFromNdc(
        [
          [-1, 0],
          [1, 1],
        ],
        [0, -4, 20, 4],
      ),
    ).toEqual([
      [0, 0],
      [20, 4],
    ]);
    expect(polygonFromNdc([[-1, 0.5]], [0, 3, 20, 3])).toEqual([[0, 0.5]]);
  });
});
