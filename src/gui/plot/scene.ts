/**
 * What is drawn, as plain data: the same scene goes to WebGL2, to Canvas2D and to SVG. Views make scenes in `draw.ts`, pure functions of
 * answer, parameters and style. Marks are immutable: renderers keep GPU buffers by mark identity, so a view that changes only boxes,
 * bounds or the camera must reuse the mark objects.
 *
 * Coordinates: data units --frame.bounds to frame.box--> plot NDC (x right, y up, [-1, 1] over the plot area inside the gutters)
 * --camera (pan, zoom)--> screen. Gutters are reserved: marks are clipped to the plot area.
 */

/** r, g, b, a in 0..1, not premultiplied. */
export type Rgba = readonly [number, number, number, number];
/** [xMin, yMin, xMax, yMax] */
export type Box = readonly [number, number, number, number];
export type Coordinates = Float32Array | Float64Array;
/** Marker shape by selection rank (look.md 4). */
export type Shape = 'disc' | 'square' | 'triangle' | 'diamond' | 'pentagon' | 'cross' | 'hexagon' | 'wedge';

export interface PointsMark {
  readonly kind: 'points';
  readonly x: Coordinates;
  readonly y: Coordinates;
  /** Diameter in CSS px, not affected by zoom. */
  readonly size: number;
  readonly color: Rgba;
  readonly shape?: Shape;
  /** One diameter per point instead, CSS px. */
  readonly sizes?: Float32Array;
  /** One colour per point instead, 4 bytes each. */
  readonly colors?: Uint8Array;
}
/** 1 px or thicker polylines. Strip k has vertices starts[k] .. starts[k + 1] - 1 (starts has one entry more than there are strips). */
export interface LinesMark {
  readonly kind: 'lines';
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly starts: Uint32Array;
  readonly color: Rgba;
  /** One colour per strip instead, 4 bytes each. */
  readonly stripColors?: Uint8Array;
  /** CSS px. */
  readonly width: number;
}
/** Independent segments, [segment][x0, y0, x1, y1]. An infinite coordinate reaches the edge of the frame. */
export interface SegmentsMark {
  readonly kind: 'segments';
  readonly ends: Coordinates;
  readonly color: Rgba;
  readonly width: number;
  /** Dash and gap in CSS px; with a second colour the gaps are drawn too, so that the line shows on any ground. */
  readonly dash?: readonly [number, number];
  readonly gapColor?: Rgba;
}
/** Filled rectangles between edges; edges snap to whole device pixels so that neighbours touch. */
export interface BarsMark {
  readonly kind: 'bars';
  readonly x0: Coordinates;
  readonly x1: Coordinates;
  readonly y0: Coordinates;
  readonly y1: Coordinates;
  readonly color: Rgba;
}
export interface ImageMark {
  readonly kind: 'image';
  /** [row][column] RGBA bytes, row 0 at the top of the frame. */
  readonly pixels: Uint8Array;
  readonly columns: number;
  readonly rows: number;
}
/** Values of many signals over columns of equal length. Renderers keep them by identity: never change one. */
export interface SignalValues {
  /** float32 [column][row]: smallest and largest value; NaN where there is none. The same array twice: samples. */
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  readonly rows: number;
}
/** Where each signal lies and what it looks like. */
export interface SignalRows {
  /** Data y of value 0 of each row. */
  readonly base: Float64Array;
  /** [row] RGBA bytes. */
  readonly colors: Uint8Array;
}
/**
 * Signals one above the other. A value v of row r lies at base[r] + gain * v. Samples are joined by lines and lie at x0 + column * dx. Columns
 * fill x0 + column * dx to x0 + (column + 1) * dx from their smallest to their largest value, and on to their neighbours where they would not
 * touch. Rows are painted in order; later ones cover earlier ones.
 */
export interface SignalsMark {
  readonly kind: 'signals';
  readonly values: SignalValues;
  readonly rows: SignalRows;
  /** Columns [from, to) are drawn. */
  readonly from: number;
  readonly to: number;
  readonly x0: number;
  readonly dx: number;
  readonly gain: number;
  /** Least height and line width, CSS px. */
  readonly width: number;
}
/**
 * Short texts at data positions; `anchor` (-1..1 each): which part of the text sits on the position ((0,0) centre, (-1,0) its left edge). Texts are
 * painted after all other marks of the scene, and cut off at the plot area only.
 */
export interface TextMark {
  readonly kind: 'text';
  readonly x: Coordinates;
  readonly y: Coordinates;
  readonly text: readonly string[];
  readonly anchor: readonly [number, number];
  /** CSS px added after anchoring, x right, y down. */
  readonly offset?: readonly [number, number];
  readonly color: Rgba;
  readonly size: number;
  /** A margin of this colour about the letters, so that they can be read over other marks. */
  readonly halo?: Rgba;
}
export type Mark = PointsMark | LinesMark | SegmentsMark | BarsMark | ImageMark | SignalsMark | TextMark;

/** One subplot. */
export interface Frame {
  /** Stable name (`2,3` for a grid cell, `ch15` for a box). */
  readonly id: string;
  /** Where it lies in plot NDC before the camera. */
  readonly box: Box;
  /** Data units that fill the box. */
  readonly bounds: Box;
  /** Marks outside the box are cut off. */
  readonly clip: boolean;
  readonly ground?: Rgba;
  readonly border?: Rgba;
  /** Axes along which box and content stay where they are, whatever the camera (a side histogram, a scale bar). */
  readonly fixed?: 'x' | 'y' | 'both';
  /** Cut off at this part of the plot (plot NDC, does not follow the camera) too: keeps a zoomed frame away from its neighbour. */
  readonly window?: Box;
  /** True for a frame that the pointer passes over: no hover, no click, no lasso. */
  readonly inert?: boolean;
  /** Painted in order. */
  readonly marks: readonly Mark[];
}

/** Ticks in the gutter, following the camera along one axis. Values are data units of the frame named. */
export interface AxisSpec {
  readonly frame: string;
  /** Divides data units for display: 0.001 and `ms` show seconds as milliseconds. */
  readonly unitScale?: number;
  readonly unit?: string;
  readonly title?: string;
  /** Shape and colour of the cluster that the title names. */
  readonly titleMarker?: { readonly shape: Shape; readonly color: Rgba };
  readonly grid: boolean;
  /** Ticks only here, instead of automatic ones. */
  readonly ticks?: readonly number[];
  /** Texts of `ticks`, instead of numbers. */
  readonly tickLabels?: readonly string[];
  /** Where there is no room for two automatic ticks: ticks at the ends of what is visible, or at its upper end alone. */
  readonly ends?: 'both' | 'high';
}
/** A text in a gutter, centred on a plot NDC position along its edge; follows the camera along the edge and hides when outside. */
export interface GutterLabel {
  readonly edge: 'left' | 'bottom' | 'right' | 'top';
  readonly at: number;
  readonly text: string;
  readonly color: Rgba;
  /** Shape and colour of a cluster drawn before the text. */
  readonly marker?: { readonly shape: Shape; readonly color: Rgba };
  /** Where labels would touch, it stays and others go. */
  readonly first?: boolean;
}

export interface Scene {
  readonly frames: readonly Frame[];
  /** CSS px reserved at each side. */
  readonly gutters: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly background: Rgba;
  readonly xAxes: readonly AxisSpec[];
  readonly yAxes: readonly AxisSpec[];
  readonly labels: readonly GutterLabel[];
  /** What double-click returns to; pan (0, 0), zoom (1, 1) unless stated. */
  readonly home?: Camera;
}

/** Screen NDC = (plot NDC + pan) * zoom, each axis on its own (spec/views.md 1.3). */
export interface Camera {
  readonly pan: readonly [number, number];
  readonly zoom: readonly [number, number];
}
