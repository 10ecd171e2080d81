import { beforeAll, describe, expect, it } from 'vitest';
import type { NdArray, TypedArray } from '../base/nd.ts';
import { openNpy, readArray } from '../files/npy.ts';
import { memoryStorage } from '../storage/memory.ts';
import { generateDemo } from './generate.ts';
import type { DemoPlan } from './plan.ts';
import { demoPlan, expectedBytes, rawColumns, sampleCount, SPIKE_SAMPLE, TEMPLATE_SAMPLES } from './plan.ts';
import { memorySink } from '../storage/sink.ts';

const noPause = async (): Promise<void> => {};
const plan = demoPlan('small', { channels: 32, units: 16, spikes: 3000, durationSeconds: 12, seed: 7 });

interface Made {
  readonly files: Record<string, Uint8Array>;
  readonly arrays: Record<string, NdArray>;
  readonly truth: {
    made_by: string;
    oversplit_random: [number, number][];
    oversplit_drift: [number, number][];
    contaminated_clusters: number[];
    noise_clusters: number[];
    mua_clusters: number[];
    cluster_units: number[][];
    true_units: { unit: number; kind: string; clusters: number[]; refractory_samples: number }[];
  };
}

async function make(wanted: DemoPlan): Promise<Made> {
  const memory = memorySink();
  await generateDemo(wanted, memory.sink, noPause);
  const files = memory.files();
  const storage = memoryStorage(files);
  const arrays: Record<string, NdArray> = {};
  for (const name of Object.keys(files).filter((file) => file.endsWith('.npy'))) {
    const npy = await openNpy(storage, name);
    arrays[name.slice(0, -4)] = await readArray(npy);
  }
  return { files, arrays, truth: JSON.parse(new TextDecoder().decode(files['truth.json'])) };
}

/** Text of the header, where the stored type is. */
const header = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(10, 128));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i], 0);
const correlation = (a: Float64Array, b: Float64Array): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
/** Deepest point of [sample][channel]. */
const peak = (waveform: Float64Array): { channel: number; sample: number; value: number } => {
  const at = waveform.reduce((best, value, i) => (value < waveform[best] ? i : best), 0);
  return { channel: at % plan.channels, sample: Math.floor(at / plan.channels), value: waveform[at] };
};

describe('demo dataset', () => {
  let made: Made;
  const values = (name: string): TypedArray => made.arrays[name].data;
  const spikesOf = (name: string, id: number): number[] =>
    Array.from(values(name).keys()).filter((i) => values(name)[i] === id);
  beforeAll(async () => void (made = await make(plan)));

  it('has every file of an export, with their types and shapes', () => {
    const [ns, nt, nc] = [3000, 16, 32];
    const expected: Record<string, [string, number[]]> = {
      spike_times: ['<i8', [ns]],
      spike_templates: ['<i4', [ns]],
      spike_clusters: ['<i4', [ns]],
      amplitudes: ['<f4', [ns]],
      spike_positions: ['<f4', [ns, 2]],
      truth_unit: ['<i4', [ns]],
      templates: ['<f4', [nt, 82, nc]],
      templates_ind: ['<i8', [nt, nc]],
      similar_templates: ['<f4', [nt, nt]],
      whitening_mat: ['<f8', [nc, nc]],
      whitening_mat_inv: ['<f8', [nc, nc]],
      channel_map: ['<i4', [nc]],
      channel_positions: ['<f4', [nc, 2]],
      channel_shanks: ['<f4', [nc]],
      pc_features: ['<f4', [ns, 3, 32]],
      pc_feature_ind: ['<u4', [nt, 32]],
      template_features: ['<f4', [ns, 16]],
      template_feature_ind: ['<u4', [nt, 16]],
    };
    expect(Object.keys(made.arrays).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, [descr, shape]] of Object.entries(expected)) {
      expect(made.arrays[name].shape, name).toEqual(shape);
      expect(header(made.files[`${name}.npy`]), name).toContain(`'descr': '${descr}', 'fortran_order': False`);
      expect(values(name).every(Number.isFinite), name).toBe(true);
    }
    expect(made.files['recording.dat'].length).toBe(sampleCount(plan) * rawColumns(plan) * 2);
    expect(text(made.files['params.py'])).toBe(
      "n_channels_dat = 35\noffset = 0\nsample_rate = 30000.\ndtype = 'int16'\nhp_filtered = False\ndat_path = 'recording.dat'",
    );
    expect(text(made.files['cluster_group.tsv'])).toMatch(/^cluster_id\tKSLabel\n0\t(good|mua)\n/);
    expect(text(made.files['cluster_ContamPct.tsv']).split('\n')).toHaveLength(nt + 2);
    const size = Object.values(made.files).reduce((sum, bytes) => sum + bytes.length, 0);
    expect(Math.abs(expectedBytes(plan) - size)).toBeLessThan(10_000);
  });

  it('skips dead sites in the channel map and staggers the others', () => {
    expect(Array.from(values('channel_map'))).toEqual(
      Array.from({ length: 34 }, (_, i) => i).filter((i) => i !== 15 && i !== 25),
    );
    expect(Array.from(values('channel_positions').subarray(0, 10))).toEqual([43, 0, 11, 0, 59, 20, 27, 20, 43, 40]);
  });

  it('keeps refractory periods and time order', () => {
    const times = values('spike_times');
    expect(times.every((time, i) => i === 0 || time >= times[i - 1])).toBe(true);
    for (const unit of made.truth.true_units) {
      const own = spikesOf('truth_unit', unit.unit).map((i) => times[i]);
      const shortest = Math.min(...own.slice(1).map((time, i) => time - own[i]));
      expect(shortest).toBeGreaterThanOrEqual(unit.refractory_samples);
      if (unit.kind === 'neuron') expect(unit.refractory_samples).toBeGreaterThanOrEqual(60);
    }
  });

  it('says truly which units each cluster holds', () => {
    const { truth } = made;
    expect(truth.made_by).toBe('phy demo');
    expect(values('spike_clusters')).toEqual(values('spike_templates'));
    truth.cluster_units.forEach((units, cluster) => {
      const found = new Set(spikesOf('spike_clusters', cluster).map((i) => values('truth_unit')[i]));
      expect(Array.from(found).sort((a, b) => a - b)).toEqual([...units].sort((a, b) => a - b));
    });
    for (const cluster of truth.contaminated_clusters) expect(truth.cluster_units[cluster]).toHaveLength(2);
    for (const [a, b] of [...truth.oversplit_random, ...truth.oversplit_drift])
      expect(truth.cluster_units[a]).toEqual(truth.cluster_units[b]);
    for (const list of [truth.oversplit_random, truth.oversplit_drift, truth.noise_clusters, truth.mua_clusters])
      expect(list.length).toBeGreaterThan(0);
    const [early, late] = truth.oversplit_drift[0];
    expect(spikesOf('spike_clusters', early).at(-1)).toBeLessThan(spikesOf('spike_clusters', late)[0]);
  });

  const similarity = (a: number, b: number): number => values('similar_templates')[a * plan.units + b];
  it('gives over-split pairs alike templates, and lists them first as similar', () => {
    for (const [a, b] of made.truth.oversplit_random) {
      expect(similarity(a, b)).toBeGreaterThan(0.98);
      expect(Array.from(values('template_feature_ind').subarray(a * 16, a * 16 + 2))).toEqual([a, b]);
    }
    for (const [a, b] of made.truth.oversplit_drift) expect(similarity(a, b)).toBeGreaterThan(0.8);
  });

  it('whitens with matrices that are inverse to each other', () => {
    const [w, inverse, n] = [values('whitening_mat'), values('whitening_mat_inv'), plan.channels];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += w[i * n + k] * inverse[k * n + j];
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  });

  /** float64 [sample][channel]: templates.npy times the inverse whitening matrix (spec/data.md 8.1). */
  const unwhitened = (template: number): Float64Array => {
    const [whitened, inverse, n] = [values('templates'), values('whitening_mat_inv'), plan.channels];
    const result = new Float64Array(TEMPLATE_SAMPLES * n);
    for (let t = 0; t < TEMPLATE_SAMPLES; t++) {
      for (let k = 0; k < n; k++) {
        const value = whitened[(template * TEMPLATE_SAMPLES + t) * n + k];
        for (let c = 0; c < n; c++) result[t * n + c] += value * inverse[k * n + c];
      }
    }
    return result;
  };
  /** Mean raw window of a cluster [sample][channel], each channel relative to its first samples, where no spike has begun. */
  const meanWindow = (cluster: number): Float64Array => {
    const raw = new Int16Array(made.files['recording.dat'].slice().buffer);
    const [columns, n] = [rawColumns(plan), plan.channels];
    const mean = new Float64Array(TEMPLATE_SAMPLES * n);
    const spikes = spikesOf('spike_clusters', cluster);
    for (const spike of spikes) {
      const start = values('spike_times')[spike] - SPIKE_SAMPLE;
      for (let t = 0; t < TEMPLATE_SAMPLES; t++) {
        for (let c = 0; c < n; c++)
          mean[t * n + c] += raw[(start + t) * columns + values('channel_map')[c]] / spikes.length;
      }
    }
    for (let c = 0; c < n; c++) {
      let level = 0;
      for (let t = 0; t < 20; t++) level += mean[t * n + c] / 20;
      for (let t = 0; t < TEMPLATE_SAMPLES; t++) mean[t * n + c] -= level;
    }
    return mean;
  };
  it('has raw data that contain each spike at its sample, as its template times its amplitude', () => {
    const good = made.truth.cluster_units.flatMap((units, cluster) =>
      units.length === 1 && made.truth.true_units[units[0]].kind === 'neuron' ? [cluster] : [],
    );
    let compared = 0;
    for (const cluster of good) {
      const spikes = spikesOf('spike_clusters', cluster);
      const template = unwhitened(cluster);
      const amplitude = spikes.reduce((sum, i) => sum + values('amplitudes')[i] / spikes.length, 0);
      const expected = peak(template.map((value) => value * amplitude));
      expect(Math.abs(expected.sample - SPIKE_SAMPLE)).toBeLessThanOrEqual(1);
      if (spikes.length < 80 || expected.value > -70) continue;
      const mean = meanWindow(cluster);
      expect(correlation(mean, template)).toBeGreaterThan(0.93);
      expect(peak(mean).channel).toBe(expected.channel);
      expect(Math.abs(peak(mean).sample - expected.sample)).toBeLessThanOrEqual(1);
      expect(Math.abs(peak(mean).value / expected.value - 1)).toBeLessThan(0.15);
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(3);
  });

  it('has features that are largest on the template’s nearest channels', () => {
    const [features, local] = [values('pc_features'), 32];
    const power = new Float64Array(local);
    for (const cluster of made.truth.contaminated_clusters.concat(made.truth.oversplit_random.flat())) {
      for (const spike of spikesOf('spike_clusters', cluster)) {
        for (let k = 0; k < local; k++) power[k] += features[spike * 3 * local + k] ** 2;
      }
    }
    expect(power[0]).toBeGreaterThan(4 * power[local - 1]);
  });
});

describe('demo generator', () => {
  const tiny = demoPlan('small', { channels: 8, units: 8, spikes: 400, durationSeconds: 2 });

  it('gives equal bytes for equal seeds and other bytes for another seed', async () => {
    const [first, second, other] = [await make(tiny), await make(tiny), await make({ ...tiny, seed: 2 })];
    expect(Object.keys(second.files)).toEqual(Object.keys(first.files));
    for (const [name, bytes] of Object.entries(first.files)) {
      expect(Buffer.compare(bytes, second.files[name]), name).toBe(0);
    }
    expect(Buffer.compare(first.files['spike_times.npy'], other.files['spike_times.npy'])).not.toBe(0);
    expect(Buffer.compare(first.files['recording.dat'], other.files['recording.dat'])).not.toBe(0);
  });

  it('makes the same spikes without raw data, with features of the same size', async () => {
    const plan = demoPlan('small', { channels: 16, units: 12, spikes: 2500, durationSeconds: 8 });
    const [withRaw, without] = [await make(plan), await make({ ...plan, raw: false })];
    expect(without.files['recording.dat']).toBeUndefined();
    expect(text(without.files['params.py'])).toContain('dat_path = []');
    expect(without.arrays['spike_times'].data).toEqual(withRaw.arrays['spike_times'].data);
    const clusters = withRaw.arrays['spike_clusters'].data;
    const meanFirst = (made: Made, cluster: number): number => {
      const spikes = Array.from(clusters.keys()).filter((i) => clusters[i] === cluster);
      return spikes.reduce((sum, i) => sum + made.arrays['pc_features'].data[i * 48] / spikes.length, 0);
    };
    for (const [cluster] of withRaw.truth.oversplit_random) {
      const cut = meanFirst(withRaw, cluster);
      expect(Math.abs(meanFirst(without, cluster) - cut)).toBeLessThan(0.15 * Math.abs(cut) + 1);
    }
  });

  it('stops where it is paused', async () => {
    const stop = new Error('stopped');
    await expect(
      generateDemo(tiny, memorySink().sink, async () => {
        throw stop;
      }),
    ).rejects.toBe(stop);
  });

  it('refuses plans that do not fit, in a sentence', () => {
    expect(() => demoPlan('small', { units: 3 })).toThrow('--units is 3, expected a whole number from 8 to 20000.');
    expect(() => demoPlan('small', { spikes: 200_000 })).toThrow(/83 per second and unit, expected at most 60/);
    expect(demoPlan('large')).toMatchObject({ spikes: 10_000_000, units: 600, channels: 384, raw: false });
    expect(demoPlan('large', { raw: undefined, seed: 0 })).toMatchObject({ raw: false, seed: 0 });
  });
});
