/** What can be set in the firing rate view (spec/commands.md 2, views.md 9c and 9e, state keys of curation.md 4.7). */
import { number } from '../../core/base/params.ts';
import { histogramBins, histogramMaximum, histogramMinimum } from '../../core/base/viewParams.ts';

const own = { alias: 'fr', unit: { name: 's', perStored: 1 }, keep: 'dataset' } as const;

export const params = {
  binCount: histogramBins(200, own),
  minSeconds: number(histogramMinimum(own)),
  maxSeconds: number({
    ...histogramMaximum(own),
    default: null,
    nullable: true,
    nullMeans: 'end of the recording',
  }),
};
