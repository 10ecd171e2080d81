/** `phy trace-gui`: a raw recording in a window, without a sorting. */
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { scopeOfRaw, type RawChoice } from '../../core/dataset/readers/rawRecording.ts';
import { resolveParams } from '../folder.ts';
import { datasetHome, guiNameOf, userFolder } from '../places.ts';
import { runWindow, type WindowOptions } from './templateGui.ts';

export interface TraceGuiOptions extends WindowOptions {
  readonly file: string;
  readonly raw: RawChoice;
  readonly clearState: boolean;
}

/** Opens the recording. Resolves with the exit code (runWindow); throws `input` or `usage` when it cannot be opened. */
export async function traceGui({ file, raw, clearState, ...place }: TraceGuiOptions): Promise<number> {
  const { path, folder } = resolveParams(file);
  if (clearState) await clearStates(folder, path);
  return await runWindow(place, { path, raw });
}

/** Forgets the settings of windows of recordings, and of this one. */
async function clearStates(folder: string, path: string): Promise<void> {
  const { path: home } = await datasetHome(folder, scopeOfRaw(path), true);
  for (const state of [join(userFolder(), 'ts', guiNameOf('raw'), 'state.json'), join(home, 'state.json')]) {
    await rm(state, { force: true });
    process.stderr.write(`Deleted ${state}.\n`);
  }
}
