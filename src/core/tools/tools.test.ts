/** The ready-made splitters and commands on a small dataset: values, one undo each, the same parts in preview and split, the seed in the journal. */
import { describe, expect, it } from 'vitest';
import { copyOfFiles, curationOf, Disk, openMemorySession } from '../../../tests/fixtures/memorySession.ts';
import { makeSmallDataset } from '../../../tests/fixtures/smallDataset.ts';
import { joinBytes } from '../storage/memory.ts';
import type { SplitAnswer } from '../engine/additions.ts';
import type { Session } from '../engine/session.ts';
import { tools } from './index.ts';
import { duplicateSpikes } from './timeSplits.ts';
import { shortIntervalSpikes, shortIntervalTimes } from '../analysis/shortIntervals.ts';
import { seededRandom } from '../base/random.ts';

const small = makeSmallDataset();
const noSignal = (): AbortSignal => new AbortController().signal;

async function open(): Promise<{ readonly session: Session; readonly disk: Disk }> {
  const disk = new Disk(copyOfFiles(small.files));
  return { session: await openMemorySession(disk, { additions: tools }), disk };
}
const ask = async (
  session: Session,
  query: string,
  clusters: readonly number[],
  params: object = {},
): Promise<unknown> => (await session.ask(query, clusters, { ...params }, noSignal())).answer;

const SPLITS = [
  ['split_kmeans', { parts: 3, channels: 2, seed: 4 }],
  ['split_gaussians', { parts: 2, channels: 1, seed: 0 }],
  ['split_outliers', { share: 0.2, channels: 1 }],
  ['split_short_isi', { seconds: 0.05 }],
  ['split_duplicates', { seconds: 0.05 }],
] as const;

describe('every splitter', () => {
  for (const [name, params] of SPLITS) {
    it(`${name} splits as its preview says, undoes as one action, and records how`, async () => {
      const { session, disk } = await open();
      await session.act('select', [0, 1]);
      const before = curationOf(session);
      const parts = (await ask(session, name, [0, 1], params)) as SplitAnswer;
      const preview = await ask(session, 'split_preview', [0, 1], {
        request: JSON.stringify({ splitter: name, params }),
      });
      expect(preview).toEqual({ parts: parts.parts, note: parts.note });
      expect(parts.parts.length).toBeGreaterThan(1);
      expect(parts.parts.reduce((sum, { spikeCount }) => sum + spikeCount, 0)).toBe(parts.spikeIds.data.length);

      const result = await session.act(name, { ...params });
      expect(result.ok, result.message).toBe(true);
      for (const { label, spikeCount } of parts.parts) {
        const spikes = parts.spikeIds.data.filter((_, i) => parts.labels.data[i] === label);
        const [cluster] = new Set(Array.from(spikes, (spike) => session.clusters.clusterOf(spike)));
        expect(session.clusters.spikesOf(cluster)).toEqual(spikes);
        expect(spikes).toHaveLength(spikeCount);
      }
      await session.act('undo', []);
      expect(curationOf(session)).toBe(before);
      const journal = new TextDecoder().decode(joinBytes([await disk.folder('.phy/ts').readAll('journal.jsonl')]));
      const line = journal.split('\n').find((text) => text.includes(`"action":"${name}"`)) ?? '{}';
      expect(JSON.parse(line)).toMatchObject({ op: 'split', by: { params } });
      await session.close();
    });
  }

  it('gives the same parts again, and others for another seed only where it is random', async () => {
    const { session } = await open();
    const labels = async (params: object): Promise<Int32Array> =>
      ((await ask(session, 'split_kmeans', [0, 1], params)) as SplitAnswer).labels.data;
    const { session: other } = await open();
    const again = (await ask(other, 'split_kmeans', [0, 1], { parts: 5, channels: 2 })) as SplitAnswer;
    expect(again.labels.data).toEqual(await labels({ parts: 5, channels: 2 }));
    await session.close();
    await other.close();
  });

  it('keeps spikes without features apart', async () => {
    const { session } = await open();
    const { labels, spikeIds, parts, note } = (await ask(session, 'split_kmeans', [0, 1, 2, 3, 5], {
      channels: 2,
    })) as SplitAnswer;
    const channels = session.facts.bestChannels(0).subarray(0, 2);
    const features = await session.dataset.features?.read(spikeIds.data, channels);
    spikeIds.data.forEach((_, i) => {
      const row = features?.subarray(i * 6, (i + 1) * 6) ?? [];
      expect(labels.data[i] === -1).toBe(!Array.from(row).every(Number.isFinite));
    });
    const lacking = labels.data.filter((label) => label === -1).length;
    expect(lacking).toBeGreaterThan(1);
    expect(parts.at(-1)).toMatchObject({ label: -1, name: 'not classified', spikeCount: lacking });
    expect(note).toBe(`${lacking} spikes have no features on these channels: a part of their own.`);
    await session.close();
  });

  it('needs clusters, and refuses what it does not know', async () => {
    const { session } = await open();
    expect(await session.act('split_kmeans', [])).toMatchObject({
      ok: false,
      message: 'No clusters selected, cannot split.',
    });
    expect(await session.act('split_kmeans', { clusters: [99] })).toMatchObject({ ok: false });
    expect(await session.act('split_kmeans', ['nonsense'])).toMatchObject({ ok: false });
    await session.act('select', [2]);
    const one = await session.act('split_short_isi', { seconds: 0 });
    expect(one).toMatchObject({ ok: true, message: 'Short intervals finds one part only, nothing was split.' });
    await session.close();
  });
});

describe('the preview', () => {
  it('shows a view of the parts as clusters to come', async () => {
    const { session } = await open();
    const request = {
      splitter: 'split_short_isi',
      params: { seconds: 0.05 },
      view: 'violations',
      viewParams: { seconds: 0.05 },
      first: 6,
    };
    const answer = (await ask(session, 'split_preview', [0, 1], { request: JSON.stringify(request) })) as {
      times: { data: Float64Array };
    };
    const all = (await ask(session, 'violations', [0, 1], { seconds: 0.05 })) as { times: { data: Float64Array } };
    expect(answer.times.data).toEqual(all.times.data);
    await session.close();
  });
});

describe('by time', () => {
  const random = seededRandom(3);
  const times = Float64Array.from({ length: 300 }, () => Math.round(random.next() * 3000) / 1000).sort();

  it('short intervals are those of a plain computation', () => {
    const labels = shortIntervalSpikes(times, 0.005, true);
    const second = shortIntervalSpikes(times, 0.005, false);
    times.forEach((time, i) => {
      const before = i > 0 && time - times[i - 1] < 0.005;
      const after = i + 1 < times.length && times[i + 1] - time < 0.005;
      expect(labels[i]).toBe(Number(before || after));
      expect(second[i]).toBe(Number(before));
    });
    expect(shortIntervalTimes(times, 0.005)).toHaveLength(second.reduce((sum, label) => sum + label, 0));
  });

  it('no two spikes that stay are duplicates, and every duplicate is near one that stays', () => {
    const weights = Float64Array.from(times, (_, i) => (i * 7919) % 13);
    for (const heavy of [undefined, weights]) {
      const labels = duplicateSpikes(times, 0.004, heavy);
      const kept = [...times.keys()].filter((i) => labels[i] === 0);
      if (heavy === undefined) {
        for (let k = 1; k < kept.length; k++) expect(times[kept[k]] - times[kept[k - 1]]).toBeGreaterThan(0.004);
      }
      for (const i of times.keys()) {
        if (labels[i] === 1) expect(kept.some((k) => Math.abs(times[k] - times[i]) <= 0.008)).toBe(true);
      }
    }
  });
});

describe('notes', () => {
  it('are labels that come back after undo', async () => {
    const { session } = await open();
    await session.act('select', [2, 3]);
    expect(await session.act('quality', ['4'])).toMatchObject({
      ok: true,
      message: 'Set quality of clusters 2 and 3 to 4.',
    });
    expect(await session.act('comment', ['drifts a lot'])).toMatchObject({ ok: true });
    expect(session.clusters.metadata('quality', 2)).toBe(4);
    expect(session.clusters.metadata('comment', 3)).toBe('drifts a lot');
    await session.act('comment', []);
    expect(session.clusters.metadata('comment', 3)).toBeNull();
    await session.act('undo', []);
    expect(session.clusters.metadata('comment', 3)).toBe('drifts a lot');
    expect(await session.act('comment', ['two\nlines'])).toMatchObject({ ok: false });
    await session.close();
  });
});

const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
};

describe('mean waveforms', () => {
  it('are the means of raw windows', async () => {
    const { session } = await open();
    const answer = (await ask(session, 'mean_waveforms', [2], { filter: 'raw', milliseconds: 2 })) as {
      means: { shape: readonly number[]; data: Float32Array };
      spikeCounts: { data: Int32Array };
      spikeSample: number;
    };
    const { dataset, clusters } = session;
    const spikes = clusters.spikesOf(2);
    expect(answer.spikeCounts.data[0]).toBe(spikes.length);
    const [, count, channels] = answer.means.shape;
    const ids = Int32Array.from({ length: channels }, (_, c) => c);
    const samples = Float64Array.from(spikes, (spike) => dataset.spikes.samples[spike]);
    const windows = (await dataset.traces?.windows(samples, answer.spikeSample, count, ids)) ?? new Float32Array(0);
    for (const channel of [0, 3]) {
      const means = new Float64Array(count);
      for (let spike = 0; spike < spikes.length; spike++) {
        const wave = Array.from({ length: count }, (_, s) => windows[(spike * count + s) * channels + channel]);
        const rest = median(wave);
        wave.forEach((value, s) => {
          means[s] += (value - rest) / spikes.length;
        });
      }
      means.forEach((value, s) => expect(answer.means.data[s * channels + channel]).toBeCloseTo(value, 2));
    }
    const saved = await session.act('export_mean_waveforms', []);
    expect(saved.message).toMatch(/^Saved 3 arrays of mean_waveforms as NPY in /);
    await session.close();
  });
});
