import { definePlugin } from 'phy';

/** The cluster view shows two columns at first; the button Columns has the others. */
export default definePlugin({
  name: 'custom-columns',
  shownColumns: ['id', 'n_spikes'],
});
