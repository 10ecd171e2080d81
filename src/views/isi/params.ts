/** What can be set in the ISI view (spec/commands.md 2, views.md 9c and 9e, state keys of curation.md 4.7). */
import { number } from '../../core/base/params.ts';
import { histogramBins, histogramMaximum, histogramMinimum, violationBound } from '../../core/base/viewParams.ts';

const own = { alias: 'isi', unit: { name: 'ms', perStored: 1000 }, keep: 'dataset' } as const;

export const params = {
  binCount: histogramBins(50, own),
  minSeconds: number(histogramMinimum(own)),
  maxSeconds: number({ ...histogramMaximum(own), default: 0.05 }),
  refractorySeconds: violationBound,
};
