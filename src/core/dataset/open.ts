import { isRawPath } from '../files/rawSource.ts';
import { joinPath, baseName, extensionOf, folderOf, isAbsolutePath } from '../storage/paths.ts';
import type { Storage } from '../storage/storage.ts';
import type { Dataset, ReadProgress } from './dataset.ts';
import { isAlf, readAlfParams } from './readers/alf.ts';
import { kwikNames, readKwikDataset, scopeOfKwik } from './readers/kwik.ts';
import type { KwikChoice } from './readers/kwikModel.ts';
import { readParams, type TemplateParams } from './readers/params.ts';
import { readRawRecording, scopeOfRaw, type RawChoice } from './readers/rawRecording.ts';
import type { Reading } from './readers/reading.ts';
import { readTemplateDataset } from './readers/template.ts';
import { ReportBuilder } from './report.ts';

export interface OpenOptions {
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
  /** Says what a raw file does not say itself; a params.py is then read for its raw data alone. */
  readonly raw?: RawChoice;
  /** Files that a person chose in place of raw files that are not where params.py says, by the path there. */
  readonly chosenFiles?: Readonly<Record<string, string>>;
  readonly progress?: ReadProgress;
  /** Told what is being read (`spike times`) and how far opening has come, 0 to 1. */
  readonly onProgress?: (text: string, fraction: number) => void;
}

/** True for the path of a klusta dataset. */
export const isKwik = (path: string): boolean => extensionOf(path) === '.kwik';

/** True for what is opened as a recording without a sorting: a raw file, or anything with what a person says of one. */
export const isRaw = (path: string, choice: RawChoice | undefined): boolean =>
  choice !== undefined || (isRawPath(path) && !isAlf(path));

/** Tells what is kept of a dataset apart where its folder may hold several; empty for the usual one. */
export const scopeOfDataset = ({ format, klusta, paramsPath }: Dataset): string => {
  if (format === 'raw') return scopeOfRaw(paramsPath);
  return klusta === undefined ? '' : scopeOfKwik(paramsPath, klusta.model);
};

/**
 * Opens a sorting (a params file, a .kwik file, or the spike times of an ALF folder) or a raw recording. `paramsPath` is relative to the storage's folder or absolute. Nothing is written. Throws
 * PhyError `input` in one sentence when a core file is absent or wrong; everything else that is odd is in `report`.
 */
export function openDataset(storage: Storage, paramsPath: string, options: OpenOptions = {}): Promise<Dataset> {
  if (isRaw(paramsPath, options.raw)) return openRawRecording(storage, paramsPath, options);
  if (isKwik(paramsPath)) return openKwik(storage, paramsPath, options);
  return isAlf(paramsPath) ? openAlf(storage, paramsPath, options) : openTemplate(storage, paramsPath, options);
}

async function openKwik(storage: Storage, path: string, options: OpenOptions): Promise<Dataset> {
  const own = folderOf(path);
  const folder = own === storage.folder ? '' : own;
  const reading = await startReading(storage, folder, new ReportBuilder(), options);
  return await readKwikDataset(reading, kwikNames(storage, path), options.kwik ?? {});
}

async function openRawRecording(storage: Storage, path: string, options: OpenOptions): Promise<Dataset> {
  const reading = await startReading(storage, '', new ReportBuilder(), options);
  return await readRawRecording(reading, joinPath(storage.folder, path), options.raw ?? {});
}

async function openTemplate(storage: Storage, paramsPath: string, options: OpenOptions): Promise<Dataset> {
  const report = new ReportBuilder();
  const bytes = await storage.readAll(paramsPath);
  const params = readParams(new TextDecoder().decode(bytes), baseName(paramsPath), report);
  report.file(baseName(paramsPath), 'read');
  const folder = await dataFolder(storage, paramsPath, params, report);
  const reading = await startReading(storage, folder, report, options);
  return await readSorting(reading, params, paramsPath);
}

/** A folder of ALF files without a params.py. */
async function openAlf(storage: Storage, timesPath: string, options: OpenOptions): Promise<Dataset> {
  const own = folderOf(timesPath);
  const reading = await startReading(storage, own === storage.folder ? '' : own, new ReportBuilder(), options);
  return await readSorting(reading, await readAlfParams(reading), timesPath);
}

async function readSorting(reading: Reading, params: TemplateParams, paramsPath: string): Promise<Dataset> {
  const { storage } = reading;
  const folder = joinPath(storage.folder, reading.folder);
  const names = { folder, name: baseName(folder), paramsPath: joinPath(storage.folder, paramsPath) };
  try {
    return await readTemplateDataset(reading, params, names);
  } catch (error) {
    for (const npy of reading.open) await npy.file.close();
    throw error;
  }
}

async function startReading(
  storage: Storage,
  folder: string,
  report: ReportBuilder,
  options: OpenOptions,
): Promise<Reading> {
  const entries = await storage.list(folder === '' ? undefined : folder);
  return {
    storage,
    folder,
    names: entries.filter((entry) => !entry.isFolder).map((entry) => entry.name),
    report,
    open: [],
    progress: options.progress,
    chosenFiles: options.chosenFiles,
    step: (text, fraction) => options.onProgress?.(text, fraction),
  };
}

/** Absolute folder of the data that a params file names, without opening them. Throws `input` when the file cannot be read. */
export async function findDataFolder(storage: Storage, paramsPath: string): Promise<string> {
  if (isKwik(paramsPath)) return kwikNames(storage, paramsPath).folder;
  if (isRawPath(paramsPath) || isAlf(paramsPath)) return folderOf(joinPath(storage.folder, paramsPath));
  const report = new ReportBuilder();
  const text = new TextDecoder().decode(await storage.readAll(paramsPath));
  const params = readParams(text, baseName(paramsPath), report);
  return joinPath(storage.folder, await dataFolder(storage, paramsPath, params, report));
}

/** Folder of the data relative to the storage: dir_path where that exists, else the folder of params.py (spec/data.md 1.3). */
async function dataFolder(
  storage: Storage,
  paramsPath: string,
  params: TemplateParams,
  report: ReportBuilder,
): Promise<string> {
  const own = folderOf(paramsPath);
  const beside = own === storage.folder ? '' : own;
  if (params.folder === undefined) return beside;
  for (const path of new Set([params.folder.path, params.folder.literal])) {
    const folder = isAbsolutePath(path) ? path : joinPath(beside, path);
    const entry = await storage.stat(folder);
    if (entry?.isFolder === true) return folder === storage.folder ? '' : folder;
  }
  report.warn(
    'params',
    `${params.folder.path} (dir_path in params.py) does not exist; the folder of params.py is read instead.`,
  );
  return beside;
}
