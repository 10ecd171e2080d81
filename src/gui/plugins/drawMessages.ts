/** What the window and the worker that draws the views of one plugin say to each other. */
import type { Figure, ParameterValues, Rgba } from '../../core/plugins/api.ts';

/** What `draw` gets beside the answer; colours by place of the selection. */
export interface DrawFacts {
  readonly parameters: ParameterValues;
  readonly clusterIds: readonly number[];
  readonly colors: readonly Rgba[];
  readonly text: Rgba;
  /** CSS px */
  readonly width: number;
  readonly height: number;
}

export type ToDrawer =
  /** Address of the plugin's module. */
  | { readonly kind: 'load'; readonly id: number; readonly module: string }
  | {
      readonly kind: 'draw';
      readonly id: number;
      readonly view: string;
      readonly answer: unknown;
      readonly facts: DrawFacts;
    }
  /** `view` is null for a button of one of our own views, `ours`. */
  | {
      readonly kind: 'press';
      readonly id: number;
      readonly view: string | null;
      readonly ours: string | null;
      readonly button: string;
      readonly parameters: ParameterValues;
    };

export type FromDrawer =
  | { readonly id: number; readonly ok: true; readonly value: Figure | ParameterValues | null }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly stack: string };
