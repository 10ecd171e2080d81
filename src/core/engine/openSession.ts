/** Opens a dataset as a session: takes back a save that was interrupted, reads what was kept, makes the state of curation, and looks for the journal. */
import { RunningSession, type BothSettings } from './runningSession.ts';
import type { Notice, Places, Session, SessionOptions } from './session.ts';
import { PhyError } from '../base/errors.ts';
import { createClusterFacts } from '../analysis/clusterFacts.ts';
import {
  clusterReader,
  columns,
  createCuration,
  rows,
  type CurationSource,
  type CurationState,
} from '../curation/curation.ts';
import { unsavedEntries } from '../curation/journal.ts';
import { restoreWizard } from '../curation/wizard.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { unfinishedSave, type Generation } from '../dataset/generations.ts';
import { isKwik, openDataset, scopeOfDataset, type OpenOptions } from '../dataset/open.ts';
import { kwikIdFile } from '../dataset/readers/kwik.ts';
import { newClusterIdFile, savedFiles, type SavedFile, type SaveInput } from '../dataset/save.ts';
import { savedKwikFiles } from '../dataset/saveKwik.ts';
import type { WritableStorage } from '../storage/storage.ts';
import { AddedValues } from './addedValues.ts';
import { NO_ADDITIONS, withFilters } from './additions.ts';
import { readConfig } from './config.ts';
import { Curator } from './curator.ts';
import { curationFingerprint } from './fingerprint.ts';
import { storageBeforeSave } from './beforeSave.ts';
import { openKeymap } from './keymapFile.ts';
import { openJournal } from './journalStore.ts';
import { readLayouts, type NamedLayouts } from './layouts.ts';
import { heldError } from './lock.ts';
import { openSettings } from './settings.ts';
import { withKeptTables } from './tableSettings.ts';

/** Metrics in table order. A klusta dataset has neither shanks nor templates (spec/data.md 10.1). */
const metricsOf = ({ format }: Dataset): readonly string[] =>
  format === 'kwik' ? ['ch', 'depth', 'fr'] : ['ch', 'sh', 'depth', 'fr', 'amp'];

/** Opens a dataset for curation or for reading. Throws `input` when it cannot be read, `held` when another engine has it. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const opening = { onProgress: options.onProgress, ...whatOf(options) };
  const first = await openDataset(options.storage, options.paramsName, opening);
  const places = await options.places(first.folder, scopeOfDataset(first), first.format === 'raw');
  if (options.curates) await refuseIfHeld(places);
  const { dataset: opened, interrupted } = await takeBackInterruptedSave(options, places, first);
  const additions = options.additions ?? NO_ADDITIONS;
  const dataset = withFilters(opened, additions.filters);

  const notices: Notice[] = [];
  const settings = await openBothSettings(options, places, (message) => notices.push({ level: 'warning', message }));
  const keymap = options.usesSettings ? await openKeymap(options.userHome, options.now) : null;
  const { wizard, warnings } = restoreWizard(settings?.user.values ?? {});
  for (const message of warnings) notices.push({ level: 'warning', message });
  const { groups, trouble } = await readConfig(options.userHome);
  if (trouble !== null) notices.push({ level: 'warning', message: trouble });

  const added = new AddedValues(additions);
  const fresh = createCuration({
    spikeClusters: dataset.spikes.clusters,
    metadata: dataset.metadata,
    storedNewClusterId: dataset.storedNewClusterId,
    metrics: [...metricsOf(dataset), ...added.names],
    groups,
    wizard,
  });
  const facts = createClusterFacts(dataset, () => clusterReader(fresh));
  const source: CurationSource = {
    metrics: (id) => added.over(id, facts.metrics(id)),
    similar: (id) => added.similarTo(id) ?? facts.similar(id, dataset.format === 'kwik' ? 'peak_channel' : 'template'),
    spikeTemplates: dataset.format === 'kwik' ? undefined : dataset.spikes.templates,
  };
  const layouts = settings === null ? {} : await layoutsOrNone(options.userHome, notices);
  const kept = { user: settings?.user.values ?? {}, dataset: settings?.dataset.values ?? {} };
  const state = withKeptTables(fresh, source, kept);
  const idNote = newIdWriter(places, newIdName(options), (message) => notices.push({ level: 'warning', message }));
  const curator = await Curator.open(
    {
      state,
      source,
      loadedClusters: dataset.spikes.clusters,
      storage: places.data,
      home: places.home,
      scope: scopeOfDataset(dataset),
      lock: places.lock,
      now: options.now,
      filesFor: (current) => filesOf(dataset, current, source),
      onNewClusters: idNote,
      pause: options.yieldThread,
    },
    interrupted,
  );
  if (curator.trouble !== null) notices.push({ level: 'error', message: curator.trouble });
  const parts = { dataset, facts, source, curator, settings, layouts, keymap, notices, additions, added };
  return new RunningSession(options, places, parts);
}

/** Which part of what is opened. */
const whatOf = ({ kwik, raw, chosenFiles }: SessionOptions): OpenOptions => ({ kwik, raw, chosenFiles });

async function refuseIfHeld({ lock, presence }: Places): Promise<void> {
  for (const each of [lock, presence]) {
    const holder = await each.holder();
    if (holder !== null) throw heldError(holder, each.path);
  }
  const holder = await presence.take().catch(() => null);
  if (holder !== null) throw heldError(holder, presence.path);
}

/**
 * When a save was interrupted between its files, the dataset is read as it was before that save: its copies stand for the files that may
 * have been replaced.
 */
async function takeBackInterruptedSave(
  options: SessionOptions,
  { data, home }: Places,
  dataset: Dataset,
): Promise<{ readonly dataset: Dataset; readonly interrupted: Generation | null }> {
  const scope = scopeOfDataset(dataset);
  const generation = await unfinishedSave(data, scope);
  if (generation === undefined) return { dataset, interrupted: null };
  const { entries } = await openJournal(home, options.now, () => '');
  const found = await curationFingerprint(dataset.spikes.clusters, data);
  const unsaved = unsavedEntries(entries, found);
  if (unsaved.entries.length === 0 || unsaved.base === found) return { dataset, interrupted: null };
  await dataset.close();
  const before = storageBeforeSave(options.storage, data.folder, generation, scope);
  return { dataset: await openDataset(before, options.paramsName, whatOf(options)), interrupted: generation };
}

/** A folder that cannot be read is no reason not to open a dataset. */
async function layoutsOrNone(userHome: WritableStorage, notices: Notice[]): Promise<NamedLayouts> {
  try {
    return await readLayouts(userHome);
  } catch (error) {
    if (!(error instanceof PhyError)) throw error;
    notices.push({ level: 'warning', message: error.message });
    return {};
  }
}

async function openBothSettings(
  { usesSettings, userHome, guiName, now, exclusively }: SessionOptions,
  { home, lock }: Places,
  onTrouble: (message: string) => void,
): Promise<BothSettings | null> {
  if (!usesSettings) return null;
  const beforeWrite = async (): Promise<void> => {
    const holder = await lock.take();
    if (holder !== null) throw heldError(holder, lock.path);
  };
  const name = `ts/${guiName}/state.json`;
  const user = await openSettings({ storage: userHome, name, now, onTrouble, exclusively });
  const dataset = await openSettings({ storage: home, name: 'state.json', now, onTrouble, beforeWrite });
  return { user, dataset };
}

/** Name of the file of the next free id, undefined for the usual one. */
const newIdName = ({ paramsName, kwik }: SessionOptions): string | undefined =>
  isKwik(paramsName) ? kwikIdFile(kwik ?? {}) : undefined;

/** Writes `.phy/new_cluster_id.json`, which the Python program needs to open the dataset afterwards (spec/data.md 11). */
function newIdWriter(
  { data, isBeside }: Places,
  fileName: string | undefined,
  onTrouble: (message: string) => void,
): (id: number) => Promise<void> {
  let failed = false;
  return async (newClusterId) => {
    if (!isBeside || failed) return;
    const { name, parts } = newClusterIdFile(newClusterId, fileName);
    try {
      await data.replace(name, parts);
    } catch (error) {
      failed = true;
      onTrouble(error instanceof Error ? error.message : String(error));
    }
  };
}

/** What saving writes for a state. */
function filesOf(dataset: Dataset, state: CurationState, source: CurationSource): readonly SavedFile[] {
  const input: SaveInput = {
    spikeClusters: state.live.spikeClusters,
    clusterIds: state.clustering.ids,
    metadata: state.metadata,
    clusterInfoRows: { columns: [...columns(state), 'group'], rows: rows(state, source) },
    floatText: dataset.floatText,
  };
  const { klusta, paramsPath } = dataset;
  return klusta === undefined ? savedFiles(input) : savedKwikFiles(paramsPath, klusta, input);
}
