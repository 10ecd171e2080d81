/** Waveforms in µV where a SpikeGLX file gives the gain, and features computed from exported waveforms: from the command line and in the window. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nd } from '../../src/core/base/nd.ts';
import type { NdArray } from '../../src/core/base/nd.ts';
import { encodeNpy } from '../../src/core/files/npy.ts';
import { joinBytes } from '../../src/core/storage/memory.ts';
import { makeSmallDataset, smallSizes } from '../fixtures/smallDataset.ts';
import { phy, smallFolder } from './commandLine.ts';
import { browserPath, openWindow, removeFolder, startBrowser, startProgram, temporaryFolder } from './harness.ts';
import { picture } from './viewWindow.ts';
import { expectSelection, plotBox, snippet, statusLine } from './window.ts';

/** 0.6 V over 512 steps at a gain of 500. */
const UNIT = 2.34375;
const META = [
  'typeThis=imec',
  'imAiRangeMax=0.6',
  'imMaxInt=512',
  'imDatPrb_type=0',
  'acqApLfSy=9,0,0',
  'snsApLfSy=9,0,0',
  'snsSaveChanSubset=all',
  `~imroTbl=(0,9)${Array.from({ length: 9 }, (_, k) => `(${k} 0 0 500 250 1)`).join('')}`,
].join('\n');

interface WaveformAnswer {
  readonly unit: string;
  readonly yMax: number;
  readonly clusters: readonly { readonly waveforms: { readonly data: readonly number[] } }[];
}

describe('gains', () => {
  let folder = '';
  let config = '';
  beforeAll(() => {
    folder = smallFolder();
    config = temporaryFolder('config');
  });
  afterAll(() => {
    removeFolder(folder);
    removeFolder(config);
  });
  async function ask(): Promise<WaveformAnswer> {
    const { code, stdout } = await phy(['query', folder, 'waveform', '--clusters', '0'], { config });
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { answer: WaveformAnswer }).answer;
  }

  it('turn raw units into µV on the command line', async () => {
    const raw = await ask();
    expect(raw.unit).toBe('raw');
    writeFileSync(join(folder, 'raw.meta'), META);
    const known = await ask();
    expect(known.unit).toBe('uV');
    expect(known.yMax).toBeCloseTo(raw.yMax * UNIT, 2);
    const [a, b] = [raw, known].map(({ clusters }) => clusters[0].waveforms.data);
    expect(b).toHaveLength(a.length);
    expect(Math.max(...b.map((value, i) => Math.abs(value - a[i] * UNIT)))).toBeLessThan(1e-3);
  });

  it.skipIf(browserPath === undefined)(
    'and in the scale bar, the tooltip and the amplitudes of the window',
    async () => {
      const browser = await startBrowser();
      const program = await startProgram(folder, config);
      const window = await openWindow(browser, program.url);
      const { page } = window;
      page.setDefaultTimeout(20_000);
      await snippet(page, 'c 0');
      await expectSelection(page, [0]);
      await expect
        .poll(() => statusLine(page, 'WaveformView'), { timeout: 20_000 })
        .toContain('waveforms · high_pass · spike at sample 10');
      const shown = await picture(page, config, 'WaveformView');
      expect(shown.texts.some((text) => /^\d+ µV$/.test(text))).toBe(true);
      expect(shown.texts.join()).not.toContain('raw units');
      // The left end of the zero line of channel 1 is 1 ms before the spike, at 0 µV.
      const [x, y] = shown.start('1:0');
      const box = await plotBox(page, 'WaveformView');
      await page.mouse.move(box.x + x + 1, box.y + y - 2);
      const tip = page.locator('section[aria-label="WaveformView"]').getByText(/^channel 1, cluster 0/);
      await tip.waitFor();
      expect(await tip.innerText()).toMatch(/^channel 1, cluster 0\n−(1|0\.9\d*) ms, [\d.]+ µV$/);
      await snippet(page, 'change_amplitudes_type_to_raw');
      await expect.poll(() => statusLine(page, 'AmplitudeView'), { timeout: 20_000 }).toContain('raw · channel 1');
      const amplitudes = await picture(page, config, 'AmplitudeView');
      expect(amplitudes.texts.some((text) => /^([\d,]+ )?µV$/.test(text))).toBe(true);
      expect(window.errors).toEqual([]);
      await window.context.close();
      await program.end();
      await browser.close();
    },
  );
});

describe('features without pc_features.npy', () => {
  let folder = '';
  let config = '';
  const samples = 20;
  const { raw, spikeSamples, spikeTemplates, spikeClusters } = makeSmallDataset();
  const exported = Int32Array.from({ length: smallSizes.spikes }, (_, k) => k).filter((k) => k % 2 === 0);
  beforeAll(() => {
    folder = smallFolder();
    config = temporaryFolder('config');
    const write = (name: string, array: NdArray): void =>
      writeFileSync(join(folder, name), joinBytes(encodeNpy(array)));
    rmSync(join(folder, 'pc_features.npy'));
    // The channel of the template's peak and the one before it.
    const channels = Int32Array.from([...exported].flatMap((k) => [2 * spikeTemplates[k], 2 * spikeTemplates[k] + 1]));
    const waveforms = Int16Array.from(
      [...exported].flatMap((k, row) =>
        Array.from({ length: 2 * samples }, (_, i) => {
          const channel = channels[2 * row + (i % 2)];
          const column = channel < 4 ? channel : channel + 1;
          return raw[(spikeSamples[k] - samples / 2 + Math.floor(i / 2)) * smallSizes.rawColumns + column];
        }),
      ),
    );
    write('_phy_spikes_subset.spikes.npy', nd(exported));
    write('_phy_spikes_subset.channels.npy', nd(channels, [exported.length, 2]));
    write('_phy_spikes_subset.waveforms.npy', nd(waveforms, [exported.length, samples, 2]));
  });
  afterAll(() => {
    removeFolder(folder);
    removeFolder(config);
  });

  it('are computed from exported waveforms; spikes without one are counted as missing', async () => {
    const { code, stdout, stderr } = await phy(['query', folder, 'feature', '--clusters', '2'], { config });
    expect(code, stderr).toBe(0);
    interface Entry {
      readonly spikeIds: { readonly data: readonly number[] };
      readonly missing: number;
      readonly features: { readonly shape: readonly number[]; readonly data: readonly (number | null)[] };
    }
    const { answer } = JSON.parse(stdout) as {
      answer: { pcCount: number; channelIds: { data: readonly number[] }; clusters: readonly Entry[] };
    };
    const spikes = [...spikeClusters.keys()].filter((k) => spikeClusters[k] === 2);
    const [{ spikeIds, features, missing }] = answer.clusters;
    expect(answer.pcCount).toBe(3);
    expect(spikeIds.data).toEqual(spikes.filter((k) => k % 2 === 0));
    expect(features.shape).toEqual([spikeIds.data.length, answer.channelIds.data.length, 3]);
    // Every spike lacks some channel of the view: two were exported.
    expect(missing).toBe(spikes.length);
    // The peak of template 2 is on channel 5: all its spikes have a first component there, and it is large.
    const place = answer.channelIds.data.indexOf(5);
    const first = spikeIds.data.map((_, k) => features.data[(k * answer.channelIds.data.length + place) * 3]);
    expect(first.every((value) => value !== null && value > 50)).toBe(true);
    const other = answer.channelIds.data.findIndex((channel) => channel !== 4 && channel !== 5);
    expect(spikeIds.data.every((_, k) => features.data[(k * answer.channelIds.data.length + other) * 3] === null)).toBe(
      true,
    );
  });
});
