/** What is drawn of raw data, from files to marks: at every scale the smallest and the largest sample of each column, by brute force. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeDataset, fakeSpikes } from '../../../tests/fixtures/fakeDataset.ts';
import { queryContext } from '../../../tests/fixtures/queryContext.ts';
import { nd } from '../../core/base/nd.ts';
import { defaults, parseParams } from '../../core/base/params.ts';
import { seededRandom } from '../../core/base/random.ts';
import { samplesPerColumn, samplesPerTile } from '../../core/base/tiles.ts';
import { filterFor, filterPair } from '../../core/analysis/filter.ts';
import { signalQuery } from '../../core/engine/signalQuery.ts';
import { elementType } from '../../core/files/elements.ts';
import { flatBinary } from '../../core/files/flatBinary.ts';
import { memoryStorage } from '../../core/storage/memory.ts';
import type { Traces } from '../../core/dataset/dataset.ts';
import { darkStyle } from '../../gui/colors/style.ts';
import { HOME } from '../../gui/plot/camera.ts';
import type { SignalsMark } from '../../gui/plot/scene.ts';
import { coverTiles, type Piece, type SignalTile, tileOf } from '../../gui/view/signalTiles.ts';
import { traceScene } from './draw.ts';
import { params } from './params.ts';
import type { TraceSpikes } from './query.ts';

const CHANNELS = 3;
const RATE = 10_000;
/** Samples of each file of the recording, none a multiple of a column or a tile. */
const FILES = [70_001, 13, 90_007, 40_979];
const SAMPLES = FILES.reduce((sum, count) => sum + count, 0);
type Filter = 'raw' | 'high_pass';

/** Noise on an offset of each channel and file, with a spike now and then: a step where files meet. */
function makeSamples(): Int16Array {
  const random = seededRandom(11);
  const bounds = FILES.map((_, k) => FILES.slice(0, k + 1).reduce((sum, count) => sum + count, 0));
  return Int16Array.from({ length: SAMPLES * CHANNELS }, (_, i) => {
    const file = bounds.findIndex((bound) => Math.floor(i / CHANNELS) < bound);
    return (
      200 * file - 100 * (i % CHANNELS) + 40 * (random.next() + random.next() - 1) - (random.below(300) === 0 ? 150 : 0)
    );
  });
}

async function readFiles(samples: Int16Array): Promise<Traces> {
  const storage = memoryStorage();
  const parts = [];
  let first = 0;
  for (const [k, count] of FILES.entries()) {
    const own = samples.slice(first * CHANNELS, (first + count) * CHANNELS);
    await storage.replace(`part${k}.dat`, new Uint8Array(own.buffer));
    parts.push({ file: await storage.open(`part${k}.dat`), offset: 0, sampleCount: count });
    first += count;
  }
  const source = flatBinary(parts, CHANNELS, elementType('int16', false));
  return {
    sampleCount: SAMPLES,
    chunkBounds: source.chunkBounds(RATE),
    read: (...given) => source.read(...given),
    windows: (...given) => source.windows(...given),
  };
}

/** The filter over the whole recording at once: [sample][channel]. */
function filtered(samples: Int16Array, filter: Filter): Float32Array {
  const data = Float32Array.from(samples);
  if (filter === 'raw') return data;
  const pair = new Float64Array(2 * SAMPLES);
  const out = new Float32Array(data.length);
  for (let c = 0; c < CHANNELS; c++) {
    const entry = { first: c, base: data[c] };
    filterPair(filterFor(filter, RATE), data, CHANNELS, [entry, entry], SAMPLES, pair);
    for (let s = 0; s < SAMPLES; s++) out[s * CHANNELS + c] = pair[2 * s];
  }
  return out;
}

describe('what is drawn of raw data in several files', () => {
  const samples = makeSamples();
  let traces: Traces;
  beforeAll(async () => {
    traces = await readFiles(samples);
  });

  /** Tiles as a window has them once they are done. */
  async function tilesOf(filter: Filter, level: number, first: number, last: number): Promise<readonly SignalTile[]> {
    const spikes = fakeSpikes({ samples: [SAMPLES - 1], clusters: [0], sampleRate: RATE });
    const dataset = fakeDataset(spikes, RATE, { traces }, CHANNELS);
    const query = signalQuery(dataset);
    const values = parseParams(query.params, { filter, level, first, count: last - first + 1, refine: true });
    for (;;) {
      const { tiles, stage } = await query.run(queryContext(dataset), values, []);
      if (stage === 'done') return tiles.flatMap((data) => tileOf(level, data, stage) ?? []);
    }
  }

  it.each(['raw', 'high_pass'] as const)('is the smallest and largest of each column: %s', async (filter) => {
    const whole = filtered(samples, filter);
    const random = seededRandom(filter === 'raw' ? 1 : 2);
    // Both ends, and where files meet.
    const places = [0, SAMPLES - 1, FILES[0], FILES[0] + FILES[1], SAMPLES - FILES[3]];
    for (let round = 0; round < 40; round++) {
      const level = random.below(13);
      const size = samplesPerTile(level);
      const at = places[round] ?? random.below(SAMPLES);
      const first = Math.max(0, Math.floor((at - size / 2) / size));
      const last = Math.floor(Math.min(at + size / 2, SAMPLES - 1) / size);
      const tiles = await tilesOf(filter, level, first, last);
      const lookup = (of: number, index: number) => tiles.find((tile) => of === level && tile.index === index);
      const pieces = coverTiles(lookup, level, first, last, SAMPLES);
      const drawn = new Set<number>();
      for (const mark of signalsOf(pieces)) checkColumns(mark, level, whole, drawn);
      const count = Math.min(SAMPLES, (last + 1) * size) - first * size;
      expect(drawn.size).toBe(Math.ceil(count / samplesPerColumn(level)));
    }
  });
});

const style = darkStyle();
const ranks = Int32Array.from({ length: CHANNELS }, (_, channel) => channel);

/** The marks of the traces, at a scale at which a value is what it is. */
function signalsOf(pieces: readonly Piece[]): readonly SignalsMark[] {
  const scene = traceScene({
    pieces,
    ranks,
    channelLabels: ['0', '1', '2'],
    sampleRate: RATE,
    duration: SAMPLES / RATE,
    scale: { low: -1, high: 1, offsets: null },
    spikes: noSpikes,
    clusters: [],
    colorOf: () => [0, 0, 0, 0],
    values: defaults(params),
    style,
    size: { width: 800, height: 600 },
    front: null,
    zoomY: 1,
    home: HOME,
  });
  return scene.frames[0].marks.filter((mark) => mark.kind === 'signals');
}
const noSpikes: TraceSpikes = {
  spikeIds: nd(new Int32Array(0)),
  spikeClusters: nd(new Int32Array(0)),
  spikeSamples: nd(new Float64Array(0)),
  spikeSampleCount: 10,
  shown: 0,
  total: 0,
  channels: [],
  density: nd(new Int32Array(0), [0, 240]),
};

/** Compares every column of a mark with the samples that it lies over, and notes where it begins. */
function checkColumns(mark: SignalsMark, level: number, whole: Float32Array, drawn: Set<number>): void {
  const samples = samplesPerColumn(level);
  expect(mark.dx).toBeCloseTo(samples / RATE, 9);
  let worst = 0;
  for (let column = mark.from; column < mark.to; column++) {
    const start = Math.round((mark.x0 + column * mark.dx) * RATE);
    drawn.add(start);
    for (let c = 0; c < CHANNELS; c++) {
      let low = Infinity;
      let high = -Infinity;
      for (let s = start; s < Math.min(start + samples, SAMPLES); s++) {
        low = Math.min(low, whole[s * CHANNELS + c]);
        high = Math.max(high, whole[s * CHANNELS + c]);
      }
      const at = column * CHANNELS + c;
      worst = Math.max(worst, Math.abs(mark.values.lower[at] - low), Math.abs(mark.values.upper[at] - high));
    }
  }
  // A block is filtered with so much around it that less than this is left of the steps where files meet.
  expect(worst).toBeLessThan(2e-3);
}
