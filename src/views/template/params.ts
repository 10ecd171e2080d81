/** What can be set in the template view (spec/commands.md 2, views.md 11, state keys of curation.md 4.7). */
import { choice, number } from '../../core/base/params.ts';
import { colorScheme, tableOrder } from '../../core/base/viewParams.ts';

export const params = {
  ...tableOrder('n_spikes'),
  scaling: number({
    default: 1,
    min: 1e-3,
    max: 1e3,
    decimals: 3,
    label: 'Scaling',
    doc: 'Height of the waveforms within their rows.',
    keep: 'dataset',
    stateKey: 'scaling',
    drawOnly: true,
  }),
  channelOrder: choice({
    default: 'index',
    choices: ['index', 'depth'],
    label: 'Channel order',
    doc: 'Rows from the first channel to the last, or from the top of the probe (largest y) to its tip, where neighbours are close in space.',
    keep: 'user',
    drawOnly: true,
  }),
  colorScheme: colorScheme('random'),
};
