/** The command line: `phy COMMAND ...`. Commands load what they need when they run, so that help is immediate. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PhyError, type ErrorKind } from '../core/base/errors.ts';
import type { KwikChoice } from '../core/dataset/readers/kwikModel.ts';
import type { RawChoice } from '../core/dataset/readers/rawRecording.ts';
import type { WindowOptions } from './commands/templateGui.ts';
import { packageVersion } from './places.ts';

/** Exit codes of spec/commands.md 1. */
const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  input: 2,
  usage: 2,
  missing: 1,
  refused: 1,
  held: 3,
  aborted: 130,
};

/** Runs the command of `argv` and ends the process with its exit code. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2);
  const debug = words.includes('--debug');
  process.stdout.on('error', endQuietlyOnClosedPipe);
  let code: number;
  try {
    code = await parse(words.filter((word) => word !== '--debug'));
  } catch (error) {
    code = report(error, debug);
  }
  process.exitCode = code;
  await flushed(process.stdout);
  process.exit(code);
}

/** Parses and runs; resolves with the exit code. */
async function parse(words: readonly string[]): Promise<number> {
  let code = 0;
  const done = (result: number): void => {
    code = result;
  };
  const program = createProgram(done);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}

/** All commands. `done` receives the exit code of the one that runs. */
function createProgram(done: (code: number) => void): Command {
  const program = new Command('phy')
    .description('Look at spike-sorted recordings and curate them by hand.')
    .version(`phy, version ${packageVersion()}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--debug', 'show where an error came from')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureHelp({ sortSubcommands: false });

  withPlaceOptions(
    program
      .command('start', { isDefault: true })
      .description('choose a dataset in the browser; what phy does without a command')
      .argument('[path]', 'a params.py, its folder, an ALF folder, a .kwik file or a raw file, to open at once'),
  ).action(async (path: string | undefined, options: PlaceWords) => {
    const { start } = await import('./commands/start.ts');
    done(await start(path, placeOptions(options)));
  });

  withWindowOptions(
    program
      .command('template-gui')
      .description('open a dataset in a window of the browser')
      .argument('[params]', 'a params.py, its folder, or an ALF folder (default: the current folder)'),
  ).action(async (params: string | undefined, options: WindowWords) => {
    const { templateGui } = await import('./commands/templateGui.ts');
    done(await templateGui({ params, guiName: 'TemplateGUI', ...windowOptions(options) }));
  });

  withKwikOptions(
    withWindowOptions(
      program
        .command('kwik-gui')
        .description('open a klusta dataset in a window of the browser')
        .argument('<file>', 'a .kwik file, or a folder with one'),
    ),
  ).action(async (params: string, options: WindowWords & KwikWords) => {
    const { templateGui } = await import('./commands/templateGui.ts');
    const { resolveKwik } = await import('./folder.ts');
    const file = resolveKwik(params);
    done(await templateGui({ params: file, guiName: 'KwikGUI', kwik: kwikChoice(options), ...windowOptions(options) }));
  });

  withWindowOptions(
    program
      .command('trace-gui')
      .description('look at a raw recording without a sorting')
      .argument('<file>', 'a raw file (.dat .bin .raw .cbin .npy), or a params.py that names one'),
  )
    // As in the reference, -h is the offset here.
    .helpOption('--help', 'print this help')
    .option('-s, --sample-rate <hz>', 'sample rate in Hz', positiveNumber)
    .option('-d, --dtype <type>', 'type of a number, such as int16')
    .option('-n, --n-channels <n>', 'number of channels in the file', wholeNumber)
    .option('-h, --offset <bytes>', 'bytes before the data (default: 0)', wholeNumber)
    .option('-f, --fortran', 'the file keeps each channel together')
    .action(async (params: string, options: WindowWords & RawWords) => {
      const { traceGui } = await import('./commands/traceGui.ts');
      done(await traceGui({ file: params, raw: rawChoice(options), ...windowOptions(options) }));
    });

  program
    .command('template-describe')
    .description('print what a dataset consists of')
    .argument('[params]', 'a params.py, its folder, or an ALF folder (default: the current folder)')
    .option('--json', 'print one JSON object')
    .action(async (params: string | undefined, options: { readonly json?: boolean }) => {
      const { templateDescribe } = await import('./commands/templateDescribe.ts');
      done(await templateDescribe(params, options.json === true));
    });

  withKwikOptions(
    program
      .command('kwik-describe')
      .description('print what a klusta dataset consists of')
      .argument('<file>', 'a .kwik file, or a folder with one')
      .option('--json', 'print one JSON object'),
  ).action(async (params: string, options: KwikWords & { readonly json?: boolean }) => {
    const { templateDescribe } = await import('./commands/templateDescribe.ts');
    const { resolveKwik } = await import('./folder.ts');
    done(await templateDescribe(resolveKwik(params), options.json === true, kwikChoice(options)));
  });

  withKwikOptions(program.command('query'))
    .description('print the answer of a view as JSON')
    .argument('<params>', 'a params.py, its folder, or a .kwik file')
    .argument('<view>', 'waveform, feature, correlogram, amplitude, cluster, similarity, ...')
    .option('--clusters <ids>', 'clusters in selection order, such as 1,2', listOfIds)
    .option('--set <name=value...>', 'parameters of the view')
    .option('--out <dir>', 'write the arrays as .npy files into this folder')
    .option('--recover', 'replay unsaved actions first')
    .option('--plugin <path...>', 'load this plugin too')
    .action(async (params: string, view: string, options: QueryWords & KwikWords) => {
      const { query } = await import('./commands/query.ts');
      done(
        await query({
          params,
          view,
          clusters: options.clusters,
          set: options.set ?? [],
          out: options.out,
          recover: options.recover === true,
          plugins: options.plugin ?? [],
          kwik: kwikChoice(options),
        }),
      );
    });

  withKwikOptions(program.command('run'))
    .description('run one action or snippet per line and print one JSON line each')
    .argument('<params>', 'a params.py, its folder, or a .kwik file')
    .argument('<script>', 'a text file, a module (.js .mjs .ts), or - for standard input')
    .option('--keep-going', 'run the rest after a line that failed')
    .option('--recover', 'replay the unsaved actions of an earlier session first')
    .option('--discard', 'set the unsaved actions of an earlier session aside')
    .option('--plugin <path...>', 'load this plugin too')
    .action(async (params: string, script: string, options: RunWords & KwikWords) => {
      if (options.recover === true && options.discard === true) {
        throw new PhyError('usage', 'Choose one of --recover and --discard.');
      }
      const { run } = await import('./commands/run.ts');
      const unsaved = options.recover === true ? 'recover' : options.discard === true ? 'discard' : 'refuse';
      const keepGoing = options.keepGoing === true;
      const plugins = options.plugin ?? [];
      done(await run({ params, script, keepGoing, unsaved, plugins, kwik: kwikChoice(options) }));
    });

  withKwikOptions(
    program
      .command('check')
      .description('say what is wrong with a dataset, and how to mend it')
      .argument('[params]', 'a params.py, its folder, or a .kwik file (default: the current folder)')
      .option('--json', 'print one JSON object'),
  ).action(async (params: string | undefined, options: KwikWords & { readonly json?: boolean }) => {
    const { check } = await import('./commands/check.ts');
    done(await check({ params, json: options.json === true, kwik: kwikChoice(options) }));
  });

  program
    .command('extract-waveforms')
    .description('cut waveforms out of the raw data, for when these are slow to read or elsewhere')
    .argument('[params]', 'a params.py, its folder, or an ALF folder (default: the current folder)')
    .argument('[count]', 'waveforms of each template, chosen at random', wholeNumber, 500)
    .option('--nc <n>', 'channels of each waveform, at least 12', wholeNumber, 16)
    .action(async (params: string | undefined, count: number, { nc }: { readonly nc: number }) => {
      const { extractWaveforms } = await import('./commands/extractWaveforms.ts');
      const options = { params, spikesPerTemplate: count, channels: nc };
      process.stderr.write(`${await extractWaveforms(options, process.stderr)}\n`);
      done(0);
    });

  const plugin = program.command('plugin').description('make and test plugins');
  plugin
    .command('new')
    .description('make a plugin that works, with types and a test')
    .argument('<name>', 'its name')
    .option('--into <dir>', 'folder to make it in (default: the plugins of the user folder)')
    .option('--typescript', 'write it in TypeScript')
    .action(async (name: string, options: { readonly into?: string; readonly typescript?: boolean }) => {
      const { pluginNew } = await import('./commands/pluginNew.ts');
      const made = await pluginNew({ name, into: options.into, typescript: options.typescript === true });
      process.stdout.write(`${made}\n`);
      done(0);
    });
  plugin
    .command('test')
    .description('run the tests of a plugin')
    .argument('<path>', 'its folder, or one test')
    .action(async (path: string) => {
      const { pluginTest } = await import('./commands/pluginNew.ts');
      done(await pluginTest(path));
    });

  program
    .command('alf-convert')
    .description('write a sorting, or several probes of one recording, as ALF files')
    .argument('<folders...>', 'a params.py or its folder, one for each probe, and last the folder to write')
    .action(async (folders: readonly string[]) => {
      const { alfConvert } = await import('./commands/alfConvert.ts');
      process.stderr.write(`${await alfConvert(folders, process.stderr)}\n`);
      done(0);
    });

  program
    .command('demo')
    .description('make a synthetic recording with known truth')
    .option('--size <size>', 'small, medium or large', 'small')
    .option('--spikes <n>', 'about so many spikes', wholeNumber)
    .option('--units <n>', 'so many units', wholeNumber)
    .option('--channels <n>', 'so many channels', wholeNumber)
    .option('--duration <seconds>', 'so long', positiveNumber)
    .option('--seed <n>', 'another recording of the same kind', wholeNumber)
    .option('--no-raw', 'without raw data')
    .option('--with-raw', 'with raw data, whatever the size')
    .option('--out <dir>', 'folder to make (default: phy-demo-SIZE)')
    .action(async (options: DemoWords) => {
      const { demoCommand } = await import('./commands/demo.ts');
      process.stdout.write(`${await demoCommand(options)}\n`);
      done(0);
    });
  return program;
}

/** What every command that opens a window understands. */
function withPlaceOptions(command: Command): Command {
  return command
    .option('--no-browser', 'only print the address')
    .option('--tab', 'open in a tab of the default browser instead of a window of its own')
    .option('--port <n>', 'port to listen on (default: a free one)', portNumber)
    .option('--plugin <path...>', 'load this plugin too');
}

function placeOptions({ browser, tab, port, plugin }: PlaceWords): WindowOptions {
  return { window: browser ? (tab === true ? 'tab' : 'app') : 'none', port: port ?? 0, plugins: plugin ?? [] };
}

/** And those that open a dataset in it. */
function withWindowOptions(command: Command): Command {
  return withPlaceOptions(
    command
      .option('--clear-cache', 'delete the caches of this dataset first')
      .option('--no-clear-cache', 'keep them (default)')
      .option('--clear-state', 'forget the arrangement of the window and the settings of views first')
      .option('--no-clear-state', 'keep them (default)'),
  );
}

function windowOptions({ clearCache, clearState, ...place }: WindowWords) {
  return { clearCache: clearCache === true, clearState: clearState === true, ...placeOptions(place) };
}

/** Which part of a .kwik file a command looks at. */
function withKwikOptions(command: Command): Command {
  return command
    .option('--channel-group <n>', 'channel group (shank) of a .kwik file (default: the first)', wholeNumber)
    .option('--clustering <name>', 'clustering of a .kwik file (default: main)');
}

interface KwikWords {
  readonly channelGroup?: number;
  readonly clustering?: string;
}
const kwikChoice = ({ channelGroup, clustering }: KwikWords): KwikChoice => ({ channelGroup, clustering });

interface RawWords {
  readonly sampleRate?: number;
  readonly dtype?: string;
  readonly nChannels?: number;
  readonly offset?: number;
  readonly fortran?: boolean;
}
const rawChoice = ({ sampleRate, dtype, nChannels, offset, fortran }: RawWords): RawChoice => ({
  sampleRate,
  dtype,
  channelCount: nChannels,
  offset,
  fortran,
});

interface PlaceWords {
  readonly browser: boolean;
  readonly tab?: boolean;
  readonly port?: number;
  readonly plugin?: readonly string[];
}
interface WindowWords extends PlaceWords {
  readonly clearCache?: boolean;
  readonly clearState?: boolean;
}
interface QueryWords {
  readonly plugin?: readonly string[];
  readonly clusters?: readonly number[];
  readonly set?: readonly string[];
  readonly out?: string;
  readonly recover?: boolean;
}
interface RunWords {
  readonly plugin?: readonly string[];
  readonly keepGoing?: boolean;
  readonly recover?: boolean;
  readonly discard?: boolean;
}
interface DemoWords {
  readonly size: string;
  readonly spikes?: number;
  readonly units?: number;
  readonly channels?: number;
  readonly duration?: number;
  readonly seed?: number;
  readonly raw: boolean;
  readonly withRaw?: boolean;
  readonly out?: string;
}

/** Says what went wrong in one sentence, and returns the exit code. A stack trace only with --debug. */
function report(error: unknown, debug: boolean): number {
  if (error instanceof PhyError) {
    process.stderr.write(`${debug ? (error.stack ?? error.message) : error.message}\n`);
    return EXIT_CODES[error.kind];
  }
  const message = error instanceof Error ? error.message : String(error);
  const trace = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ' Add --debug to see where.';
  process.stderr.write(`Something went wrong inside phy: ${message}.${trace}\n`);
  return 1;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new InvalidArgumentError('expected 0 to 65535.');
  return port;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a positive number.');
  return value;
}

function listOfIds(text: string): readonly number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (!words.every((word) => /^\d+$/.test(word))) throw new InvalidArgumentError('expected ids such as 1,2.');
  return words.map(Number);
}

/** The reader of our output went away (`phy query ... | head`): nothing is wrong. */
function endQuietlyOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => void stream.write('', () => resolve()));
