/**
 * What one view tells the others (spec/views.md 1.15): one small store per connection, set through the functions below and read by views
 * and shell. An event such as "go to this time" is a value with a growing number, so that the same time twice is two events.
 */
import { sameIds } from '../../core/base/arrays.ts';
import { RAW_FILTER_KEY } from '../../core/base/viewParams.ts';
import { type StoreApi, createStore } from 'zustand/vanilla';
import type { KeyProfile } from '../../core/actions/action.ts';
import { type Dispose, Scope } from '../../core/base/scope.ts';
import type { Client } from '../client/client.ts';
import { hasClusters } from '../client/hasClusters.ts';
import type { PaletteName } from '../colors/palettes.ts';
import type { ViewInstance } from './instance.ts';

export type MouseButtonName = 'left' | 'middle' | 'right';

/** A channel clicked in the waveform, probe or trace view. `key` is the digit held down, null without. */
export interface ChannelClick {
  readonly number: number;
  readonly channelId: number;
  readonly key: number | null;
  readonly button: MouseButtonName;
  readonly source: 'waveform' | 'probe' | 'trace';
}
/** A dimension picked in the feature view. */
export interface FeatureClick {
  readonly number: number;
  /** As written in the grid: `time`, `0A`. */
  readonly dim: string;
  readonly channelId: number;
  /** null for an attribute such as `time`. */
  readonly pc: number | null;
}
/** The channel and PC that amplitude views use, and the selection they were chosen for (spec/views.md 8a FIX). */
export interface ChosenChannel {
  readonly channelId: number;
  /** null when only a channel was chosen. */
  readonly pc: number | null;
  readonly clusters: readonly number[];
}
/** Which view an interval comes from. */
export interface TimeRangeSource {
  /** Its id, such as `TraceView (1)`. */
  readonly view: string;
  /** Its class. */
  readonly kind: string;
  /** Views of the other kind follow. */
  readonly linked: boolean;
}
/** The colour scheme `custom`, as the View menu sets it for all views (spec/views.md 1.10 RES). */
export interface CustomColors {
  /** `cluster`, `group` or a column of the cluster view. */
  readonly field: string;
  readonly palette: PaletteName;
  readonly categorical: boolean;
  readonly logarithmic: boolean;
}
export interface Links {
  readonly channelClick: ChannelClick | null;
  readonly featureClick: FeatureClick | null;
  readonly chosenChannel: ChosenChannel | null;
  /** Seconds; of the trace or trace image view that moved last. */
  readonly timeRange: readonly [number, number] | null;
  readonly timeRangeOf: TimeRangeSource | null;
  /** Seconds; trace views centre on it. */
  readonly selectTime: { readonly number: number; readonly seconds: number } | null;
  /** Use spike_times_reordered.npy on time axes. */
  readonly reordered: boolean;
  /** Name of the filter that alt+r switches. */
  readonly rawFilter: string;
  /** Decides what some wheel gestures do (spec/curation.md 7.4). */
  readonly keyProfile: KeyProfile;
  readonly customColors: CustomColors;
}

/** Colormaps that the View menu offers. */
export const COLORMAPS = ['categorical', 'cluster_group', 'diverging', 'linear', 'rainbow'] as const;
const COLORS_KEY = 'color_selector';
const DEFAULT_COLORS: CustomColors = {
  field: 'cluster',
  palette: 'categorical',
  categorical: true,
  logarithmic: false,
};

/** Kept colours under the reference's names; anything unreadable takes its default. */
function readColors(kept: unknown): CustomColors {
  if (typeof kept !== 'object' || kept === null) return DEFAULT_COLORS;
  const given: Readonly<Record<string, unknown>> = { ...kept };
  const { color_field, colormap, categorical, logarithmic } = given;
  return {
    field: typeof color_field === 'string' ? color_field : DEFAULT_COLORS.field,
    palette: COLORMAPS.find((name) => name === colormap) ?? DEFAULT_COLORS.palette,
    categorical: categorical !== false,
    logarithmic: logarithmic === true,
  };
}

/** Changes the colour scheme `custom`, now and for the next launch. */
export function setCustomColors(client: Client, change: Partial<CustomColors>): void {
  const links = linksOf(client);
  const customColors = { ...links.getState().customColors, ...change };
  const { field, palette, categorical, logarithmic } = customColors;
  client.keep('user', COLORS_KEY, { color_field: field, colormap: palette, categorical, logarithmic });
  links.setState({ customColors });
}

/** A raw data filter: its name, and what the status bar calls it. */
interface RawFilter {
  readonly name: string;
  readonly title: string;
}
const RAW: RawFilter = { name: 'raw', title: 'Not filtered' };
const HIGH_PASS: RawFilter = { name: 'high_pass', title: 'High-pass 150 Hz' };

const pluginFilters = (client: Client) =>
  client.mirror.getState().plugins?.plugins.flatMap(({ declaration }) => declaration.filters) ?? [];

/** The raw data filters in rotation order: ours, then those of plugins. */
export const rawFilters = (client: Client): readonly RawFilter[] => [RAW, HIGH_PASS, ...pluginFilters(client)];

/** The filter in force. */
export const rawFilterOf = (client: Client, name: string): RawFilter =>
  rawFilters(client).find((filter) => filter.name === name) ?? RAW;

const stores = new WeakMap<Client, StoreApi<Links>>();

/** The filter in force where none was chosen: a plugin's, else the high-pass; a recording is looked at as it is (spec/data.md 13.6). */
export const usualRawFilter = (client: Client): RawFilter =>
  pluginFilters(client).find(({ initial }) => initial) ?? (hasClusters(client) ? HIGH_PASS : RAW);

/** What the links hold of the kept settings. */
function keptLinks(client: Client): Pick<Links, 'rawFilter' | 'customColors'> {
  const { [RAW_FILTER_KEY]: kept, [COLORS_KEY]: colors } = client.kept('user');
  const { name } = rawFilters(client).find((filter) => filter.name === kept) ?? usualRawFilter(client);
  return { rawFilter: name, customColors: readColors(colors) };
}

function createLinks(client: Client): StoreApi<Links> {
  const links = createStore<Links>(() => ({
    channelClick: null,
    featureClick: null,
    chosenChannel: null,
    timeRange: null,
    timeRangeOf: null,
    selectTime: null,
    reordered: false,
    keyProfile: 'mission',
    ...keptLinks(client),
  }));
  client.keptElsewhere.listen(({ key }) => {
    if (key === RAW_FILTER_KEY || key === COLORS_KEY) links.setState(keptLinks(client));
  });
  return links;
}

/** The links of a connection, made at first use (after the first welcome, so that the kept filter is known). */
export function linksOf(client: Client): StoreApi<Links> {
  const existing = stores.get(client);
  if (existing !== undefined) return existing;
  const links = createLinks(client);
  stores.set(client, links);
  return links;
}

const nextNumber = (last: { readonly number: number } | null): number => (last?.number ?? 0) + 1;

/** Announces a clicked channel. From a waveform or probe view it also becomes the channel of amplitude views. */
export function clickChannel(client: Client, click: Omit<ChannelClick, 'number'>, clusters: readonly number[]): void {
  const links = linksOf(client);
  const chosen: Partial<Links> =
    click.source === 'trace' ? {} : { chosenChannel: { channelId: click.channelId, pc: null, clusters } };
  links.setState({ channelClick: { ...click, number: nextNumber(links.getState().channelClick) }, ...chosen });
}

/** Announces a dimension picked in a feature view; amplitude views turn to it. */
export function clickFeature(client: Client, click: Omit<FeatureClick, 'number'>, clusters: readonly number[]): void {
  const links = linksOf(client);
  links.setState({
    featureClick: { ...click, number: nextNumber(links.getState().featureClick) },
    chosenChannel: { channelId: click.channelId, pc: click.pc ?? 0, clusters },
  });
}

/** Says which interval a trace view shows; amplitude views mark it, and views linked in time follow. */
export function setTimeRange(client: Client, range: readonly [number, number], source: TimeRangeSource): void {
  linksOf(client).setState({ timeRange: range, timeRangeOf: source });
}

/** A view that showed an interval is gone; when it was the last one that moved, nothing is marked any more. */
export function forgetTimeRange(client: Client, view: string): void {
  const links = linksOf(client);
  if (links.getState().timeRangeOf?.view === view) links.setState({ timeRange: null, timeRangeOf: null });
}

/** Sends trace views to a time in seconds. */
export function selectTime(client: Client, seconds: number): void {
  const links = linksOf(client);
  links.setState({ selectTime: { number: nextNumber(links.getState().selectTime), seconds } });
}

/** `toggle_spike_reorder` (ctrl+r). Returns the sentence for the status bar. */
export function toggleSpikeReorder(client: Client): string {
  if (client.mirror.getState().dataset?.has.reorderedTimes !== true) {
    return 'This dataset has no spike_times_reordered.npy. Times stay as they are.';
  }
  const links = linksOf(client);
  const reordered = !links.getState().reordered;
  links.setState({ reordered });
  return reordered ? 'Time axes show spike_times_reordered.npy.' : 'Time axes show the times of the spikes.';
}

/** Puts a filter in force, now and for the next launch. */
function setRawFilter(client: Client, name: string): void {
  client.keep('user', RAW_FILTER_KEY, name);
  linksOf(client).setState({ rawFilter: name });
}

/** `switch_raw_data_filter` (alt+r): the next filter, kept for the next launch. Returns the sentence for the status bar. */
export function switchRawDataFilter(client: Client): string {
  const links = linksOf(client);
  const all = rawFilters(client);
  const place = all.findIndex(({ name }) => name === links.getState().rawFilter);
  const { name, title } = all[(place + 1) % all.length];
  setRawFilter(client, name);
  return name === 'raw'
    ? 'Raw data filter: none.'
    : `Raw data filter: ${name === 'high_pass' ? 'high-pass 150 Hz' : title}.`;
}

/**
 * The filter that alt+r switches holds in every view that follows the selection (spec/views.md 1.15): keeps the parameter `filter` of a view
 * at it, and takes it over for all when it is set in the settings of one. A view that was kept still while the filter changed takes it over
 * once it follows again. Returns how to stop.
 */
export function followRawFilter(view: ViewInstance): Dispose {
  const links = linksOf(view.client);
  const follow = (): void => {
    const { rawFilter } = links.getState();
    const { values, autoUpdate } = view.state.getState();
    if (autoUpdate && values.filter !== rawFilter) view.set({ filter: rawFilter });
  };
  follow();
  const scope = new Scope();
  scope.add(links.subscribe((state, before) => state.rawFilter !== before.rawFilter && follow()));
  scope.add(
    view.state.subscribe(({ values, autoUpdate }, before) => {
      if (!autoUpdate) return;
      const { filter } = values;
      if (!before.autoUpdate) follow();
      else if (typeof filter === 'string' && filter !== before.values.filter && filter !== links.getState().rawFilter)
        setRawFilter(view.client, filter);
    }),
  );
  return () => scope.dispose();
}

/** Which key profile the keymap chose. */
export function setKeyProfile(client: Client, keyProfile: KeyProfile): void {
  linksOf(client).setState({ keyProfile });
}

/**
 * Channel and PC for an amplitude view, null = the automatic choice (spec/views.md 8a): a clicked channel holds for `raw` until the
 * selection changes, for `feature` until its first cluster changes.
 */
export function amplitudeChannel(
  chosen: ChosenChannel | null,
  type: string,
  clusters: readonly number[],
): { readonly channelId: number | null; readonly pc: number } {
  const automatic = { channelId: null, pc: 0 };
  if (chosen === null) return automatic;
  if (type === 'raw') {
    return sameIds(chosen.clusters, clusters) ? { channelId: chosen.channelId, pc: 0 } : automatic;
  }
  if (type !== 'feature' || chosen.clusters[0] !== clusters[0]) return automatic;
  return { channelId: chosen.channelId, pc: chosen.pc ?? 0 };
}

/** amplitudeChannel for one view that forgets: a choice that another selection has ended does not come back with the old selection. */
export function rememberingChoice(): typeof amplitudeChannel {
  const ended: { raw: ChosenChannel | null; feature: ChosenChannel | null } = { raw: null, feature: null };
  return (chosen, type, clusters) => {
    if (chosen !== null && !sameIds(chosen.clusters, clusters)) ended.raw = chosen;
    if (chosen !== null && chosen.clusters[0] !== clusters[0]) ended.feature = chosen;
    const over = type === 'raw' ? ended.raw : ended.feature;
    return amplitudeChannel(chosen === over ? null : chosen, type, clusters);
  };
}
