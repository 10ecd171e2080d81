import { definePlugin } from 'phy';

/** Colours of the cluster scatter view by a number of our own, in a rainbow. */
export default definePlugin({
  name: 'color-scheme',
  metrics: { channel_count: ({ channels }) => channels.length },
  colors: { field: 'channel_count', palette: 'rainbow' },
  settings: { ClusterScatterView: { colorScheme: 'custom' } },
  openViews: ['ClusterScatterView'],
});
