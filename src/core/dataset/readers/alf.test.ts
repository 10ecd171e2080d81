/** ALF folders without a params.py: the rate by both clocks of the spikes, raw data beside them or in the session, and what cannot be known. */
import { describe, expect, it } from 'vitest';
import { makeSmallDataset, smallSizes } from '../../../../tests/fixtures/smallDataset.ts';
import { amplitudesOf } from '../../analysis/amplitude.ts';
import { nd } from '../../base/nd.ts';
import { encodeNpy } from '../../files/npy.ts';
import { joinBytes, memoryStorage } from '../../storage/memory.ts';
import { openDataset } from '../open.ts';

const small = makeSmallDataset();
const { spikeSamples, amplitudes, raw } = small;
const bytes = new Uint8Array(raw.buffer);
const npy = (...parts: Parameters<typeof nd>): Uint8Array => joinBytes(encodeNpy(nd(...parts)));
const seconds = (rate: number, offset = 0): Uint8Array =>
  npy(Float64Array.from(spikeSamples, (sample) => sample / rate + offset));

/** The small sorting under ALF names, `id` before every extension. */
function alfFiles(id = ''): Record<string, Uint8Array | string> {
  const { files } = small;
  return {
    [`spikes.times${id}.npy`]: seconds(10_000),
    [`spikes.samples${id}.npy`]: files['spike_times.npy'] ?? '',
    [`spikes.templates${id}.npy`]: files['spike_templates.npy'] ?? '',
    [`spikes.clusters${id}.npy`]: files['spike_clusters.npy'] ?? '',
    [`spikes.amps${id}.npy`]: npy(amplitudes),
    [`channels.rawInd${id}.npy`]: files['channel_map.npy'] ?? '',
    [`channels.localCoordinates${id}.npy`]: files['channel_positions.npy'] ?? '',
    [`templates.waveforms${id}.npy`]: files['templates.npy'] ?? '',
  };
}
const meta = (rate: number): string => `typeThis=imec\nimSampRate=${rate}\nnSavedChans=9\nsnsApLfSy=8,0,1`;
const open = (files: Readonly<Record<string, Uint8Array | string>>, name = 'spikes.times.npy', folder = '/memory') =>
  openDataset(memoryStorage(files, folder), name);

describe('an ALF folder without a params.py', () => {
  it('opens, with or without ids in the names, and its amplitudes are sizes', async () => {
    for (const id of ['', '.8c2f7f4d-7346-42a4-a715-4d37a5208535']) {
      const dataset = await open(alfFiles(id), `spikes.times${id}.npy`);
      expect(dataset).toMatchObject({ format: 'template', sampleRate: 10_000, rawChannelCount: null, dataFiles: [] });
      expect([...dataset.spikes.samples]).toEqual([...spikeSamples]);
      expect(dataset.templates?.count).toBe(smallSizes.templates);
      const settings = { type: 'template', channelId: 0, pc: 0, templateId: 0, filter: 'raw' } as const;
      const shown = await amplitudesOf(dataset, settings, Int32Array.of(0, 7), async () => {});
      expect([...shown]).toEqual([amplitudes[0], amplitudes[7]]);
      expect(dataset.report.files.find(({ name }) => name === 'params.py')).toMatchObject({
        status: 'missing',
        note: 'The sampling rate is 10,000 Hz by spikes.samples.npy and spikes.times.npy.',
      });
      expect(dataset.report.warnings).toEqual([
        'There is no raw file with its .ch or .meta beside the ALF files, and no params.py that names one (dat_path). The sorting is open without raw data.',
      ]);
    }
  });

  it.each([
    ['an uncommon one, exactly', 24_414.0625, 0, 1, 24_414.0625],
    ['a whole one that is not usual', 29_999, 0, 1, 29_999],
    ['the usual one near that of another clock', 30_000, 12.5, 1 + 3e-5, 30_000],
    ['what was measured where none is near', 30_030, 12.5, 1 + 3e-5, 30_030.9],
  ])('takes %s', async (_, rate, offset, drift, expected) => {
    const times = npy(Float64Array.from(spikeSamples, (sample) => sample / (rate * drift) + offset));
    const dataset = await open({ ...alfFiles(), 'spikes.times.npy': times });
    expect(dataset.sampleRate).toBeCloseTo(expected, 1);
    const apart = dataset.report.warnings.find((sentence) => sentence.includes('another clock'));
    if (offset === 0) expect(apart).toBeUndefined();
    else expect(apart).toContain('spikes.times.npy and spikes.samples.npy are up to 12.5 s apart');
    expect(dataset.spikes.seconds(199)).toBeCloseTo(spikeSamples[199] / dataset.sampleRate, 9);
  });

  it('is not misled by single times that are wrong', async () => {
    const times = Float64Array.from(spikeSamples, (sample) => sample / 10_000);
    times.fill(times[60], 50, 61);
    const dataset = await open({ ...alfFiles(), 'spikes.times.npy': npy(times) });
    expect(dataset.sampleRate).toBe(10_000);
  });

  it('takes raw data and rate from what lies beside it', async () => {
    const dataset = await open({ ...alfFiles(), 'a.ap.bin': bytes, 'a.ap.meta': meta(10_000.25), 'a.lf.bin': bytes });
    expect(dataset).toMatchObject({ sampleRate: 10_000.25, rawChannelCount: 9 });
    expect(dataset.dataFiles).toEqual([{ path: '/memory/a.ap.bin', exists: true, sampleCount: 40_000 }]);
    expect(await dataset.traces?.read(0, 1, [4])).toEqual(Float32Array.of(raw[5]));
    expect(dataset.report.files.find(({ name }) => name === 'params.py')?.note).toBe(
      'The sampling rate is 10,000.25 Hz by a.ap.meta.',
    );
  });

  it('and from the folder of its probe in the session', async () => {
    const files = {
      ...alfFiles(),
      '/s/raw_ephys_data/probe01/x.ap.bin': bytes,
      '/s/raw_ephys_data/probe01/x.ap.meta': meta(10_000),
      '/s/raw_ephys_data/probe00/x.ap.bin': bytes,
    };
    const dataset = await open(files, 'spikes.times.npy', '/s/alf/probe01/pykilosort');
    expect(dataset.dataFiles[0]?.path).toBe('/s/raw_ephys_data/probe01/x.ap.bin');
  });

  it.each([
    [
      { 'a.bin': bytes },
      'a.bin: no .ch or .meta beside it says how it is to be read. Write a params.py that does (dat_path, n_channels_dat, dtype, sample_rate).',
    ],
    [
      { 'a.bin': bytes, 'a.meta': meta(10_000), 'b.bin': bytes, 'b.meta': meta(10_000) },
      'There are several raw files (a.bin, b.bin); none is read. Write a params.py that names the right one (dat_path).',
    ],
    [
      { 'a.bin': bytes, 'a.meta': meta(25_000) },
      'a.bin was recorded at 25,000 Hz, spikes.samples and spikes.times 10,000. It is not read.',
    ],
  ])('says why raw data are not read', async (more, sentence) => {
    const dataset = await open({ ...alfFiles(), ...more });
    expect(dataset.traces).toBeUndefined();
    expect(dataset.report.warnings).toContain(sentence);
  });

  it('is refused in a sentence when nothing says the rate', async () => {
    const { 'spikes.samples.npy': _, ...untold } = alfFiles();
    await expect(open(untold)).rejects.toThrow(
      'The sampling rate of /memory cannot be known: there is no params.py, no spikes.samples.npy with two spikes or more, and no raw file with its .ch or .meta. Write a params.py with sample_rate = 30000 (or what it is) into the folder.',
    );
    const dataset = await open({ ...untold, 'a.bin': bytes, 'a.meta': meta(10_000) });
    expect([...dataset.spikes.samples]).toEqual([...spikeSamples]);
  });
});
