/** The views of the GUI, in the order in which they are created. Adding a view is one line. */
import type { ViewSpec } from '../gui/view/instance.ts';
import { amplitudeView } from './amplitude/panel.tsx';
import { correlogramView } from './correlogram/panel.tsx';
import { featureView } from './feature/panel.tsx';
import { waveformView } from './waveform/panel.tsx';

export const viewSpecs: readonly ViewSpec[] = [waveformView, correlogramView, featureView, amplitudeView];
