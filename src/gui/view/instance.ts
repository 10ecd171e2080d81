/**
 * A graphical view as the shell sees it: what it is (ViewSpec, one per folder in src/views) and one open copy of it (ViewInstance).
 * The shell makes instances, shows their menus and buttons, binds their keys; the view's component draws.
 */
import type { ComponentType } from 'react';
import type { StoreApi } from 'zustand';
import type { ParamSpecs, ParamValue } from '../../core/base/params.ts';
import type { Dispose } from '../../core/base/scope.ts';
import type { KeyProfile } from '../../core/actions/action.ts';
import type { DatasetSummary } from '../../core/protocol/messages.ts';
import type { Client } from '../client/client.ts';
import type { Camera } from '../plot/scene.ts';

/** A thing to do in one view. Its menu entry, key, snippet and line in the help are made from this. */
export interface ViewAction {
  /** snake_case, unique within the view (`toggle_waveform_overlap`). */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly doc: string;
  readonly section: number;
  readonly submenu?: string;
  readonly keys: { readonly [P in KeyProfile]?: readonly string[] };
  /** Keys that act as long as nothing else that is open has them. */
  readonly spareKeys?: readonly string[];
  readonly usage: string;
  /** Stands in the title of the panel too. */
  readonly inTitle?: boolean;
  readonly prompt?: { readonly text: string; value(view: ViewInstance): string };
  /** Present for a check mark. */
  checked?(view: ViewInstance): boolean;
  /** true, or the reason why not. */
  enabled?(view: ViewInstance): true | string;
  /** `args` as typed in the snippet or the prompt. A returned sentence goes to the status bar. Throws PhyError `usage` on wrong arguments. */
  run(view: ViewInstance, args: readonly unknown[]): string | void | Promise<string | void>;
}

/** A mouse gesture for the help (spec/curation.md 7.3 names: `add_lasso_point`, `change_marker_size`, ...). */
export interface Gesture {
  readonly name: string;
  /** One for each profile where they differ. */
  readonly input: string | Readonly<Record<KeyProfile, string>>;
  readonly doc: string;
}

export interface ViewSpec {
  /** The reference's name (`WaveformView`). */
  readonly name: string;
  /** Name of its query; empty for a view that asks none. */
  readonly query: string;
  /** True for a console: it follows no selection, and there is no picture to save. */
  readonly isConsole?: boolean;
  readonly params: ParamSpecs;
  readonly maxClusters: number;
  readonly actions: readonly ViewAction[];
  /** Further entries of the menu, which depend on the dataset (one for each column of the table); made anew whenever it opens. */
  moreActions?(view: ViewInstance): readonly ViewAction[];
  readonly gestures: readonly Gesture[];
  /** A sentence when the values contradict each other (`Window must be wider than one bin (1 ms).`), else null. `dataset` is null before one is open. */
  validate?(values: Readonly<Record<string, ParamValue>>, dataset: DatasetSummary | null): string | null;
  /** Of its choices, by parameter, those that the dataset can show; the first one stands for one that it cannot. */
  choices?(view: ViewInstance): Readonly<Record<string, readonly string[]>>;
  /** What the settings form offers where it is not the parameters themselves; made anew whenever the form opens. */
  fields?(view: ViewInstance): SettingsFields;
  /** Listens to what other views do, from the making of the instance to its end. */
  attach?(view: ViewInstance): Dispose;
  /** null when the dataset has what the view needs, else the sentences of the missing-data state. */
  missing(dataset: DatasetSummary): { readonly title: string; readonly detail: string } | null;
  /** True for the frames of its scenes whose x axis is the time of the recording, s: overlays are drawn there. `params` are those of the picture. */
  readonly timeFrames?: (frame: string, params: Readonly<Record<string, ParamValue>>) => boolean;
  /** Draws legend, plot, states; never the header or the status line. */
  readonly Component: ComponentType<{ readonly view: ViewInstance }>;
}

/** The fields of a settings form (a bin size stands for a number of bins). */
export interface SettingsFields {
  readonly specs: ParamSpecs;
  /** What the fields show now. */
  readonly values: () => Readonly<Record<string, ParamValue>>;
  /** What each of them is taken back to. */
  readonly defaults: () => Readonly<Record<string, ParamValue>>;
  /** Throws PhyError `usage` when the value cannot be used. */
  readonly change: (name: string, value: ParamValue) => void;
}

/** The views that a window can open with its dataset. */
export interface ViewCatalog {
  /** Those that can be added. */
  readonly offered: readonly ViewSpec[];
  /** Those of other datasets only: keymap.json may give them keys all the same. */
  readonly others?: readonly ViewSpec[];
  /** By class name; also a view of a kept layout for which this dataset has nothing, and which then says so. */
  find(name: string): ViewSpec | undefined;
}

/** Vertices in data units of the frame where the lasso was begun. */
export interface LassoState {
  /** Frame id of the scene; fixed by the first vertex. */
  readonly frame: string;
  readonly polygon: readonly (readonly [number, number])[];
  /**
   * What the split action needs beside view and polygon: `x`, `y` dimensions, `clusters`, `params`. null for a lasso that holds clusters, not
   * spikes: it selects and takes no part in a split.
   */
  readonly request: Readonly<Record<string, unknown>> | null;
}

export interface ViewState {
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly autoUpdate: boolean;
  /** False while its tab is hidden: it then asks nothing and draws the latest selection once shown. */
  readonly visible: boolean;
  /** Facts, left side of the status line (`waveforms · high_pass`). */
  readonly status: string;
  /** How much of the data, right side (`shown 300 of 4,029`). */
  readonly shown: string;
  /** Cluster ids the picture on screen belongs to. */
  readonly drawn: readonly number[];
  /** The question that the picture on screen answers; null while there is none. */
  readonly answered: {
    readonly clusters: readonly number[];
    readonly params: Readonly<Record<string, ParamValue>>;
  } | null;
  readonly phase: 'empty' | 'loading' | 'ready' | 'updating' | 'missing' | 'error';
  readonly lasso: LassoState | null;
}

export interface ViewInstance {
  /** `WaveformView`, `WaveformView (1)`: key of its kept settings. */
  readonly id: string;
  readonly spec: ViewSpec;
  readonly client: Client;
  readonly state: StoreApi<ViewState>;
  /** Checks and sets parameters, keeps them where the declaration says. Throws PhyError `usage`. */
  set(values: Readonly<Record<string, ParamValue>>): void;
  /** Takes what the settings form offers back to its defaults; what gestures set (scaling, position) stays. */
  resetToDefaults(): void;
  setAutoUpdate(on: boolean): void;
  setVisible(visible: boolean): void;
  setLasso(lasso: LassoState | null): void;
  /** Set by the component while mounted: the present picture. */
  picture: {
    png(scale: number): Promise<Blob>;
    svg(): string;
    resetCamera(): void;
    setCamera(camera: Camera): void;
    readonly camera: Camera;
  } | null;
  dispose(): void;
}
