/** Marks that several views have: reference lines that show on any ground, captions above a subplot. Pure, as `draw.ts` is. */
import { withAlpha } from '../colors/convert.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Box, Coordinates, Frame, Mark, Rgba, SegmentsMark, TextMark } from './scene.ts';

/** A bound in dashes of two inks, so that it shows on bars and on the ground (look.md 5). */
export function boundMark(ends: Coordinates, style: PlotStyle): SegmentsMark {
  const gapColor: Rgba = style.theme === 'light' ? [1, 1, 1, 0.75] : [0, 0, 0, 0.75];
  return { kind: 'segments', ends, color: withAlpha(style.reference, 0.8), width: 1, dash: [3, 3], gapColor };
}

/** A level (a baseline, a mean) as a line with a halo. */
export function levelMarks(ends: Coordinates, style: PlotStyle): readonly SegmentsMark[] {
  const halo: Rgba = style.theme === 'light' ? [1, 1, 1, 0.6] : [0, 0, 0, 0.55];
  return [
    { kind: 'segments', ends, color: halo, width: 3 },
    { kind: 'segments', ends, color: withAlpha(style.reference, 0.9), width: 1 },
  ];
}

const one = (value: number): Float64Array => new Float64Array([value]);

/** A period as a faint band from x = `from` to `to`, `top` high. */
export function bandMark([from, to]: readonly [number, number], top: number, style: PlotStyle): Mark {
  return { kind: 'bars', x0: one(from), x1: one(to), y0: one(0), y1: one(top), color: style.band };
}

/** A note above the right end of a frame with bounds [0, 0, 1, 1], outside of its box. */
export function noteMark(text: string, style: PlotStyle): TextMark {
  return {
    kind: 'text',
    x: one(1),
    y: one(1),
    text: [text],
    anchor: [1, -1],
    offset: [0, -1],
    color: style.faint,
    size: style.tickSize,
  };
}

/** A frame for what stands above a box, which the pointer passes over. */
export function captionFrame(id: string, box: Box, marks: readonly Mark[]): Frame {
  return { id, box, bounds: [0, 0, 1, 1], clip: false, inert: true, marks };
}
