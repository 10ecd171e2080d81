/** The views of the GUI, in the order in which they are created. Adding a view is one line. */
import type { DatasetSummary } from '../core/protocol/messages.ts';
import type { ViewCatalog, ViewSpec } from '../gui/view/instance.ts';
import { amplitudeView } from './amplitude/panel.tsx';
import { clusterScatterView } from './clusterScatter/panel.tsx';
import { consoleView } from './console/panel.tsx';
import { correlogramView } from './correlogram/panel.tsx';
import { featureView } from './feature/panel.tsx';
import { firingRateView } from './firingRate/panel.tsx';
import { ipythonView } from './ipython/panel.tsx';
import { isiView } from './isi/panel.tsx';
import { probeView } from './probe/panel.tsx';
import { absentAttributeView, spikeAttributeView, spikeAttributeViews } from './spikeAttribute/panel.tsx';
import { plotView } from './plot/panel.tsx';
import { templateFeatureView } from './templateFeature/panel.tsx';
import { rasterView } from './raster/panel.tsx';
import { templateView } from './template/panel.tsx';
import { traceView } from './trace/panel.tsx';
import { traceImageView } from './traceImage/panel.tsx';
import { waveformView } from './waveform/panel.tsx';

/** Views of any dataset. */
export const viewSpecs: readonly ViewSpec[] = [
  waveformView,
  correlogramView,
  isiView,
  featureView,
  amplitudeView,
  firingRateView,
  probeView,
  templateFeatureView,
  clusterScatterView,
  rasterView,
  templateView,
  traceView,
  traceImageView,
  consoleView,
  plotView,
  ipythonView,
];

/** The views of one dataset: beside those of any, one for each attribute of its spikes. */
export function viewsOf({ format, knowsSites, spikeAttributes }: DatasetSummary): ViewCatalog {
  if (format === 'raw') return recordingViews(knowsSites !== false);
  // klusta knows no templates: what is about them has no place there (spec/views.md 15).
  const others = format === 'kwik' ? [templateFeatureView, templateView] : [];
  const offered = [...viewSpecs.filter((spec) => !others.includes(spec)), ...spikeAttributeViews(spikeAttributes)];
  const find = (name: string): ViewSpec | undefined =>
    offered.find((spec) => spec.name === name) ?? absentAttributeView(name);
  return { offered, others, find };
}

/** Without clusters there are the raw data, and the probe where something says what it is like. */
function recordingViews(knowsSites: boolean): ViewCatalog {
  const offered = [traceView, traceImageView, ...(knowsSites ? [probeView] : [])];
  return {
    offered,
    others: viewSpecs.filter((spec) => !offered.includes(spec)),
    find: (name) => offered.find((spec) => spec.name === name),
  };
}

/** One of each kind, for the documents: the view of `spike_name.npy` stands for all attributes. */
export const documentedViews: readonly ViewSpec[] = [...viewSpecs, spikeAttributeView('name')];
