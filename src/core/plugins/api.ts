/**
 * What a plugin is: the types that its author sees. `m`, `c` and `s` are those of core/scripting/api.ts; `phy plugin new` puts both beside a plugin.
 *
 * Hooks of the first part (`metrics` to `views[].query`) run in a thread of their own beside the data; they may use anything that Node offers. Hooks
 * of the second part (`views[].draw`, `buttons`) run in the window. Both are loaded from the same file, so a module of Node is best imported in
 * the function that uses it: `const { writeFile } = await import('node:fs/promises')`.
 */
import type { Cluster, ScriptController, ScriptModel, ScriptSupervisor, Value } from '../scripting/api.ts';

/** What every hook beside the data gets. */
export interface Tools {
  readonly m: ScriptModel;
  readonly c: ScriptController;
  readonly s: ScriptSupervisor;
}

/** A parameter with a field in a form; `doc` is its tooltip. */
export interface Parameter {
  readonly kind?: 'number' | 'toggle' | 'choice' | 'text';
  readonly default: number | boolean | string;
  readonly label?: string;
  readonly doc?: string;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  readonly choices?: readonly string[];
}
export type Parameters = Readonly<Record<string, Parameter>>;
export type ParameterValues = Readonly<Record<string, number | boolean | string>>;

/** A column of the cluster view: sorted, filtered and saved like every other. */
export interface Metric {
  value(cluster: Cluster, tools: Tools): Value | Promise<Value>;
}

/** An order of the similarity view: [cluster id, similarity] pairs. */
export interface Similarity {
  similar(cluster: Cluster, tools: Tools): Pairs | Promise<Pairs>;
}
export type Pairs = readonly (readonly [clusterId: number, similarity: number])[];

/** A rule from spikes to parts: an entry of Edit > Split by, with its preview. */
export interface Splitter {
  readonly title?: string;
  readonly doc?: string;
  readonly alias?: string;
  readonly key?: string;
  readonly parameters?: Parameters;
  /**
   * A whole number for each of `spikes.spikeIds`, which are all spikes of the clusters, in time order; negative for spikes that it knows nothing
   * about. The same spikes and parameters must give the same labels: seed what is random.
   */
  split(spikes: Spikes, parameters: ParameterValues, tools: Tools): Labels | Promise<Labels>;
}
export type Labels = ArrayLike<number>;
export interface Spikes extends Omit<Cluster, 'id' | 'labels'> {
  readonly clusterIds: readonly number[];
  /** [spike]: the cluster it is in. */
  readonly clusters: Int32Array;
}

/**
 * A filter of raw data: a choice beside `raw` and `high_pass` in every view that shows them (Alt+R goes through all), and in `phy query --set filter=...`.
 * What it returns is shown less its median, as raw data are.
 */
export interface RawFilter {
  /** What the status bar calls it. */
  readonly title?: string;
  /** Samples on either side that are read beside those that are wanted, s; 0.03 unless stated. */
  readonly context?: number;
  /** All channels of the recording come together, whichever are shown: for a common reference. */
  readonly allChannels?: boolean;
  /** In force where the person chose no filter. */
  readonly initial?: boolean;
  /** `samples` [sample][channel] are its own to change. Returns as many values in the same order. */
  filter(samples: Float32Array, facts: FilterFacts): ArrayLike<number> | Promise<ArrayLike<number>>;
}
export interface FilterFacts {
  readonly sampleCount: number;
  readonly channelCount: number;
  /** Hz */
  readonly sampleRate: number;
}

/** Something to do: an entry of a menu, a key, a snippet, a line of `phy run`. */
export interface Command {
  readonly title?: string;
  readonly doc?: string;
  readonly menu?: 'File' | 'Edit' | 'Select' | 'View' | 'Help';
  readonly submenu?: string;
  /** `s`, `ctrl+alt+x` */
  readonly key?: string;
  /** Snippet: `fr` for `:fr 10`. */
  readonly alias?: string;
  /** Asks for words first. */
  readonly prompt?: { readonly text: string; readonly example?: string };
  /** `words` as typed after the snippet. A returned sentence, or that of a returned result, goes to the status bar. */
  run(words: readonly unknown[], tools: Tools): Said | Promise<Said>;
}

export type Said = string | { readonly message: string } | void;

/** Moments or intervals of the recording, drawn over the trace, amplitude and raster views; not while the amplitude view shows reordered times. */
export interface Overlay {
  readonly title?: string;
  /** CSS colour; yellow unless stated. */
  readonly color?: string;
  times(tools: Tools): Times | Promise<Times>;
}
export interface Times {
  /** s */
  readonly start: ArrayLike<number>;
  /** s; absent for moments. */
  readonly end?: ArrayLike<number>;
  readonly labels?: readonly string[];
}

/** A view of the window, and the question behind it under the same name for `phy query`. */
export interface View {
  /** Name of the panel; from the name of the view unless stated (`density` is DensityView). */
  readonly title?: string;
  readonly parameters?: Parameters;
  /** Asked about at most so many clusters; 8 unless stated. */
  readonly maxClusters?: number;
  /** Runs beside the data. What it returns is what `draw` gets: plain values, lists and typed arrays. */
  query(clusters: readonly Cluster[], parameters: ParameterValues, tools: Tools): unknown;
  /**
   * Where the spikes of each cluster are in the first plot of the figure, in data units: the view then has a lasso, and a split is made of all spikes.
   * Spikes that are left out, or are at NaN, are asked about. Runs beside the data.
   */
  coordinates?(
    clusters: readonly Cluster[],
    parameters: ParameterValues,
    tools: Tools,
  ): readonly Coordinates[] | Promise<readonly Coordinates[]>;
  /** Runs in a worker of the window. */
  draw(answer: never, context: DrawContext): Figure;
  /** In its title. */
  readonly buttons?: readonly ViewButton[];
}
/** Of one cluster, in the order of the clusters. */
export interface Coordinates {
  /** All spikes of the cluster unless stated. */
  readonly spikeIds?: ArrayLike<number>;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}
export interface DrawContext {
  readonly parameters: ParameterValues;
  readonly clusterIds: readonly number[];
  /** Colour of the cluster at that place of the selection. */
  color(place: number, opacity?: number): Rgba;
  /** Colour of text. */
  readonly text: Rgba;
  /** CSS px */
  readonly width: number;
  readonly height: number;
}
export type Rgba = readonly [number, number, number, number];

/** One or several plots, in rows and columns. */
export interface Figure {
  readonly plots: readonly PlotSpec[];
  /** 1 unless stated. */
  readonly columns?: number;
}
export interface PlotSpec {
  readonly title?: string;
  readonly x?: Axis;
  readonly y?: Axis;
  readonly marks: readonly Mark[];
}
/** Limits are taken from the marks where they are absent. */
export interface Axis {
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
}
export type Mark =
  | {
      readonly kind: 'points';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly color: Rgba;
      readonly size?: number;
    }
  | {
      readonly kind: 'line';
      readonly x: ArrayLike<number>;
      readonly y: ArrayLike<number>;
      readonly color: Rgba;
      readonly width?: number;
    }
  /** Bars between consecutive `edges`, which are one more than `heights`. */
  | {
      readonly kind: 'bars';
      readonly edges: ArrayLike<number>;
      readonly heights: ArrayLike<number>;
      readonly color: Rgba;
    }
  /** Values in rows, the first at the bottom, drawn as shades of one colour. */
  | {
      readonly kind: 'image';
      readonly values: ArrayLike<number>;
      readonly rows: number;
      readonly columns: number;
      readonly color?: Rgba;
      readonly bounds?: readonly [number, number, number, number];
    }
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly color?: Rgba };

/** A button in the title of panels. */
export interface ViewButton {
  readonly name: string;
  readonly title: string;
  readonly doc?: string;
  /** New values of the parameters, from those in force. */
  press(parameters: ParameterValues): ParameterValues;
}

/** Colours of clusters that are not selected, where the person chose none: the scheme `custom` of the views that have several. */
export interface Colors {
  /** `cluster`, `group` or a column. */
  readonly field: string;
  readonly palette?: 'categorical' | 'cluster_group' | 'diverging' | 'linear' | 'rainbow';
  readonly categorical?: boolean;
  readonly logarithmic?: boolean;
}

/** View -> parameter -> value. */
export interface Settings {
  readonly [view: string]: Readonly<Record<string, number | boolean | string | readonly number[] | null>>;
}

export interface Plugin {
  readonly name: string;
  /** One sentence. */
  readonly doc?: string;
  /** Columns of the cluster view. */
  readonly metrics?: Readonly<Record<string, Metric | Metric['value']>>;
  /** The last one of all plugins orders the similarity view. */
  readonly similarities?: Readonly<Record<string, Similarity | Similarity['similar']>>;
  readonly splitters?: Readonly<Record<string, Splitter>>;
  readonly filters?: Readonly<Record<string, RawFilter | RawFilter['filter']>>;
  readonly commands?: Readonly<Record<string, Command>>;
  readonly overlays?: Readonly<Record<string, Overlay>>;
  readonly views?: Readonly<Record<string, View>>;
  /** Called after every change of clusters or labels, and after undo and redo. */
  changed?(change: Change, tools: Tools): void | Promise<void>;
  /** Called after the files were written. */
  saved?(files: readonly string[], tools: Tools): void | Promise<void>;
  /** Parameters of views where nobody chose others: numbers of spikes, dimensions of the feature view, ... */
  readonly settings?: Settings;
  /** Columns of the cluster view that are shown at first, in order. */
  readonly shownColumns?: readonly string[];
  /** Style sheet of the tables. */
  readonly tableStyle?: string;
  /** Buttons in the titles of our own views: they change parameters of the view (docs/settings.md). */
  readonly buttons?: Readonly<Record<string, readonly ViewButton[]>>;
  /** A text that stays in the status bar; asked for again after every change and selection. Nothing is shown for null. */
  status?(tools: Tools): string | null | Promise<string | null>;
  /** Where the panels are at first, and after View > Reset layout. Views that the dataset lacks take no room. */
  readonly layout?: Place;
  /** Names for the JavaScript console, beside `m`, `c` and `s`: plain values, lists and typed arrays. Asked for when a console starts. */
  names?(tools: Tools): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  /** Panels that are opened when a window starts without them. */
  readonly openViews?: readonly string[];
  /** Keys of actions, as in keymap.json, which stands above them: `{'Edit.merge': 'x', 'Help.about': null}`. */
  readonly keys?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly colors?: Colors;
  /** Sizes where the person chose none: text (CSS px, 12 to 16) and everything (0.5 to 3). */
  readonly appearance?: { readonly fontSize?: number; readonly scale?: number };
}

/** A panel by name, several as tabs, or places beside or below each other. `size` is relative to the neighbours; 1 unless stated. */
export type Place =
  | string
  | { readonly tabs: readonly string[]; readonly size?: number }
  | { readonly row: readonly Place[]; readonly size?: number }
  | { readonly column: readonly Place[]; readonly size?: number };

/** What an action did. */
export interface Change {
  readonly action: string;
  readonly message: string;
  readonly added: readonly number[];
  readonly deleted: readonly number[];
  /** Clusters whose group or label changed. */
  readonly changed: readonly number[];
  readonly history: 'undo' | 'redo' | null;
}

/** Gives a plugin its types; does nothing else. */
export function definePlugin<const P extends Plugin>(plugin: P): P {
  return plugin;
}
