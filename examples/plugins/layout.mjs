import { definePlugin } from 'phy';

/** Tables side by side below large waveforms, at first and after View > Reset layout. */
export default definePlugin({
  name: 'layout',
  layout: {
    row: [
      { column: ['WaveformView', { row: ['ClusterView', 'SimilarityView'] }], size: 2 },
      { column: ['CorrelogramView', 'FeatureView', { tabs: ['AmplitudeView', 'ISIView', 'TraceView'] }] },
    ],
  },
});
