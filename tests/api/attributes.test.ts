/** Views that depend on the dataset: one class for each attribute of its spikes. */
import { describe, expect, test, vi } from 'vitest';
import { windowPlugins } from '../../src/gui/plugins/load.ts';
import { createViewInstance } from '../../src/gui/view/createView.ts';
import { followRawFilter, linksOf, switchRawDataFilter } from '../../src/gui/view/links.ts';
import { viewSpecs, viewsOf } from '../../src/views/panels.tsx';
import { fakeClient, summary } from '../fixtures/fakeClient.ts';

const dataset = { ...summary, spikeAttributes: ['positions', 'detection_templates', 'hello', 'Hello', 'p2p'] };

describe('views of spike attributes', () => {
  test('are named as the reference names them, after the views of any dataset', () => {
    const names = viewsOf(dataset).offered.map((spec) => spec.name);
    expect(names.slice(0, viewSpecs.length)).toEqual(viewSpecs.map((spec) => spec.name));
    expect(names.slice(viewSpecs.length)).toEqual([
      'SpikePositionsView',
      'SpikeDetection_TemplatesView',
      'SpikeHelloView',
      'SpikeP2PView',
    ]);
    expect(viewsOf(summary).offered).toHaveLength(viewSpecs.length);
  });

  test('ask for their own attribute and keep their own settings', () => {
    const client = fakeClient(dataset);
    const spec = viewsOf(dataset).find('SpikePositionsView')!;
    const view = createViewInstance(spec, 'SpikePositionsView', client);
    expect(spec.query).toBe('spikeAttribute');
    expect(view.state.getState().values).toMatchObject({
      attribute: 'positions',
      spikesPerCluster: 5000,
      markerSize: 5,
    });
    view.set({ markerSize: 7, spikesPerCluster: 100 });
    expect(client.kept('user')).toEqual({ SpikePositionsView: { marker_size: 7, n_spikes_amplitudes: 100 } });
    view.resetToDefaults();
    expect(view.state.getState().values.attribute).toBe('positions');
  });

  test('one of a kept layout that this dataset lacks is found, and says which file it needs', () => {
    const views = viewsOf(summary);
    expect(views.offered.some((spec) => spec.name === 'SpikePositionsView')).toBe(false);
    expect(views.find('SpikePositionsView')?.missing(summary)).toEqual({
      title: 'This dataset has no spike_positions.npy',
      detail: 'SpikePositionsView needs spike_positions.npy, which was not found beside params.py.',
    });
    expect(viewsOf(dataset).find('SpikePositionsView')?.missing(dataset)).toBeNull();
    expect(views.find('NoSuchView')).toBeUndefined();
    expect(views.find('SpikeView')).toBeUndefined();
  });
});

test('a klusta dataset has no views of templates', () => {
  const views = viewsOf({ ...summary, format: 'kwik' });
  const { offered, others } = views;
  const names = ['TemplateView', 'TemplateFeatureView'];
  expect(offered.filter(({ name }) => names.includes(name))).toEqual([]);
  expect(offered).toHaveLength(viewSpecs.length - 2);
  expect(names.map((name) => views.find(name))).toEqual([undefined, undefined]);
  // keymap.json may give them keys all the same.
  expect(others?.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

test('a reset puts the filter in force that the dataset begins with: none for a recording', async () => {
  for (const format of ['raw', 'template'] as const) {
    const dataset = { ...summary, format };
    const client = fakeClient(dataset);
    client.mirror.setState({ plugins: { plugins: [], troubles: [], asking: null } });
    const catalog = windowPlugins(client);
    const plugins = await vi.waitUntil(() => catalog.getState());
    const view = createViewInstance(plugins.over(viewsOf(dataset)).find('TraceView')!, 'TraceView', client);
    const before = linksOf(client).getState().rawFilter;
    expect(before).toBe(format === 'raw' ? 'raw' : 'high_pass');
    const stop = followRawFilter(view);
    switchRawDataFilter(client);
    view.resetToDefaults();
    expect(view.state.getState().values.filter).toBe(before);
    expect(linksOf(client).getState().rawFilter).toBe(before);
    stop();
  }
});
