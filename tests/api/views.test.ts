/** Menus, gestures and links of the views, without a browser: instances on a client that has no engine. */
import { describe, expect, test } from 'vitest';
import { PhyError } from '../../src/core/base/errors.ts';
import { createViewInstance } from '../../src/gui/view/createView.ts';
import type { ViewInstance } from '../../src/gui/view/instance.ts';
import { addLassoPoint, clearLassos, lassoRequests } from '../../src/gui/view/lasso.ts';
import { clickFeature, switchRawDataFilter } from '../../src/gui/view/links.ts';
import { fieldsOf } from '../../src/gui/shell/settingsFields.ts';
import { timeWindowOf } from '../../src/gui/view/timeWindow.ts';
import { viewSpecs } from '../../src/views/panels.tsx';
import { type FakeClient, fakeClient, summary } from '../fixtures/fakeClient.ts';

function open(name: string, client: FakeClient = fakeClient()): ViewInstance {
  const spec = viewSpecs.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`no ${name}`);
  return createViewInstance(spec, name, client);
}
function run(view: ViewInstance, name: string, ...args: readonly unknown[]): unknown {
  const action = view.spec.actions.find((one) => one.name === name || one.aliases.includes(name));
  if (action === undefined) throw new Error(`no action ${name}`);
  return action.run(view, args);
}
const cellRequest = () => ({ x: '1A', y: '0A', clusters: [2] });
const valueOf = (view: ViewInstance, name: string) => view.state.getState().values[name];
const keysOf = (name: string) =>
  Object.fromEntries(
    viewSpecs
      .find((spec) => spec.name === name)!
      .actions.flatMap((one) => (one.keys.mission === undefined ? [] : [[one.name, one.keys.mission[0]]])),
  );

describe('keys of curation.md 7.3', () => {
  test('waveform view', () => {
    expect(keysOf('WaveformView')).toEqual({
      increase: 'ctrl+up',
      decrease: 'ctrl+down',
      toggle_waveform_overlap: 'o',
      toggle_show_labels: 'ctrl+l',
      next_waveforms_type: 'w',
      previous_waveforms_type: 'shift+w',
      toggle_mean_waveforms: 'm',
      widen: 'ctrl+right',
      narrow: 'ctrl+left',
      extend_horizontally: 'shift+right',
      shrink_horizontally: 'shift+left',
      extend_vertically: 'shift+up',
      shrink_vertically: 'shift+down',
    });
  });
  test('feature, correlogram and amplitude views', () => {
    expect(keysOf('FeatureView')).toEqual({
      increase: 'ctrl++',
      decrease: 'ctrl+-',
      toggle_automatic_channel_selection: 'c',
    });
    expect(keysOf('CorrelogramView')).toEqual({ toggle_normalization: 'n' });
    expect(keysOf('AmplitudeView')).toEqual({ next_amplitudes_type: 'a', previous_amplitudes_type: 'shift+a' });
  });
  test('histogram and template feature views have none', () => {
    for (const name of ['ISIView', 'FiringRateView', 'TemplateFeatureView']) expect(keysOf(name)).toEqual({});
  });
  test('raster, template and cluster scatter views', () => {
    expect(keysOf('RasterView')).toEqual({
      increase_marker_size: 'ctrl+shift++',
      decrease_marker_size: 'ctrl+shift+-',
    });
    expect(keysOf('TemplateView')).toEqual({ increase: 'ctrl+alt++', decrease: 'ctrl+alt+-' });
    expect(keysOf('ClusterScatterView')).toEqual({});
  });
  test('trace and trace image view', () => {
    expect(keysOf('TraceView')).toEqual({
      increase: 'alt+up',
      decrease: 'alt+down',
      toggle_show_labels: 'alt+l',
      toggle_highlighted_spikes: 'alt+s',
      switch_origin: 'alt+o',
      go_to: 'alt+t',
      go_to_start: 'alt+home',
      go_to_end: 'alt+end',
      go_right: 'alt+right',
      go_left: 'alt+left',
      jump_right: 'shift+alt+right',
      jump_left: 'shift+alt+left',
      widen: 'alt+-',
      narrow: 'alt++',
      go_to_next_spike: 'alt+pgdown',
      go_to_previous_spike: 'alt+pgup',
    });
    expect(keysOf('TraceImageView')).toEqual({
      increase: 'ctrl+alt+up',
      decrease: 'ctrl+alt+down',
      switch_origin: 'ctrl+alt+o',
      go_to: 'ctrl+alt+t',
      go_to_start: 'ctrl+alt+home',
      go_to_end: 'ctrl+alt+end',
      go_right: 'ctrl+alt+right',
      go_left: 'ctrl+alt+left',
      jump_right: 'ctrl+shift+alt+right',
      jump_left: 'ctrl+shift+alt+left',
      widen: 'ctrl+alt+shift+-',
      narrow: 'ctrl+alt+shift++',
    });
  });
  test('no two actions of a view have the same name or alias', () => {
    for (const spec of viewSpecs) {
      const names = spec.actions.flatMap((one) => [one.name, ...one.aliases]);
      expect(new Set(names).size, spec.name).toBe(names.length);
    }
  });
});

describe('snippets', () => {
  test(':cb, :cw and :cr are in ms, refuse contradictions and offer the present value', () => {
    const view = open('CorrelogramView');
    run(view, 'cw', 100);
    run(view, 'cb', 0.5);
    expect([valueOf(view, 'windowSeconds'), valueOf(view, 'binSeconds')]).toEqual([0.1, 0.0005]);
    expect(() => run(view, 'cw', 0.2)).toThrow('Window must be wider than one bin (0.5 ms).');
    expect(() => run(view, 'cr', 200)).toThrow('Refractory period must be 0.1 to 100 ms.');
    expect(() => run(view, 'cb', 'wide')).toThrow(PhyError);
    const prompt = view.spec.actions.find((one) => one.name === 'set_window')?.prompt;
    expect(prompt?.value(view)).toBe('100');
    run(view, 'reset_scaling');
    expect(valueOf(view, 'windowSeconds')).toBe(0.05);
    // Bin, window and refractory period are kept per dataset (views.md 5e).
    expect(view.client.kept('dataset')).toEqual({ CorrelogramView: { window_size: 0.05, bin_size: 0.0005 } });
  });

  test(':isin, :isib, :isimin, :isimax and :isir are in ms, :frn, :frb, :frmin and :frmax in s', () => {
    const client = fakeClient();
    const isi = open('ISIView', client);
    run(isi, 'isib', 0.5);
    run(isi, 'isimax', 100);
    run(isi, 'isimin', 1);
    run(isi, 'isir', 1.5);
    const set = { binCount: 100, minSeconds: 0.001, maxSeconds: 0.1, refractorySeconds: 0.0015 };
    expect(isi.state.getState().values).toEqual(set);
    run(isi, 'im', 200);
    run(isi, 'isin', 30);
    expect(client.kept('dataset')).toEqual({
      ISIView: { n_bins: 30, x_min: 0.001, x_max: 0.2, refractory_period: 0.0015 },
    });
    const rate = open('FiringRateView', client);
    run(rate, 'frb', 1);
    expect(rate.state.getState().values).toEqual({ binCount: 20, minSeconds: 0, maxSeconds: null });
    run(rate, 'fm', 10);
    run(rate, 'frmin', 4);
    run(rate, 'frn', 3);
    expect(rate.state.getState().values).toEqual({ binCount: 3, minSeconds: 4, maxSeconds: 10 });
    run(rate, 'frmax', 'all');
    expect(valueOf(rate, 'maxSeconds')).toBeNull();
    expect(client.kept('user')).toEqual({});
  });
  test(':tg and :ts move in seconds and refuse anything else; steps and jumps are tenths', () => {
    const view = open('TraceView');
    const shown = () => timeWindowOf(view).interval.map((seconds) => Number(seconds.toFixed(6)));
    run(view, 'tg', 5);
    expect(shown()).toEqual([4.875, 5.125]);
    run(view, 'ts', -0.5);
    expect(shown()).toEqual([4.375, 4.625]);
    expect(() => run(view, 'tg', 'soon')).toThrow('go_to takes a number of seconds.');
    expect(() => run(view, 'ts')).toThrow(PhyError);
    const prompt = view.spec.actions.find((one) => one.name === 'go_to')?.prompt;
    expect(prompt?.value(view)).toBe('4.5');
    run(view, 'go_right');
    expect(shown()).toEqual([4.4, 4.65]);
    run(view, 'jump_left');
    expect(shown()).toEqual([2.4, 2.65]);
    run(view, 'widen');
    run(view, 'narrow');
    expect(shown()).toEqual([2.4, 2.65]);
    run(view, 'go_to_end');
    expect(shown()).toEqual([19.75, 20]);
    run(view, 'go_to_start');
    expect(shown()).toEqual([0, 0.25]);
    run(view, 'switch_origin');
    expect(valueOf(view, 'origin')).toBe('top');
  });

  test(':wn sets the number of waveforms, `all` lifts the limit', () => {
    const view = open('WaveformView');
    run(view, 'wn', 20);
    expect(valueOf(view, 'spikesPerCluster')).toBe(20);
    run(view, 'wn', 'all');
    expect(valueOf(view, 'spikesPerCluster')).toBeNull();
  });
});

describe('views of all clusters', () => {
  const rows = [1, 2, 3].map((id) => ({
    id,
    group: id === 2 ? 'mua' : null,
    is_masked: id === 2,
    ch: String(id),
    amp: id / 2,
    depth: 20 * id,
    fr: 3 - id,
    n_spikes: 100 * id,
    ...(id === 3 && { quality: 4 }),
  }));
  function openScatter(): ViewInstance {
    const client = fakeClient();
    const columns = ['id', 'ch', 'amp', 'depth', 'fr', 'n_spikes', 'quality'];
    client.select([], [], { rows: new Map(rows.map((one) => [one.id, one])) });
    const { snapshot } = client.mirror.getState();
    client.mirror.setState({ snapshot: { ...snapshot!, columns } });
    return open('ClusterScatterView', client);
  }
  const FIELDS = ['amp', 'depth', 'fr', 'id', 'is_masked', 'n_spikes', 'quality'];

  test(':csx, :csy and :css take columns of numbers; others change nothing and are named', () => {
    const view = openScatter();
    run(view, 'csx', 'n_spikes');
    run(view, 'csy', 'quality');
    run(view, 'css', 'is_masked');
    expect(['x', 'y', 'size'].map((name) => valueOf(view, name))).toEqual(['n_spikes', 'quality', 'is_masked']);
    expect(() => run(view, 'csx', 'ch')).toThrow(`There is no numeric column ch. Columns: ${FIELDS.join(', ')}.`);
    expect(() => run(view, 'csy')).toThrow(PhyError);
    expect(valueOf(view, 'x')).toBe('n_spikes');
    expect(view.client.kept('user')).toEqual({
      ClusterScatterView: { x_axis: 'n_spikes', y_axis: 'quality', size: 'is_masked' },
    });
    const prompt = view.spec.actions.find((one) => one.name === 'set_y_axis')?.prompt;
    expect(prompt?.value(view)).toBe('quality');
    run(view, 'toggle_log_scale_for_x_axis');
    run(view, 'toggle_log_scale_for_size');
    expect(['xLog', 'yLog', 'sizeLog'].map((name) => valueOf(view, name))).toEqual([true, false, false]);
  });

  test('the menu and the settings form offer the same columns', () => {
    const view = openScatter();
    const entries = view.spec.moreActions?.(view) ?? [];
    for (const submenu of ['Change x_axis', 'Change y_axis', 'Change size']) {
      expect(entries.filter((entry) => entry.submenu === submenu).map((entry) => entry.title)).toEqual(FIELDS);
    }
    void entries.find((entry) => entry.name === 'change_size_to_n_spikes')?.run(view, []);
    expect(valueOf(view, 'size')).toBe('n_spikes');
    const checked = entries.filter((entry) => entry.checked?.(view) === true).map((entry) => entry.name);
    expect(checked).toEqual(['change_x_axis_to_amp', 'change_y_axis_to_depth', 'change_size_to_n_spikes']);
    const form = view.spec.fields?.(view);
    const { x, markerSize } = form?.specs ?? {};
    expect([x?.kind === 'choice' && x.choices, markerSize]).toEqual([FIELDS, view.spec.params.markerSize]);
    form?.change('x', 'fr');
    expect([form?.values().x, valueOf(view, 'x')]).toEqual(['fr', 'fr']);
  });

  test('a lasso in the cluster scatter view takes no part in a split, and goes when an axis changes', () => {
    const view = openScatter();
    for (const data of [
      [0, 0],
      [9, 0],
      [9, 9],
    ] as const) {
      addLassoPoint(view, { frame: 'scatter', data }, () => null);
    }
    expect(view.state.getState().lasso?.polygon).toHaveLength(3);
    expect(lassoRequests([view])).toEqual([]);
    run(view, 'css', 'amp');
    expect(view.state.getState().lasso).not.toBeNull();
    run(view, 'csx', 'fr');
    expect(view.state.getState().lasso).toBeNull();
  });

  test('marker sizes and scalings step by 1.1 within their limits, under older names too', () => {
    const raster = open('RasterView');
    run(raster, 'increase');
    run(raster, 'increase_marker_size');
    expect(valueOf(raster, 'markerSize')).toBeCloseTo(6.05);
    run(raster, 'reset_marker_size');
    expect(valueOf(raster, 'markerSize')).toBe(5);
    const template = open('TemplateView');
    for (let k = 0; k < 100; k++) run(template, 'increase');
    expect(valueOf(template, 'scaling')).toBe(1000);
    run(template, 'reset_scaling');
    run(template, 'decrease');
    expect(valueOf(template, 'scaling')).toBeCloseTo(1 / 1.1);
    run(template, 'toggle_channels_by_depth');
    expect(valueOf(template, 'channelOrder')).toBe('depth');
    // Scaling is kept for the dataset, the rest for the user (curation.md 4.7).
    expect(template.client.kept('dataset')).toEqual({ TemplateView: { scaling: 1 / 1.1 } });
    expect(template.client.kept('user')).toEqual({ TemplateView: { channelOrder: 'depth' } });
  });

  test('colour schemes are kept by their name, per view', () => {
    const client = fakeClient();
    const raster = open('RasterView', client);
    run(raster, 'next_color_scheme');
    expect(valueOf(raster, 'colorScheme')).toBe('cluster_group');
    run(open('ClusterScatterView', client), 'previous_color_scheme');
    expect(client.kept('user')).toEqual({
      RasterView: { color_scheme: 'cluster_group' },
      ClusterScatterView: { color_scheme: 'depth' },
    });
    expect(valueOf(open('RasterView', client), 'colorScheme')).toBe('cluster_group');
  });
});

describe('types', () => {
  test('waveform types rotate among what the dataset has', () => {
    const view = open('WaveformView');
    run(view, 'next_waveforms_type');
    expect(valueOf(view, 'type')).toBe('mean_waveforms');
    run(view, 'toggle_mean_waveforms');
    expect(valueOf(view, 'type')).toBe('waveforms');
    run(view, 'previous_waveforms_type');
    expect(valueOf(view, 'type')).toBe('templates');
    const bare = open('WaveformView', fakeClient({ ...summary, has: { ...summary.has, waveforms: false } }));
    const why = (name: string) => bare.spec.actions.find((one) => one.name === name)?.enabled?.(bare);
    expect(why('next_waveforms_type')).toBe('This dataset only has templates.');
    expect(why('toggle_mean_waveforms')).toBe('This dataset has no mean_waveforms.');
    expect(why('toggle_templates')).toBe('This dataset has no waveforms.');
  });

  test('waveforms stand in for templates, chosen in another dataset, where there are none', () => {
    const client = fakeClient({ ...summary, has: { ...summary.has, templates: false } });
    client.keep('user', 'WaveformView', { waveforms_type: 'templates' });
    const view = open('WaveformView', client);
    const isChecked = (name: string) => view.spec.actions.find((one) => one.name === name)?.checked?.(view);
    expect([isChecked('toggle_templates'), isChecked('toggle_mean_waveforms')]).toEqual([false, false]);
    run(view, 'next_waveforms_type');
    expect(valueOf(view, 'type')).toBe('mean_waveforms');
    expect(isChecked('toggle_mean_waveforms')).toBe(true);
  });

  test('exported waveforms are enough for waveforms and raw amplitudes', () => {
    const client = fakeClient({ ...summary, has: { ...summary.has, traces: false } });
    const waveform = open('WaveformView', client);
    run(waveform, 'next_waveforms_type');
    expect(valueOf(waveform, 'type')).toBe('mean_waveforms');
    const amplitude = open('AmplitudeView', client);
    run(amplitude, 'previous_amplitudes_type');
    expect(valueOf(amplitude, 'type')).toBe('raw');
    expect(open('TraceView', client).spec.missing(client.mirror.getState().dataset ?? summary)).not.toBeNull();
  });

  test('settings offer the types that the dataset has, and say which is shown', () => {
    const client = fakeClient({ ...summary, has: { ...summary.has, waveforms: false, amplitudes: false } });
    const settings = ['WaveformView', 'AmplitudeView'].map((name) => {
      const { specs, values, defaults } = fieldsOf(open(name, client));
      return [specs.type?.kind === 'choice' && specs.type.choices, values().type, defaults().type];
    });
    expect(settings).toEqual([
      [['templates'], 'templates', 'templates'],
      [['feature', 'template_feature'], 'feature', 'feature'],
    ]);
  });

  test('amplitude types rotate alphabetically; both spellings work', () => {
    const view = open('AmplitudeView');
    const seen = ['next_amplitude_type', 'next_amplitudes_type', 'next_amplitudes_type', 'next_amplitudes_type'].map(
      (name) => {
        run(view, name);
        return valueOf(view, 'type');
      },
    );
    expect(seen).toEqual(['template_feature', 'feature', 'raw', 'template']);
  });
});

describe('links', () => {
  test('a dimension picked in a feature view turns amplitude views to features', () => {
    const client = fakeClient();
    const view = open('AmplitudeView', client);
    clickFeature(client, { dim: '1B', channelId: 3, pc: 1 }, [2]);
    expect(valueOf(view, 'type')).toBe('feature');
  });

  test('alt+r changes the filter of views that follow, not of frozen ones; a closed view no longer listens', () => {
    const client = fakeClient();
    const [following, frozen, closed] = [1, 2, 3].map(() => open('WaveformView', client));
    frozen.setAutoUpdate(false);
    closed.dispose();
    switchRawDataFilter(client);
    expect([following, frozen, closed].map((view) => valueOf(view, 'filter'))).toEqual([
      'raw',
      'high_pass',
      'high_pass',
    ]);
  });

  test('a filter chosen in the settings of one view is that of all that follow, and is kept', () => {
    const client = fakeClient();
    const [chosen, following, frozen] = ['WaveformView', 'TraceView', 'AmplitudeView'].map((name) =>
      open(name, client),
    );
    frozen.setAutoUpdate(false);
    chosen.set({ filter: 'raw' });
    expect([chosen, following, frozen].map((view) => valueOf(view, 'filter'))).toEqual(['raw', 'raw', 'high_pass']);
    expect(client.kept('user').raw_data_filter_name).toBe('raw');
    expect(valueOf(open('WaveformView', client), 'filter')).toBe('raw');
    // What does not follow has a filter of its own.
    following.setAutoUpdate(false);
    following.set({ filter: 'high_pass' });
    expect([chosen, following].map((view) => valueOf(view, 'filter'))).toEqual(['raw', 'high_pass']);
  });

  test('channels fixed by hand go back to automatic with the next selection', () => {
    const client = fakeClient();
    const view = open('FeatureView', client);
    client.select([2]);
    view.set({ channels: [3, 1] });
    client.select([4]);
    expect(valueOf(view, 'channels')).toBeNull();
  });
});

test('a setting is read only where it belongs: of the dataset, or of the user (views.md 1.14)', () => {
  const client = fakeClient();
  client.keep('user', 'CorrelogramView', { bin_size: 0.002, uniform_normalization: true });
  client.keep('dataset', 'CorrelogramView', { window_size: 0.1, uniform_normalization: false });
  const view = open('CorrelogramView', client);
  expect(['binSeconds', 'windowSeconds', 'uniform'].map((name) => valueOf(view, name))).toEqual([0.001, 0.1, true]);
});

describe('lassos', () => {
  test.each([
    ['AmplitudeView', 'scatter', { type: 'feature' }, { markerSize: 3 }],
    ['FeatureView', '1A,0A', { grid: '0A,0B' }, { featureScaling: 2 }],
  ] as const)('in %s ends when its axes go, not when points are drawn otherwise', (name, frame, axes, drawing) => {
    const view = open(name);
    addLassoPoint(view, { frame, data: [1, 1] }, cellRequest);
    view.set(drawing);
    expect(view.state.getState().lasso).not.toBeNull();
    view.set(axes);
    expect(view.state.getState().lasso).toBeNull();
  });

  test('the first vertex fixes the cell; three vertices make a request for the split', () => {
    const view = open('FeatureView');
    const add = (frame: string, x: number, y: number) => addLassoPoint(view, { frame, data: [x, y] }, cellRequest);
    add('1A,0A', 0, 0);
    add('0B,0A', 9, 9);
    add('1A,0A', 1, 0);
    expect(lassoRequests([view])).toEqual([]);
    add('1A,0A', 1, 1);
    expect(lassoRequests([view, open('WaveformView')])).toEqual([
      {
        view: 'feature',
        x: '1A',
        y: '0A',
        clusters: [2],
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ]);
    clearLassos([view]);
    expect(lassoRequests([view])).toEqual([]);
  });
});

describe('missing data', () => {
  test('each view says what it needs, and opens when it is there', () => {
    const none = {
      ...summary.has,
      traces: false,
      waveforms: false,
      templates: false,
      features: false,
      amplitudes: false,
      templateFeatures: false,
    };
    const because = {
      features: 'pc_features.npy was not found beside params.py.',
      amplitudes: 'amplitudes.npy was not found beside params.py.',
      templateFeatures: 'template_features.npy was not found beside params.py.',
      templates: 'templates.npy was not found beside params.py.',
      traces: 'recording.dat was not found. Correct dat_path in params.py, or put the file there.',
    };
    const bare = { ...summary, has: none, missingBecause: because };
    const missing = Object.fromEntries(viewSpecs.map((spec) => [spec.name, spec.missing(bare)?.detail ?? null]));
    expect(missing).toMatchObject({
      WaveformView: `${because.traces} ${because.templates}`,
      CorrelogramView: null,
      FeatureView: 'FeatureView needs pc_features.npy, which was not found beside params.py.',
      AmplitudeView: 'AmplitudeView needs amplitudes.npy, which was not found beside params.py.',
      ISIView: null,
      FiringRateView: null,
      TemplateFeatureView: 'TemplateFeatureView needs template_features.npy, which was not found beside params.py.',
      TraceView: because.traces,
      TraceImageView: because.traces,
      ProbeView: null,
      ClusterScatterView: null,
      RasterView: null,
      TemplateView: 'TemplateView needs templates.npy, which was not found beside params.py.',
    });
    expect(viewSpecs.every((spec) => spec.missing(summary) === null)).toBe(true);
  });
});
