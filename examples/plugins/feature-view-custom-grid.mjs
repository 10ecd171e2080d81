import { definePlugin } from 'phy';

/** Three by three cells in the feature view. */
export default definePlugin({
  name: 'feature-view-custom-grid',
  settings: { FeatureView: { grid: '0A,1A 1A,1A 2A,1A; 0A,2A 1A,2A 2A,2A; 0A,0B 1A,0B 2A,0B' } },
});
