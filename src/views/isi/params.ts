/** What can be set in the ISI view (spec/commands.md 2, views.md 9c and 9e, state keys of curation.md 4.7). */
import { number } from '../../core/base/params.ts';
import { REFRACTORY_SECONDS, histogramBins, histogramMaximum, histogramMinimum } from '../../core/base/viewParams.ts';

const own = { alias: 'isi', unit: { name: 'ms', perStored: 1000 }, keep: 'dataset' } as const;

export const params = {
  binCount: histogramBins(50, own),
  minSeconds: number(histogramMinimum(own)),
  maxSeconds: number({ ...histogramMaximum(own), default: 0.05 }),
  refractorySeconds: number({
    default: REFRACTORY_SECONDS,
    min: 1e-6,
    max: 0.1,
    unit: own.unit,
    decimals: 3,
    snippet: 'isir',
    label: 'Refractory period',
    doc: 'Intervals shorter than this are counted as violations; a dashed line marks it.',
    keep: 'dataset',
    stateKey: 'refractory_period',
  }),
};
