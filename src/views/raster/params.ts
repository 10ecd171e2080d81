/** What can be set in the raster view (spec/commands.md 2, views.md 10, state keys of curation.md 4.7). */
import { number, toggle } from '../../core/base/params.ts';
import { colorScheme, markerSize, tableOrder } from '../../core/base/viewParams.ts';

const seconds = { name: 's', perStored: 1 } as const;

export const params = {
  startSeconds: number({
    default: 0,
    min: 0,
    unit: seconds,
    label: 'Start',
    doc: 'Beginning of the interval. The view itself asks for what is on screen.',
    hidden: true,
  }),
  endSeconds: number({
    default: null,
    min: 0,
    nullable: true,
    nullMeans: 'end of the recording',
    unit: seconds,
    label: 'End',
    doc: 'End of the interval; a spike exactly there belongs to it only at the end of the recording.',
    hidden: true,
  }),
  columns: number({
    default: null,
    min: 1,
    max: 100_000,
    integer: true,
    nullable: true,
    nullMeans: 'every spike',
    label: 'Columns',
    doc: 'Count the spikes of each cluster in so many equal columns, instead of listing every spike.',
    hidden: true,
  }),
  ...tableOrder('n_spikes'),
  markerSize: markerSize(5, 'Width of the bar that a spike is drawn as: 40 % of this and 2 px more.'),
  uniform: toggle({
    default: false,
    label: 'One brightness for all',
    doc: 'Bright means the same number of spikes in every row; otherwise each row is as bright at its own busiest moment.',
    keep: 'user',
    drawOnly: true,
  }),
  colorScheme: colorScheme('random'),
};
