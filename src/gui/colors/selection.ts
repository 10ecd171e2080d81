/** Colour and shape of a cluster by its place in the selection: the same in every view, row and chip (look.md 4). */
import type { Shape } from '../plot/scene.ts';
import type { Rgb } from './convert.ts';
import { darkenUntil } from './convert.ts';
import { palettes } from './palettes.ts';

/** Shapes in the order of the ranks; they repeat after the eighth. */
export const SHAPES: readonly Shape[] = [
  'disc',
  'square',
  'triangle',
  'diamond',
  'pentagon',
  'cross',
  'hexagon',
  'wedge',
];

/** Shape of the cluster at place `rank` (0-based). */
export function shapeOfRank(rank: number): Shape {
  return SHAPES[rank % SHAPES.length];
}

/**
 * Colour of the cluster at place `rank` (0-based, repeats after 256; spec/views.md 1.9). `first` are the colours that the theme gives (the
 * CSS variables --sel-1..8), the rest come from the `default` palette; on a light ground these are darkened until they reach 3:1.
 */
export function colorOfRank(rank: number, first: readonly Rgb[], ground?: Rgb): Rgb {
  const index = rank % palettes.default.length;
  const given = first[index];
  if (given !== undefined) return given;
  const color = palettes.default[index];
  return ground === undefined ? color : darkenUntil(color, ground, 3);
}
