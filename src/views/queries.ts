/** Every view that can be asked, by name: for the engine, `phy query` and the lasso split. */
import type { QueryTable } from '../core/engine/query.ts';
import { query as amplitude } from './amplitude/query.ts';
import { query as clusterScatter } from './clusterScatter/query.ts';
import { query as correlogram } from './correlogram/query.ts';
import { query as feature } from './feature/query.ts';
import { query as firingRate } from './firingRate/query.ts';
import { query as isi } from './isi/query.ts';
import { query as probe } from './probe/query.ts';
import { query as spikeAttribute } from './spikeAttribute/query.ts';
import { query as templateFeature } from './templateFeature/query.ts';
import { query as raster } from './raster/query.ts';
import { query as template } from './template/query.ts';
import { neighbourQuery as traceNeighbour, query as trace, spikesQuery as traceSpikes } from './trace/query.ts';
import { query as traceImage } from './traceImage/query.ts';
import { query as waveform } from './waveform/query.ts';

export const queries = {
  waveform,
  feature,
  templateFeature,
  correlogram,
  amplitude,
  isi,
  firingRate,
  probe,
  spikeAttribute,
  clusterScatter,
  raster,
  template,
  trace,
  traceSpikes,
  traceNeighbour,
  traceImage,
} satisfies QueryTable;
