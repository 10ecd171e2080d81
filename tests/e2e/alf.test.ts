/** An ALF folder without a params.py through every command and the window: what is saved where, and that no params.py appears. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { jsonLines, phy, smallFolder } from './commandLine.ts';
import {
  browserPath,
  fingerprint,
  openWindow,
  type Program,
  removeFolder,
  startBrowser,
  startProgram,
  temporaryFolder,
  type Window,
} from './harness.ts';
import { expectSelection, snippet, statusLine } from './window.ts';

let root = '';
let folder = '';
let config = '';
let program: Program | undefined;
let window: Window | undefined;

const META = [
  'typeThis=imec',
  'imSampRate=10000',
  'nSavedChans=9',
  'snsApLfSy=9,0,0',
  'imDatPrb_type=21',
  'imAiRangeMax=0.5',
  'imMaxInt=8192',
  'imChan0apGain=80',
].join('\n');

/** `<root>/alf/probe00/pykilosort`, and the raw data in `<root>/raw_ephys_data/probe00`. */
beforeEach(async () => {
  root = temporaryFolder('session');
  config = temporaryFolder('config');
  folder = join(root, 'alf', 'probe00', 'pykilosort');
  const source = smallFolder();
  mkdirSync(join(root, 'alf', 'probe00'), { recursive: true });
  mkdirSync(join(root, 'raw_ephys_data', 'probe00'), { recursive: true });
  expect((await phy(['alf-convert', source, folder], { config })).code).toBe(0);
  rmSync(join(folder, 'params.py'));
  const raw = join(root, 'raw_ephys_data', 'probe00', 'x.ap.bin');
  renameSync(join(source, 'raw.dat'), raw);
  writeFileSync(raw.replace('.bin', '.meta'), META);
  removeFolder(source);
});
afterEach(async () => {
  await window?.context.close();
  await program?.end();
  window = undefined;
  program = undefined;
  for (const each of [root, config]) removeFolder(each);
});

describe('an ALF folder without a params.py', () => {
  it('is described, asked and checked without a trace, and curated by a script', async () => {
    const before = fingerprint(root);
    const described = await phy(['template-describe', folder, '--json'], { config });
    expect(JSON.parse(described.stdout)).toMatchObject({
      spikeCount: 200,
      sampleRate: 10_000,
      rawChannelCount: 9,
      has: { traces: true, templates: true, amplitudes: true },
    });
    expect(described.stderr).not.toContain('Warning');
    const waves = await phy(['query', folder, 'waveform', '--clusters', '1'], { config });
    expect([waves.code, JSON.parse(waves.stdout).answer.sampleRate]).toEqual([0, 10_000]);
    expect((await phy(['check', folder], { config })).code).toBe(0);
    expect(fingerprint(root)).toEqual(before);
    const script = 'merge [0, 5]\nlabel quality 3 [1]\nmove good [1]\nsave\n';
    const ran = await phy(['run', folder, '-'], { config, input: script });
    expect(jsonLines(ran.stdout).at(-1)).toMatchObject({
      ok: true,
      files: [
        'spikes.clusters.npy',
        'cluster_KSLabel.tsv',
        'cluster_group.tsv',
        'cluster_quality.tsv',
        'cluster_info.tsv',
      ],
    });
    const names = readdirSync(folder);
    for (const absent of ['params.py', 'spike_clusters.npy']) expect(names).not.toContain(absent);
    expect(readFileSync(join(folder, 'cluster_group.tsv'), 'utf8')).toBe('cluster_id\tgroup\r\n1\tgood\r\n');
    const again = await openDataset(folderStorage(folder), 'spikes.times.npy');
    expect([...new Set(again.spikes.clusters)].sort((a, b) => a - b)).toEqual([1, 2, 3, 6]);
    await again.close();
  });

  it('says which folder is meant, and what to do when the rate cannot be known', async () => {
    const above = await phy(['template-describe', join(root, 'alf', 'probe00')], { config });
    expect([above.code, above.stderr.trim()]).toEqual([
      2,
      `There is no params.py in ${join(root, 'alf', 'probe00')}. There is a sorting in pykilosort: give ${folder}.`,
    ]);
    rmSync(join(root, 'raw_ephys_data'), { recursive: true });
    rmSync(join(folder, 'spikes.samples.npy'));
    const unknown = await phy(['template-describe', folder], { config });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(`The sampling rate of ${folder} cannot be known`);
  });
});

describe.skipIf(browserPath === undefined)('an ALF folder without a params.py in the window', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('opens with its raw data, is saved into spikes.clusters.npy, and opens again', async () => {
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url, { width: 1920, height: 1080 });
    const { page } = window;
    await expect.poll(() => statusLine(page, 'TraceView'), { timeout: 20_000 }).toContain('8 channels');
    await snippet(page, 'c 1 2');
    await expectSelection(page, [1, 2]);
    await page.keyboard.press('g');
    await expectSelection(page, [6]);
    await page.keyboard.press('Control+s');
    await page.getByText('spikes.clusters.npy', { exact: false }).first().waitFor();
    expect(window.errors).toEqual([]);
    await window.context.close();
    await program.end();
    expect(readdirSync(folder)).not.toContain('params.py');
    program = await startProgram(folder, config);
    window = await openWindow(browser, program.url);
    await snippet(window.page, 'c 6');
    await expectSelection(window.page, [6]);
  });
});
