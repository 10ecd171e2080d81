/** What can be set in the trace image view (spec/commands.md 2, views.md 7e, state keys of curation.md 4.7). */
import { number } from '../../core/base/params.ts';
import {
  autoScale,
  columnCount,
  intervalParams,
  linkedInTime,
  rawDataFilter,
  rowOrigin,
} from '../../core/base/viewParams.ts';

export const params = {
  ...intervalParams,
  filter: rawDataFilter('None, or a third-order Butterworth high-pass at 150 Hz applied forwards and backwards.'),
  scaling: number({
    default: 1,
    min: 1e-3,
    max: 1e3,
    label: 'Range',
    doc: 'Range of the colours, relative to the 1 % and 99 % quantiles of what is shown: larger is less contrast.',
    keep: 'dataset',
    stateKey: 'scaling',
  }),
  columns: columnCount,
  origin: rowOrigin,
  autoScale: autoScale('Fit the colours to what is shown.'),
  linked: linkedInTime,
};
