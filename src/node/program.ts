/**
 * What this process has open: nothing (the start page), a dataset on its way, or one engine. It goes from one to the next when the start
 * page opens a dataset and when a window closes one; the server shows whatever is open.
 */
import { PhyError, sentenceOf } from '../core/base/errors.ts';
import { Signal } from '../core/base/scope.ts';
import type { DatasetPath } from '../core/protocol/messages.ts';
import type { StartPlace } from '../core/protocol/start.ts';
import type { EngineHost, Opening, OpeningStep } from './engineHost.ts';
import { resolveParams } from './folder.ts';
import { typedPath } from './listFolder.ts';
import { NO_LOG, type Log } from './log.ts';
import { printReport } from './printReport.ts';
import { keepRawFiles } from './rawFiles.ts';
import { recentDatasets, type RecentDatasets } from './recent.ts';
import { unsavedSentence } from './unsavedSentence.ts';

export type Place = Exclude<StartPlace, { kind: 'open' }> | { readonly kind: 'open'; readonly engine: EngineHost };

/** Starts opening a dataset (startEngine); the path is absolute. */
export type StartOpening = (dataset: DatasetPath, onStep: (step: OpeningStep) => void) => Opening;

export class Program {
  readonly moved = new Signal<Place>();
  readonly recent: RecentDatasets;
  /** Resolves when a window ended the program. */
  readonly ended: Promise<void>;
  private current: Place = { kind: 'start', failure: null };
  private opening: Opening | null = null;
  private url: string | null = null;
  private end: () => void = () => undefined;
  private readonly startOpening: StartOpening;
  private readonly log: Log;

  constructor(startOpening: StartOpening, log: Log = NO_LOG) {
    this.startOpening = startOpening;
    this.log = log;
    this.recent = recentDatasets((message) => this.warn(message));
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get place(): Place {
    return this.current;
  }

  /** Opens a dataset. Throws what opening throws, and is then at the start page. */
  async open({ path, kwik, raw, chosenFiles }: DatasetPath): Promise<void> {
    const given = typedPath(path);
    if (this.current.kind !== 'start') throw new PhyError('refused', 'Another dataset is open or being opened.');
    if (chosenFiles !== undefined)
      await keepRawFiles(resolveParams(given).path, chosenFiles, (message) => this.warn(message));
    const opening = this.startOpening({ path: given, kwik, raw }, (step) => {
      if (this.opening === opening) this.move({ kind: 'opening', path: given, ...step });
    });
    this.opening = opening;
    this.move({ kind: 'opening', path: given, text: 'Opening', fraction: null });
    try {
      const engine = await opening.engine;
      if (this.opening === opening) this.entered(engine, { kwik, raw });
    } catch (error) {
      if (this.opening !== opening) return;
      this.opening = null;
      this.log.write('error', `${given} was not opened. ${detailsOf(error)}`);
      this.move({ kind: 'start', failure: { path, message: sentenceOf(error) } });
      throw error;
    }
  }

  /** Opens what the start page asks for; what goes wrong is shown there, and said here. */
  async openFromPage(dataset: DatasetPath): Promise<void> {
    await this.open(dataset).catch((error: unknown) => printLine(sentenceOf(error)));
  }

  /** Goes back to the start page while a dataset is being opened. */
  cancel(): void {
    this.opening?.abandon();
    this.opening = null;
    if (this.current.kind === 'opening') this.move({ kind: 'start', failure: null });
  }

  /** Puts the address of the window into the locks of what is open, now and later. */
  announce(url: string): void {
    this.url = url;
    if (this.current.kind === 'open') this.current.engine.announce(url);
  }

  /** The person wants no more. */
  quit(): void {
    this.end();
  }

  /** Closes what is open; resolves with the number of actions that are not saved: they stay in the journal. */
  async stop(reason: string): Promise<number> {
    this.opening?.abandon();
    this.opening = null;
    if (this.current.kind !== 'open') return 0;
    const { engine } = this.current;
    const { clusterCount, unsaved } = await engine.stop(reason);
    const left = unsaved === 0 ? '' : ` ${unsavedSentence(unsaved)}`;
    this.log.write('info', `Closed ${engine.opened.paramsPath}.${left}`);
    await this.recent.closed(engine.opened, clusterCount);
    return unsaved;
  }

  private entered(engine: EngineHost, choice: Omit<DatasetPath, 'path'>): void {
    this.opening = null;
    if (this.url !== null) engine.announce(this.url);
    printReport(engine.opened);
    const { paramsPath, clusterCount, report } = engine.opened;
    this.log.write('info', `Opened ${paramsPath}: ${clusterCount} clusters.`);
    for (const warning of report.warnings) this.log.write('warning', warning);
    void this.recent.opened(engine.opened, choice);
    this.move({ kind: 'open', engine });
    void this.leaveWith(engine);
  }

  /** Waits for the end of an engine and goes where the window that closed it wants to go. */
  private async leaveWith(engine: EngineHost): Promise<void> {
    try {
      const { next, clusterCount } = await engine.ended;
      await this.recent.closed(engine.opened, clusterCount);
      if (next === undefined) return this.end();
      this.move({ kind: 'start', failure: null });
      if (next.open !== null) await this.openFromPage(next.open);
    } catch (error) {
      const message = `${sentenceOf(error)} Every action that was shown is in the journal. Open the dataset again.`;
      this.log.write('error', `The engine of ${engine.opened.paramsPath} ended. ${detailsOf(error)}`);
      printLine(message);
      this.move({ kind: 'start', failure: { path: engine.opened.paramsPath, message } });
    }
  }

  /** At the terminal and in the log. */
  private warn(text: string): void {
    this.log.write('warning', text);
    printLine(text);
  }

  private move(place: Place): void {
    this.current = place;
    this.moved.emit(place);
  }
}

/** What a log keeps of an error: its trace, where it is a defect of ours. */
const detailsOf = (error: unknown): string =>
  error instanceof Error && !(error instanceof PhyError) ? (error.stack ?? error.message) : sentenceOf(error);

function printLine(text: string): void {
  process.stderr.write(`${text}\n`);
}
