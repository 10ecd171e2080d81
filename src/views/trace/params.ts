/** What can be set in the trace view (spec/commands.md 2, views.md 6e, state keys of curation.md 4.7). */
import { ids, number, toggle } from '../../core/base/params.ts';
import {
  autoScale,
  colorScheme,
  columnCount,
  intervalParams,
  linkedInTime,
  rawDataFilter,
  rowOrigin,
} from '../../core/base/viewParams.ts';

export const params = {
  ...intervalParams,
  filter: rawDataFilter('None, or a third-order Butterworth high-pass at 150 Hz applied forwards and backwards.'),
  channels: ids({
    default: null,
    label: 'Channels',
    doc: 'Channel ids whose traces are answered; automatic: all. An empty list answers spikes only.',
    hidden: true,
  }),
  allSpikes: toggle({
    default: false,
    label: 'Highlight all spikes',
    doc: 'Colour the spikes of all clusters, not only of the selected ones.',
    keep: 'user',
    stateKey: 'show_all_spikes',
  }),
  columns: columnCount,
  labels: toggle({
    default: true,
    label: 'Show labels',
    doc: 'Show the channel numbers beside the traces.',
    keep: 'user',
    stateKey: 'do_show_labels',
    drawOnly: true,
  }),
  origin: rowOrigin,
  autoScale: autoScale('Fit the rows to what is shown: from the 1 % to the 99 % quantile of all channels.'),
  scaling: number({
    default: 1,
    min: 1e-3,
    max: 1e3,
    label: 'Row height',
    doc: 'Height of the traces, relative to the rows.',
    keep: 'dataset',
    stateKey: 'scaling',
    drawOnly: true,
  }),
  colorScheme: colorScheme('depth'),
  linked: linkedInTime,
};
