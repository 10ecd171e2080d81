/** The views of the GUI, in the order in which they are created. Adding a view is one line. */
import type { ViewSpec } from '../gui/view/instance.ts';
import { amplitudeView } from './amplitude/panel.tsx';
import { correlogramView } from './correlogram/panel.tsx';
import { featureView } from './feature/panel.tsx';
import { firingRateView } from './firingRate/panel.tsx';
import { isiView } from './isi/panel.tsx';
import { probeView } from './probe/panel.tsx';
import { templateFeatureView } from './templateFeature/panel.tsx';
import { waveformView } from './waveform/panel.tsx';

export const viewSpecs: readonly ViewSpec[] = [
  waveformView,
  correlogramView,
  isiView,
  featureView,
  amplitudeView,
  firingRateView,
  probeView,
  templateFeatureView,
];
