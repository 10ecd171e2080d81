import { definePlugin } from 'phy';

/** The snippet :fir 10 shows the clusters that fire more than 10 spikes a second. */
export default definePlugin({
  name: 'filter-action',
  commands: {
    filter_firing_rate: { alias: 'fir', menu: 'Select', run: ([rate = 1], { s }) => s.filter(`fr > ${rate}`) },
  },
});
