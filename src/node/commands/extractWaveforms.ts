/** `phy extract-waveforms`: cuts waveforms out of the raw data into `_phy_spikes_subset.*` beside params.py (spec/data.md 13.8). */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import { planSubset, SUBSET_FILES, writeSubset } from '../../core/engine/extractWaveforms.ts';
import { openForReading } from '../openForReading.ts';
import { folderSink } from '../folderSink.ts';
import { longWork } from '../longWork.ts';
import { failedWork } from '../writeFailure.ts';

export interface ExtractOptions {
  readonly params: string | undefined;
  readonly spikesPerTemplate: number;
  readonly channels: number;
}

/** Resolves with the sentence about what was written. After an interruption, and a failure before all is written, the former files are as they were. */
export async function extractWaveforms(
  { params, spikesPerTemplate, channels }: ExtractOptions,
  stderr: NodeJS.WritableStream,
): Promise<string> {
  if (spikesPerTemplate < 1) throw new PhyError('usage', 'At least 1 spike per template must be extracted.');
  const session = await openForReading(params ?? '.', {}, { recover: false, report: true });
  const { dataset } = session;
  const partial = path.join(dataset.folder, `_phy_spikes_subset.partial-${process.pid}`);
  try {
    const plan = planSubset(dataset, spikesPerTemplate, channels);
    const total = plan.spikeIds.length;
    const stopped = 'Stopped. Nothing was written, nothing was left behind.';
    const work = { title: 'Extracting waveforms', unit: 'spikes', total, stderr, stopped };
    await longWork(work, async (progress) => {
      const sink = folderSink(path.dirname(partial));
      try {
        await writeSubset(dataset, plan, { create: (name) => sink.create(temporary(partial, name)) }, progress);
      } finally {
        await sink.closeAll();
      }
    });
    // Three renames are not one step. Without the list of spikes, which goes first and comes last, what is there of both extractions is left aside
    // with a warning, and never read together.
    await rm(path.join(dataset.folder, SUBSET_FILES.spikes), { force: true });
    for (const name of Object.values(SUBSET_FILES)) {
      await rename(path.join(dataset.folder, temporary(partial, name)), path.join(dataset.folder, name));
    }
    const each = `${plan.channelCount} channels`;
    return `Extracted ${total.toLocaleString('en')} waveforms on ${each} each into ${dataset.folder}.`;
  } catch (error) {
    throw failedWork(error, 'Waveforms', dataset.folder);
  } finally {
    for (const name of Object.values(SUBSET_FILES)) {
      await rm(path.join(dataset.folder, temporary(partial, name)), { force: true });
    }
    await session.close();
  }
}

const temporary = (partial: string, name: string): string => `${path.basename(partial)}-${name}`;
