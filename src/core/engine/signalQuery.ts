/** Raw data for the views that show it: tiles of the signal at every scale, the same for all of them. */
import { nd } from '../base/nd.ts';
import { number, toggle } from '../base/params.ts';
import { MAX_LEVEL, samplesPerColumn, type SignalAnswer, type SignalTileData, TILE_COLUMNS } from '../base/tiles.ts';
import { rawDataFilter } from '../base/viewParams.ts';
import { depthRanks } from '../analysis/depth.ts';
import { type PyramidTile, SignalPyramid } from '../analysis/signalPyramid.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { defineQuery, type Query } from './query.ts';

/** Limit of the tiles that are kept. */
const KEPT_BYTES = 192 * 2 ** 20;
/** Most tiles of one request. */
const MOST_TILES = 16;

const params = {
  filter: rawDataFilter('Filter of the signal.'),
  level: number({
    default: 0,
    min: 0,
    max: MAX_LEVEL,
    integer: true,
    label: 'Level',
    doc: 'A column is 2^level samples.',
  }),
  first: number({ default: 0, min: 0, integer: true, label: 'First tile', doc: 'Index of the first tile.' }),
  count: number({ default: 1, min: 1, max: MOST_TILES, integer: true, label: 'Tiles', doc: 'Number of tiles.' }),
  refine: toggle({
    default: false,
    label: 'Refine',
    doc: 'Go on reading columns of which a part was read, and give way to every other question.',
  }),
  background: toggle({ default: false, label: 'Background', doc: 'Give way to every other question.' }),
};

/** The query `signal` over one dataset. */
export function signalQuery(dataset: Dataset): Query<typeof params, SignalAnswer> {
  const { traces, channels, sampleRate } = dataset;
  const channelIds = Int32Array.from({ length: channels.count }, (_, id) => id);
  const pyramid = traces && new SignalPyramid({ traces, sampleRate, channelIds }, KEPT_BYTES, dataset);
  const rows = depthRanks(channels);
  return defineQuery({
    name: 'signal',
    service: true,
    uncached: true,
    params,
    maxClusters: 1,
    background: ({ refine, background }) => refine || background,
    missing: () => (traces === undefined ? ['traces'] : []),
    async run({ progress }, request) {
      const { tiles, stage } = pyramid === undefined ? NOTHING : await pyramid.improve(request, progress);
      const sampleCount = traces?.sampleCount ?? 0;
      return {
        level: request.level,
        tiles: tiles.map((tile) => packed(tile, channels.count, sampleCount)),
        stage,
        rows: nd(rows),
        ...(traces?.microvolts !== undefined && { microvolts: nd(traces.microvolts) }),
      };
    },
  });
}

const NOTHING = { tiles: [], stage: 'done' } as const;

function packed(tile: PyramidTile, width: number, sampleCount: number): SignalTileData {
  const { level, index, columns, lower, upper } = tile;
  const shape = [columns, width];
  const samples = samplesPerColumn(level);
  const size = (column: number): number => Math.min(samples, sampleCount - (index * TILE_COLUMNS + column) * samples);
  return {
    index,
    lower: nd(lower, shape),
    ...(level > 0 && { upper: nd(upper, shape) }),
    read: nd(Float32Array.from(tile.read, (count, column) => count / size(column))),
  };
}
