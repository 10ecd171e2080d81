import { describe, expect, test } from 'vitest';
import { copyOfFiles, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset, smallSizes } from '../../../tests/fixtures/smallDataset.ts';
import { allActions } from '../actions/index.ts';
import type { ScriptModelAnswer } from '../engine/scriptQueries.ts';
import type { Session } from '../engine/session.ts';
import type { Scripting } from './api.ts';
import { budgetIn, viewsWith, withBudget } from './budgets.ts';
import { createScripting } from './create.ts';

const small = makeSmallDataset();
const never = new AbortController().signal;

/** `m`, `c` and `s` over a session in memory. */
async function open(): Promise<Scripting & { readonly session: Session }> {
  const session = await openMemorySession(new Disk(copyOfFiles(small.files)));
  const { answer } = await session.ask('scriptModel', [], {}, never);
  let user: Record<string, unknown> = {};
  const scripting = createScripting({
    dataset: session.opened().summary,
    model: answer as ScriptModelAnswer,
    actions: allActions().map(({ name }) => name),
    snapshot: () => session.snapshot(),
    rows: () => new Map(session.welcome().state.rows.map((row) => [row.id, row])),
    ask: async (query, clusters, params) => (await session.ask(query, clusters, params, never)).answer,
    act: (action, args) => session.act(action, args),
    budget: (name) => budgetIn(name, user),
    setBudget: (name, value) => {
      user = { ...user, ...Object.fromEntries(withBudget(name, value, user)) };
    },
  });
  return { ...scripting, session };
}

describe('the model', () => {
  test('vectors are those of the files, the clusters those of now', async () => {
    const { m, s } = await open();
    expect([m.n_spikes, m.n_channels, m.n_templates]).toEqual([200, 8, 4]);
    expect([...(await m.spike_samples)]).toEqual([...small.spikeSamples]);
    expect([...(await m.spike_times)]).toEqual(Array.from(small.spikeSamples, (at) => at / smallSizes.sampleRate));
    expect([...(await m.spike_templates)]).toEqual([...small.spikeTemplates]);
    expect([...(await m.amplitudes)]).toEqual([...small.amplitudes]);
    expect([...(await m.spike_clusters)]).toEqual([...small.spikeClusters]);
    await s.merge([0, 5]);
    const merged = Array.from(small.spikeClusters, (id) => (id === 0 || id === 5 ? 6 : id));
    expect([...(await m.spike_clusters)]).toEqual(merged);
  });

  test('rows of features, waveforms and traces are those asked for', async () => {
    const { m, session } = await open();
    const features = await m.get_features([3, 1], [2, 0]);
    const known = await session.dataset.features?.read(Int32Array.of(3, 1), [2, 0]);
    expect([features.shape, [...features.data]]).toEqual([[2, 2, smallSizes.pcs], [...(known ?? [])]]);
    const waveforms = await m.get_waveforms([7], [1]);
    const at = small.spikeSamples[7] - m.n_samples_waveforms / 2;
    const raw = Array.from(
      { length: m.n_samples_waveforms },
      (_, k) => small.raw[(at + k) * smallSizes.rawColumns + 1],
    );
    expect([waveforms.shape, [...waveforms.data]]).toEqual([[1, m.n_samples_waveforms, 1], raw]);
    const traces = await m.get_traces(10, 14, [5]);
    // Channel 5 is raw column 6.
    const expected = [10, 11, 12, 13].map((sample) => small.raw[sample * smallSizes.rawColumns + 6]);
    expect([traces.shape, [...traces.data]]).toEqual([[4, 1], expected]);
    expect((await m.get_template_features([0, 1])).shape).toEqual([2, 4]);
  });

  test('templates and what belongs to them', async () => {
    const { m, session } = await open();
    const template = await m.get_template(2);
    const known = session.dataset.templates?.get(2);
    expect([...(template?.channel_ids ?? [])]).toEqual([...(known?.channelIds ?? [])]);
    expect(template?.template.shape).toEqual([smallSizes.templateSamples, known?.channelIds.length]);
    expect(await m.get_template(99)).toBeNull();
    const found = [...small.spikeTemplates.keys()].filter((spike) => small.spikeTemplates[spike] === 2);
    expect([...(await m.get_template_spikes(2))]).toEqual(found);
  });

  test('what does not exist is refused in a sentence', async () => {
    const { m, s } = await open();
    await expect(m.get_waveforms([200])).rejects.toThrow('There is no spike 200. Spikes are 0 to 199.');
    await expect(m.get_features([1], [8])).rejects.toThrow('There is no channel 8. Channels are 0 to 7.');
    await expect(m.get_cluster_spikes(4)).rejects.toThrow('There is no cluster 4.');
    await expect(s.merge([0, 4])).rejects.toThrow('There is no cluster 4.');
    expect(() => s.n_spikes(4)).toThrow('There is no cluster 4.');
  });
});

describe('the supervisor', () => {
  test('selects, merges, splits, labels, moves, undoes and saves as the window does', async () => {
    const { m, c, s, session } = await open();
    expect([...s.clustering.cluster_ids]).toEqual([0, 1, 2, 3, 5]);
    await s.select(2, 3);
    expect([...s.selected]).toEqual([2, 3]);
    expect(await s.merge()).toMatchObject({ added: [6], deleted: [2, 3], message: 'Merge clusters 2, 3 to 6.' });
    expect(s.dirty).toBe(true);
    const spikes = await s.clustering.spikes_per_cluster.get(6);
    expect(s.clustering.cluster_counts.get(6)).toBe(spikes.length);
    expect([...(await s.clustering.spikes_in_clusters([6]))]).toEqual([...spikes]);
    expect([...(await c.get_spike_times(6))]).toEqual(Array.from(spikes, (k) => small.spikeSamples[k] / 10_000));
    const split = await s.split(spikes.subarray(0, 2), Int32Array.of(0, 1));
    expect(split.added).toEqual([7, 8, 9]);
    await s.label('quality', 3, 7);
    expect(s.cluster_meta.get('quality', 7)).toBe(3);
    expect([...s.cluster_meta.to_dict('quality')]).toEqual([[7, 3]]);
    await s.move('good', [8]);
    expect(s.get_cluster_info(8)?.group).toBe('good');
    await s.actions.undo();
    await s.undo();
    await s.undo();
    expect([...s.clustering.cluster_ids]).toEqual([0, 1, 5, 6]);
    await s.redo();
    await s.sort('id', 'asc');
    expect([...s.shown]).toEqual([0, 1, 5, 7, 8, 9]);
    expect((await s.save()).files).toContain('spike_clusters.npy');
    expect((await s.save(true)).files).toContain('spike_clusters.npy');
    expect([...(await m.spike_clusters)]).toEqual(Array.from({ length: 200 }, (_, k) => session.clusters.clusterOf(k)));
  });

  test('any action can be done by its name, with words or one object', async () => {
    const { s } = await open();
    await s.actions.select([0, 1]);
    expect([...s.selected_clusters]).toEqual([0, 1]);
    await s.actions.select({ ids: Int32Array.of(5) });
    expect([...s.selected_clusters]).toEqual([5]);
    await s.actions.next();
    expect(s.selected_similar.length).toBe(1);
    await expect(s.actions.label('quality')).rejects.toThrow('label expects a name and a value');
  });
});

describe('limits', () => {
  test('are read from what is kept and written for every view that has them', async () => {
    const { c } = await open();
    expect(c.n_spikes_features).toBe(2500);
    c.n_spikes_features = 10;
    expect(c.n_spikes_features).toBe(10);
    expect(() => (c.n_spikes_waveforms = 0)).toThrow('n_spikes_waveforms is 0, expected a whole number of 1 or more.');
  });

  test('reach copies in the layout, and no view of another name', () => {
    const user = {
      layout: { panels: { 'WaveformView (2)': {}, 'FeatureView (1)': {}, XWaveformView: {}, SpikeDepthView: {} } },
      'WaveformView (1)': { n_spikes_waveforms: 7, other: true },
    };
    expect(viewsWith('n_spikes_waveforms', user)).toEqual(['WaveformView', 'WaveformView (2)', 'WaveformView (1)']);
    expect(viewsWith('n_spikes_amplitudes', user)).toEqual(['AmplitudeView', 'SpikeDepthView']);
    expect(withBudget('n_spikes_waveforms', 5, user)[2]).toEqual([
      'WaveformView (1)',
      { n_spikes_waveforms: 5, other: true },
    ]);
  });

  test('lists every action, and takes none for another', async () => {
    const { s, c } = await open();
    expect(Object.keys(s.actions)).toEqual(allActions().map(({ name }) => name));
    // As sloppy code does: it would go on without an error.
    expect(() => Reflect.set(c, 'n_spikes_waveform', 1)).toThrow('n_spikes_waveform of the controller does not exist.');
    expect(() => Reflect.set(s.actions, 'merge', 1)).toThrow('merge of the actions cannot be set.');
    c.n_spikes_waveforms = 7;
    expect(c.n_spikes_waveforms).toBe(7);
  });
});
