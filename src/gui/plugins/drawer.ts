/**
 * The window's side of the worker that draws the views of one plugin. Drawing that does not end is ended: the worker is stopped, the plugin named,
 * and its views say so until the window is loaded again.
 */
import type { Figure, ParameterValues } from '../../core/plugins/api.ts';
import type { DrawFacts, FromDrawer, ToDrawer } from './drawMessages.ts';

/** A worker that is silent for so many looks while it should draw is stuck. Looks are counted, not time: a machine may sleep. */
const LOOK_MS = 500;
const MOST_LOOKS = 10;

interface Pending {
  readonly what: string;
  resolve(value: Figure | ParameterValues | null): void;
  reject(error: Error): void;
}

/** A message before its number. */
type Question = ToDrawer extends infer M ? (M extends unknown ? Omit<M, 'id'> : never) : never;

export class Drawer {
  private readonly plugin: string;
  private readonly module: string;
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private ended: string | null = null;
  private watch: ReturnType<typeof setInterval> | undefined;
  private silentLooks = 0;

  /** `module` is the address of the plugin's module. */
  constructor(plugin: string, module: string) {
    this.plugin = plugin;
    this.module = module;
    this.worker = new Worker(new URL('../../main.drawer.ts', import.meta.url), { type: 'module', name: plugin });
    this.worker.addEventListener('message', ({ data }: MessageEvent<FromDrawer>) => this.take(data));
    this.worker.addEventListener('error', ({ message }) => this.end(`Plugin ${plugin} cannot be drawn: ${message}`));
  }

  /** Rejects with a sentence when the module cannot be loaded into the window. */
  async load(): Promise<void> {
    const module = new URL(this.module, document.baseURI).href;
    await this.ask({ kind: 'load', module }, 'loading it into the window');
  }

  async draw(view: string, title: string, answer: unknown, facts: DrawFacts): Promise<Figure> {
    return (await this.ask({ kind: 'draw', view, answer, facts }, `drawing ${title}`)) as Figure;
  }

  /** New values of parameters. `view` is one of the plugin, or null for a button of our own view `ours`. */
  async press(
    { view, ours }: { readonly view: string | null; readonly ours: string | null },
    button: string,
    parameters: ParameterValues,
  ): Promise<ParameterValues> {
    return (await this.ask({ kind: 'press', view, ours, button, parameters }, `button ${button}`)) as ParameterValues;
  }

  private ask(question: Question, what: string): Promise<Figure | ParameterValues | null> {
    if (this.ended !== null) return Promise.reject(new Error(this.ended));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { what, resolve, reject });
      this.watch ??= setInterval(() => this.look(), LOOK_MS);
      this.worker.postMessage({ ...question, id });
    });
  }

  private take(message: FromDrawer): void {
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    this.silentLooks = 0;
    if (this.pending.size === 0) this.stopWatching();
    if (pending === undefined) return;
    if (message.ok) pending.resolve(message.value);
    else pending.reject(new Error(this.sentence(pending.what, message.message, message.stack)));
  }

  private look(): void {
    this.silentLooks += 1;
    if (this.silentLooks < MOST_LOOKS) return;
    const [first] = this.pending.values();
    this.end(
      `Plugin ${this.plugin} (${fileOf(this.module)}) was stopped: it gave no sign of life for ${(LOOK_MS * MOST_LOOKS) / 1000} s ` +
        `in ${first?.what ?? 'its work'}. Its views are disabled until the window is loaded again.`,
    );
  }

  private stopWatching(): void {
    clearInterval(this.watch);
    this.watch = undefined;
    this.silentLooks = 0;
  }

  private end(sentence: string): void {
    if (this.ended !== null) return;
    this.ended = sentence;
    this.worker.terminate();
    this.stopWatching();
    for (const pending of this.pending.values()) pending.reject(new Error(sentence));
    this.pending.clear();
  }

  /** `Plugin density: it failed in drawing DensityView (density.mjs, line 20): y is not defined.` */
  private sentence(what: string, message: string, stack: string): string {
    const folder = this.module.slice(0, this.module.lastIndexOf('/') + 1);
    const found = stack.split('\n').find((line) => line.includes(folder));
    const place = found === undefined ? null : /([^/()\s?:]+)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(found);
    const where = place === null ? fileOf(this.module) : `${place[1]}, line ${place[2]}`;
    return `Plugin ${this.plugin}: it failed in ${what} (${where}): ${message.replace(/[.\s]+$/, '')}.`;
  }
}

const fileOf = (module: string): string => module.slice(module.lastIndexOf('/') + 1);
