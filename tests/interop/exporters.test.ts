/**
 * Small sortings as each exporter writes them, with its quirks (tests/fixtures/exporters.ts): each opens with the right values, is curated,
 * saved and opened again, and what is not curation stays byte for byte.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/core/dataset/dataset.ts';
import { openDataset } from '../../src/core/dataset/open.ts';
import { folderStorage } from '../../src/node/folder.ts';
import { openNodeSession } from '../../src/node/openNodeSession.ts';
import {
  amplitudeOf,
  channelMap,
  type Exporter,
  exporters,
  FEATURE_SLOTS,
  featureChannel,
  featureOf,
  positionOf,
  rawOf,
  sampleOf,
  similarityOf,
  sizeOn,
  sizes,
  templateFeatureColumn,
  templateFeatureOf,
  templateOf,
} from '../fixtures/exporters.ts';

let folder: string;
let config: string;
const configured = process.env['PHY_CONFIG_DIR'];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phy-exporter-'));
  config = mkdtempSync(path.join(tmpdir(), 'phy-config-'));
  process.env['PHY_CONFIG_DIR'] = config;
});
afterEach(() => {
  if (configured === undefined) delete process.env['PHY_CONFIG_DIR'];
  else process.env['PHY_CONFIG_DIR'] = configured;
  for (const each of [folder, config]) rmSync(each, { recursive: true, force: true });
});

function write({ files }: Exporter): void {
  for (const [name, bytes] of Object.entries(files())) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
}
const open = (): Promise<Dataset> => openDataset(folderStorage(folder), 'params.py');
const spikeIds = Array.from({ length: sizes.spikes }, (_, spike) => spike);
const contents = (): ReadonlyMap<string, string> => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const isFile = (name: string): boolean => statSync(path.join(folder, name)).isFile();
  return new Map(names.filter(isFile).map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]));
};

/** Whatever the files are like, they hold this. */
async function expectValues(dataset: Dataset, exporter: Exporter): Promise<void> {
  const { spikes, channels, templates, similarity, traces } = dataset;
  expect([...spikes.samples]).toEqual(spikeIds.map(sampleOf));
  expect([...spikes.templates]).toEqual(spikeIds.map(templateOf));
  expect([...spikes.clusters]).toEqual(spikeIds.map(templateOf));
  expect([...(spikes.amplitudes ?? [])]).toEqual(spikeIds.map(amplitudeOf));
  expect(spikes.seconds(7)).toBeCloseTo(sampleOf(7) / sizes.sampleRate, 12);
  expect([...channels.map]).toEqual(channelMap);
  expect([...channels.positions]).toEqual(channelMap.flatMap((_, id) => positionOf(id)));
  for (const id of [0, 1, 2, 3, 4]) {
    const template = templates?.get(id);
    expect(template !== undefined, `template ${id}`).toBe(exporter.templateIds.includes(id));
    if (template === undefined) continue;
    expect(template.channelIds[0]).toBe(id);
    for (const [k, channelId] of template.channelIds.entries()) {
      expect(template.amplitudes[k]).toBeCloseTo(exporter.inverse * sizeOn(id, channelId), 3);
    }
  }
  if (exporter.templateIds.includes(1) && similarity !== undefined) {
    expect(similarity.data[similarity.count]).toBeCloseTo(similarityOf(1, 0), 6);
  }
  expect(traces !== undefined).toBe(exporter.has.raw);
  if (traces !== undefined) {
    expect(traces.sampleCount).toBe(sizes.rawSamples);
    expect([...(await traces.read(25_000, 25_002, [0, 4]))]).toEqual(
      [25_000, 25_001].flatMap((sample) => [rawOf(sample, 0), rawOf(sample, 5)]),
    );
    const window = await traces.windows([sampleOf(3)], 2, 4, [5]);
    expect([...window]).toEqual([-2, -1, 0, 1].map((k) => rawOf(sampleOf(3) + k, 6)));
  }
}

/** Values of every kind that may be absent for a spike. */
async function expectFeatures(dataset: Dataset, exporter: Exporter): Promise<void> {
  const { features, templateFeatures } = dataset;
  expect(features?.pcCount).toBe(exporter.pcCount);
  const all = channelMap.map((_, id) => id);
  const found = await features?.read(Int32Array.from(spikeIds), all);
  for (const spike of spikeIds) {
    const own = Array.from({ length: FEATURE_SLOTS }, (_, slot) => featureChannel(templateOf(spike), slot));
    for (const channelId of all) {
      const slot = own.indexOf(channelId);
      for (let pc = 0; pc < exporter.pcCount; pc++) {
        const value = found?.[(spike * all.length + channelId) * exporter.pcCount + pc] ?? 0;
        const isStored = slot >= 0 && exporter.featureSpikes(spike);
        expect(value, `spike ${spike}, channel ${channelId}`).toEqual(isStored ? featureOf(spike, slot, pc) : NaN);
      }
    }
  }
  expect(templateFeatures !== undefined).toBe(exporter.has.templateFeatures);
  const read = await templateFeatures?.read(Int32Array.of(5), [0, 1, 2, 3, 4]);
  if (read === undefined) return;
  const slots = [0, 1, 2].map((slot) => templateFeatureColumn(templateOf(5), slot));
  expect([...read]).toEqual(
    [0, 1, 2, 3, 4].map((id) => (slots.includes(id) ? templateFeatureOf(5, slots.indexOf(id)) : 0)),
  );
}

function expectLabels(dataset: Dataset, { labels }: Exporter): void {
  for (const [field, values] of Object.entries(labels)) {
    for (const [id, value] of Object.entries(values)) {
      expect(dataset.metadata.get(field)?.get(Number(id)), `${field} of ${id}`).toBe(value);
    }
  }
}

describe.each(exporters)('$name', (exporter) => {
  it('opens with all that it holds, and is not changed by that', async () => {
    write(exporter);
    const before = contents();
    const dataset = await open();
    await expectValues(dataset, exporter);
    await expectFeatures(dataset, exporter);
    expectLabels(dataset, exporter);
    expect([...dataset.spikeAttributes.keys()]).toEqual(exporter.attributes);
    for (const [k, warning] of exporter.warnings.entries()) expect(dataset.report.warnings[k]).toMatch(warning);
    expect(dataset.report.warnings).toHaveLength(exporter.warnings.length);
    await dataset.close();
    expect(contents()).toEqual(before);
  });

  it('is merged, split, labelled, saved and opened again', async () => {
    write(exporter);
    const before = contents();
    const session = await openNodeSession({
      paramsPath: folder,
      queries: {},
      guiName: 'TemplateGUI',
      curates: true,
      usesSettings: false,
    });
    const merged = exporter.nextId;
    const own = spikeIds.filter((spike) => templateOf(spike) === 3);
    const part = own.slice(0, 10);
    const actions: readonly (readonly [string, readonly unknown[] | Readonly<Record<string, unknown>>])[] = [
      ['merge', [[0, 1]]],
      ['split', { spikes: part }],
      ['move', ['good', [4]]],
      ['label', ['quality', 2.5, [merged]]],
      ['save', []],
    ];
    for (const [action, args] of actions) expect(await session.act(action, args), action).toMatchObject({ ok: true });
    await session.close();
    const again = await open();
    const cluster = (spike: number): number => {
      const template = templateOf(spike);
      if (template < 2) return merged;
      if (template === 4) return 4;
      return part.includes(spike) ? merged + 1 : merged + 2;
    };
    expect([...again.spikes.clusters]).toEqual(spikeIds.map(cluster));
    expect([...again.spikes.templates]).toEqual(spikeIds.map(templateOf));
    expect(again.metadata.get('group')?.get(4)).toBe('good');
    expect(again.metadata.get('quality')?.get(merged)).toBe(2.5);
    expect(again.storedNewClusterId).toBe(merged + 3);
    await expectFeatures(again, exporter);
    await again.close();
    // Only what is curation was written.
    const after = contents();
    const changed = [...before.keys()].filter((name) => after.get(name) !== before.get(name));
    expect(
      changed.every((name) => /^(spike_clusters\.npy|cluster_\w+\.tsv|\.phy\/new_cluster_id\.json)$/.test(name)),
    ).toBe(true);
    expect(after.get('spike_templates.npy')).toBe(before.get('spike_templates.npy'));
  });
});
