/** What engine and plugin say to each other; all of it survives structured cloning. */
import type { Numbers } from './api.ts';
import type { Declaration } from './declare.ts';

/** Facts of the dataset that a plugin has at once. */
export interface ModelFacts {
  readonly name: string;
  readonly dir_path: string;
  readonly sample_rate: number;
  readonly duration: number;
  readonly n_spikes: number;
  readonly n_channels: number;
  readonly channel_positions: Numbers<Float64Array>;
  readonly channel_labels: readonly string[];
}

/** Where a function stands in the default export: `['metrics', 'snr', 'value']`. */
export type HookPath = readonly string[];

export type ToPlugin =
  | { readonly kind: 'dataset'; readonly facts: ModelFacts; readonly actions: readonly string[] }
  | { readonly kind: 'call'; readonly id: number; readonly hook: HookPath; readonly args: readonly unknown[] }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: boolean; readonly value: unknown }
  /** Any answer will do: it shows that the thread is not stuck. */
  | { readonly kind: 'ping' };

export type FromPlugin =
  | { readonly kind: 'declared'; readonly declaration: Declaration }
  | { readonly kind: 'broken'; readonly failure: Failure }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  /** Something that the plugin wants of the engine. */
  | { readonly kind: 'want'; readonly id: number; readonly service: Service; readonly args: readonly unknown[] }
  | { readonly kind: 'pong' };

export type Service = 'clusterIds' | 'cluster' | 'features' | 'waveforms' | 'template' | 'ask' | 'act' | 'state';

export interface Failure {
  readonly message: string;
  readonly stack: string;
}
