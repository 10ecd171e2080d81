/**
 * Makes a view of histograms, one per cluster: actions, gestures, settings and panel are the same for every statistic (spec/views.md 9,
 * curation.md 7.3). What differs is given: name, query, parameters, drawing, words.
 */
import { defaults, type NumberParam, type ParamValue } from '../../../core/base/params.ts';
import type { DatasetSummary } from '../../../core/protocol/messages.ts';
import type { PlotWheel } from '../../plot/stage.ts';
import { STEP, action, numberAction, quantityAction } from '../actions.ts';
import type { SettingsFields, ViewAction, ViewInstance, ViewSpec } from '../instance.ts';
import { type BinNames, type Bins, binSize, binsOf, countFor, rangeFault, turned } from './bins.ts';
import { type HistogramAnswer, type HistogramDrawing, histogramPanel } from './HistogramPanel.tsx';

/** A statistic as a view. */
export interface HistogramView<A extends HistogramAnswer> extends HistogramDrawing<A> {
  /** `ISIView` */
  readonly name: string;
  readonly query: string;
  /** Number of bins and both ends of the range, under the names of `names`; others are offered below them. */
  readonly params: { readonly [name: string]: NumberParam };
  readonly names: BinNames;
  /** Snippets begin with it: `isi` makes `:isin`, `:isib`, `:isimin`, `:isimax`; `h` unless stated. */
  readonly alias?: string;
  /** More names of `set_x_max`. */
  readonly maxAliases?: readonly string[];
  /** Actions of the other parameters. */
  readonly moreActions?: readonly ViewAction[];
}

/** What the functions below need of a view of histograms. */
interface Kind {
  readonly specs: { readonly [K in keyof Bins]: NumberParam };
  readonly names: BinNames;
  /** Parameters that are not about the bins. */
  readonly others: Readonly<Record<string, NumberParam>>;
  /** Where the bins end when the maximum is not set. */
  end(view: ViewInstance): number;
  /** The bins in force. */
  bins(view: ViewInstance): Bins;
  defaultBins(view: ViewInstance): Bins;
  /** Throws PhyError `usage` when there are no such bins. */
  set(view: ViewInstance, change: Partial<{ readonly [K in keyof Bins]: number | null }>): void;
}

function kindOf<A extends HistogramAnswer>({ params, names, end }: HistogramView<A>): Kind {
  const endOf = (view: ViewInstance): number => end(view.client.mirror.getState().dataset);
  return {
    specs: { count: params[names.count], min: params[names.min], max: params[names.max] },
    names,
    others: Object.fromEntries(Object.entries(params).filter(([name]) => !Object.values(names).includes(name))),
    end: endOf,
    bins: (view) => binsOf(view.state.getState().values, names, endOf(view)),
    defaultBins: (view) => binsOf(defaults(params), names, endOf(view)),
    set(view, change) {
      const values: Record<string, ParamValue> = {};
      for (const key of ['count', 'min', 'max'] as const) {
        const value = change[key];
        if (value !== undefined) values[names[key]] = value;
      }
      view.set(values);
    },
  };
}

/** Size of a bin, as actions and settings ask for it. */
const sizeSpec = ({ specs }: Kind): NumberParam => ({
  kind: 'number',
  default: null,
  min: 1e-6,
  decimals: 6,
  ...(specs.max.unit !== undefined && { unit: specs.max.unit }),
  label: 'Bin size',
  doc: 'Width of a bin: the range is divided into as many bins of about this size as fit.',
});

/** Multiplies the end of the range. */
function scale(kind: Kind, view: ViewInstance, factor: number): void {
  kind.set(view, { max: kind.bins(view).max * factor });
}

/** The end of the range back to its default; where the range would be empty its beginning too. */
function resetRange(kind: Kind, view: ViewInstance): void {
  const { min, max } = kind.specs;
  const bins = { ...kind.bins(view), max: max.default ?? kind.end(view) };
  kind.set(view, { max: max.default, ...(rangeFault(bins) !== null && { min: min.default }) });
}

function actionsOf(kind: Kind, alias: string, maxAliases: readonly string[]): readonly ViewAction[] {
  const { specs, names } = kind;
  const unit = specs.max.unit === undefined ? '' : ` in ${specs.max.unit.name}`;
  return [
    action({
      name: 'increase',
      section: 1,
      doc: 'Make the range longer at its end.',
      run: (view) => scale(kind, view, STEP),
    }),
    action({
      name: 'decrease',
      section: 1,
      doc: 'Make the range shorter at its end.',
      run: (view) => scale(kind, view, 1 / STEP),
    }),
    action({
      name: 'reset_scaling',
      section: 1,
      doc: 'The end of the range back to its default.',
      run: (view) => resetRange(kind, view),
    }),
    numberAction('set_n_bins', names.count, specs.count, {
      aliases: [`${alias}n`],
      section: 2,
      doc: 'Number of bins.',
    }),
    quantityAction(
      'set_bin_size',
      sizeSpec(kind),
      {
        read: (view) => binSize(kind.bins(view)),
        write: (view, size) => kind.set(view, { count: countFor(size ?? Infinity, kind.bins(view), specs.count) }),
      },
      { aliases: [`${alias}b`], section: 2, doc: `Size of a bin${unit}; the range stays.` },
    ),
    numberAction('set_x_min', names.min, specs.min, {
      aliases: [`${alias}min`],
      section: 2,
      doc: `Where the first bin begins${unit}.`,
    }),
    numberAction('set_x_max', names.max, specs.max, {
      aliases: [`${alias}max`, ...maxAliases],
      section: 2,
      doc: `Where the last bin ends${unit}.`,
    }),
  ];
}

const GESTURES: ViewSpec['gestures'] = [
  { name: 'change_window_size', input: 'ctrl+wheel', doc: 'End of the range.' },
  { name: 'change_x_min', input: 'shift+wheel', doc: 'Beginning of the range, when it is not 0.' },
  { name: 'change_n_bins', input: 'alt+wheel', doc: 'Number of bins, up for fewer.' },
];

function wheel(kind: Kind, view: ViewInstance, { modifiers, notches }: PlotWheel): void {
  const { count, min } = kind.bins(view);
  try {
    if (modifiers === 'ctrl') scale(kind, view, STEP ** notches);
    if (modifiers === 'shift') kind.set(view, { min: min * STEP ** notches });
    if (modifiers === 'alt') kind.set(view, { count: turned(count, notches, kind.specs.count) });
  } catch (error) {
    view.client.say('warning', error instanceof Error ? error.message : String(error));
  }
}

/** Bin size and range (spec/views.md 9c). While the form is open, the size that was typed last holds for every range typed after it. */
function fieldsOf(kind: Kind, view: ViewInstance): SettingsFields {
  let typed: { readonly size: number; readonly of: Bins } | null = null;
  const size = (): number => {
    const bins = kind.bins(view);
    const isTyped = typed !== null && JSON.stringify(typed.of) === JSON.stringify(bins);
    return isTyped && typed !== null ? typed.size : binSize(bins);
  };
  const others = Object.keys(kind.others);
  const othersOf = (values: Readonly<Record<string, ParamValue>>): Readonly<Record<string, ParamValue>> =>
    Object.fromEntries(others.map((name) => [name, values[name]]));
  return {
    specs: {
      size: sizeSpec(kind),
      min: kind.specs.min,
      max: { ...kind.specs.max, nullable: false },
      ...kind.others,
    },
    values: () => {
      const { min, max } = kind.bins(view);
      return { size: size(), min, max, ...othersOf(view.state.getState().values) };
    },
    defaults: () => {
      const bins = kind.defaultBins(view);
      return { size: binSize(bins), min: bins.min, max: bins.max, ...othersOf(defaults(kind.others)) };
    },
    change(name, value) {
      if (others.includes(name)) return view.set({ [name]: value });
      if (typeof value !== 'number') return;
      const wanted = { size: size(), ...kind.bins(view), [name]: value };
      kind.set(view, {
        count: countFor(wanted.size, wanted, kind.specs.count),
        ...(name !== 'size' && { [name]: value }),
      });
      typed = { size: wanted.size, of: kind.bins(view) };
    },
  };
}

export function histogramView<A extends HistogramAnswer>(given: HistogramView<A>): ViewSpec {
  const kind = kindOf(given);
  const bins = (values: Readonly<Record<string, ParamValue>>, dataset: DatasetSummary | null): Bins =>
    binsOf(values, given.names, given.end(dataset));
  return {
    name: given.name,
    query: given.query,
    params: given.params,
    maxClusters: 20,
    actions: [...actionsOf(kind, given.alias ?? 'h', given.maxAliases ?? []), ...(given.moreActions ?? [])],
    gestures: GESTURES,
    missing: () => null,
    validate: (values, dataset) => rangeFault(bins(values, dataset)),
    fields: (view) => fieldsOf(kind, view),
    Component: histogramPanel(given, kind.specs.max.unit, bins, (view, event) => wheel(kind, view, event)),
  };
}
