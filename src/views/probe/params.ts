/** What can be set in the probe view (spec/views.md 13e, state keys of curation.md 4.7). */
import { toggle } from '../../core/base/params.ts';

export const params = {
  labels: toggle({
    default: false,
    label: 'Show labels',
    doc: 'Write the channel labels on the sites, as many as there is room for. More appear when zooming in.',
    keep: 'user',
    stateKey: 'do_show_labels',
    drawOnly: true,
  }),
  trueAspect: toggle({
    default: false,
    label: 'True aspect ratio',
    doc: 'Draw a micrometre as long in one direction as in the other; otherwise shanks are drawn side by side and stretched to fill the view.',
    keep: 'user',
    stateKey: 'true_aspect',
    drawOnly: true,
  }),
};
