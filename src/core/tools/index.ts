/** What comes with the program by the same hooks that plugins have. */
import { joinAdditions, type Additions } from '../engine/additions.ts';
import { byGaussians, byKMeans, outliers } from './featureSplits.ts';
import { meanWaveforms } from './meanWaveforms.ts';
import { notes } from './notes.ts';
import { duplicates, shortIntervals } from './timeSplits.ts';
import { violations } from './violations.ts';

export const tools: Additions = joinAdditions([
  byGaussians,
  byKMeans,
  outliers,
  shortIntervals,
  duplicates,
  notes,
  violations,
  meanWaveforms,
]);
