/** A session for commands that only read: nothing is ever written, and another engine may have the dataset open. */
import { PhyError } from '../core/base/errors.ts';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import type { QueryTable } from '../core/engine/query.ts';
import type { Opened, Session } from '../core/engine/session.ts';
import { openNodeSession } from './openNodeSession.ts';
import { GUI_NAME } from './places.ts';
import { printPlugins, printTold } from './printPlugins.ts';
import { printReport } from './printReport.ts';

export interface ReadingOptions {
  readonly recover: boolean;
  readonly report: boolean;
  /** Paths of `--plugin`; undefined where no plugins are loaded. */
  readonly plugins?: readonly string[];
  /** Which part of a .kwik file to open. */
  readonly kwik?: KwikChoice;
}

/** Opens the files as saved, or with `recover` as the unsaved actions leave them; with `report` says on stderr what was found. */
export async function openForReading(
  paramsPath: string,
  queries: QueryTable,
  { recover, report, kwik, plugins }: ReadingOptions,
): Promise<Session> {
  const session = await openNodeSession({
    paramsPath,
    kwik,
    queries,
    guiName: GUI_NAME,
    curates: false,
    usesSettings: false,
    plugins,
    onTold: printTold,
  });
  printPlugins(session.plugins);
  if (recover) {
    refuseUnreadable(session.opened());
    session.replayInMemory();
  }
  if (report) printReport(session.opened());
  return session;
}

/** Who asks for the unsaved actions is not to take the saved state for them. Throws `input` when the journal cannot be read. */
export function refuseUnreadable({ journalTrouble }: Opened): void {
  if (journalTrouble !== null) throw new PhyError('input', journalTrouble);
}
