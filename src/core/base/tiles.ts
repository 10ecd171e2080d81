/**
 * How windows get raw data: in tiles that do not depend on what is shown, so that they can be kept and put together while somebody moves
 * about. At level L a column sums up 2^L samples, the first one beginning with sample 0; a tile holds TILE_COLUMNS columns of all channels.
 * Level 0 are the samples themselves.
 */
import type { NdArray } from './nd.ts';

export const TILE_COLUMNS = 256;
/** A column of more samples than can be counted is of no use. */
export const MAX_LEVEL = 32;

export const samplesPerColumn = (level: number): number => 2 ** level;
export const samplesPerTile = (level: number): number => TILE_COLUMNS * 2 ** level;

/** Columns of tile `index`: fewer than TILE_COLUMNS at the end of the recording, 0 beyond it. */
export function columnsOfTile(level: number, index: number, sampleCount: number): number {
  const rest = sampleCount - index * samplesPerTile(level);
  return Math.min(TILE_COLUMNS, Math.max(0, Math.ceil(rest / samplesPerColumn(level))));
}

/** One tile as it travels. */
export interface SignalTileData {
  readonly index: number;
  /** float32 [column][channel] in the order of channel ids; NaN in columns of which nothing was read yet. */
  readonly lower: NdArray<Float32Array>;
  /** The same; absent at level 0, where it is `lower`. */
  readonly upper?: NdArray<Float32Array>;
  /** float32 [column]: share of the column's samples that were read, 0 to 1. */
  readonly read: NdArray<Float32Array>;
}

/** How far the tiles of an answer are: `glance` some columns were read, `shown` every column was at least in part, `done` nothing will be added. */
export type SignalStage = 'glance' | 'shown' | 'done';

export interface SignalAnswer {
  readonly level: number;
  readonly tiles: readonly SignalTileData[];
  readonly stage: SignalStage;
  /** int32 [channel]: rank by depth, lowest first. */
  readonly rows: NdArray<Int32Array>;
  /** float64 [channel]: µV per raw unit; absent where nothing says it. Tiles are in raw units. */
  readonly microvolts?: NdArray<Float64Array>;
}
