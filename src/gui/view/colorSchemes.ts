/**
 * Colours of clusters that are not selected, for the views that show all of them (spec/views.md 1.10): a few schemes that each view cycles
 * through, and one that the View menu puts together for all views (`custom`: any field, any colormap).
 */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { COLOR_SCHEMES, type ColorScheme } from '../../core/base/viewParams.ts';
import type { Row } from '../../core/curation/state.ts';
import type { Client } from '../client/client.ts';
import { darkenUntil, toHex, withAlpha, type Rgb } from '../colors/convert.ts';
import { colorMap, groupColors, type ColorScale, type FieldValue, type GroupColor } from '../colors/mapping.ts';
import { palettes, type PaletteName } from '../colors/palettes.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Rgba } from '../plot/scene.ts';
import { action } from './actions.ts';
import type { ViewAction, ViewInstance } from './instance.ts';
import { linksOf, type CustomColors } from './links.ts';

type Rows = ReadonlyMap<number, Row>;

/** Colour of a cluster; the same function while nothing about colours changed. */
export type ClusterColors = (clusterId: number) => Rgba;

/** Without an engine that says so: the palette `cluster_group`. */
const USUAL_GROUPS: readonly GroupColor[] = ['noise', 'mua', 'good', 'unsorted'].map((name, place) => ({
  name,
  color: toHex(palettes.cluster_group[place]),
}));

/** Colours under a style; the same function for the same style. */
export type ClusterColoring = (style: PlotStyle) => ClusterColors;

interface Recipe extends ColorScale {
  readonly value: (row: Row) => FieldValue;
}

const numbered = (value: (row: Row) => FieldValue, palette: PaletteName, scale: Partial<ColorScale> = {}): Recipe => ({
  value,
  palette,
  categorical: false,
  logarithmic: false,
  ...scale,
});

const RECIPES: Readonly<Record<Exclude<ColorScheme, 'custom' | 'cluster_group'>, Recipe>> = {
  blank: numbered(() => 0, 'blank'),
  random: numbered((row) => row.id, 'categorical', { categorical: true }),
  depth: numbered((row) => fieldOf(row, 'depth'), 'linear'),
  firing_rate: numbered((row) => fieldOf(row, 'fr'), 'linear', { logarithmic: true }),
};

/** What a colour field holds for a cluster: `cluster` is its id, the others are columns. */
function fieldOf(row: Row, field: string): FieldValue {
  const value = field === 'cluster' ? row.id : row[field];
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Groups have the colours that the user gave them; the View menu's settings mean the same with groups on their own palette. */
function isByGroup(scheme: ColorScheme, { field, palette, categorical }: CustomColors): boolean {
  if (scheme === 'cluster_group') return true;
  return scheme === 'custom' && field === 'group' && palette === 'cluster_group' && categorical;
}

/** From a row to its colour, for all but groups. */
function recipeOf(scheme: ColorScheme, { field, ...scale }: CustomColors): Recipe {
  if (scheme === 'custom' || scheme === 'cluster_group') return { value: (row) => fieldOf(row, field), ...scale };
  return RECIPES[scheme];
}

function rowColors(
  scheme: ColorScheme,
  custom: CustomColors,
  rows: Rows,
  groups: readonly GroupColor[],
): (row: Row) => Rgb {
  if (isByGroup(scheme, custom)) {
    const color = groupColors(groups);
    return (row) => color(fieldOf(row, 'group'));
  }
  const recipe = recipeOf(scheme, custom);
  const map = colorMap(recipe, Array.from(rows.values(), recipe.value));
  return (row) => map(recipe.value(row));
}

/**
 * Colours of all clusters under a scheme, opaque. `rows` fix the range of continuous colormaps and the ranks of texts. On a light ground
 * colours are darkened until they reach 3:1. `groups`: colours of the groups, default those of the reference.
 */
export function clusterColors(
  scheme: ColorScheme,
  custom: CustomColors,
  rows: Rows,
  style: PlotStyle,
  groups: readonly GroupColor[] = USUAL_GROUPS,
): ClusterColors {
  const colorOf = rowColors(scheme, custom, rows, groups);
  const [r, g, b] = style.background;
  const visible = (color: Rgb): Rgb => (style.theme === 'light' ? darkenUntil(color, [r, g, b], 3) : color);
  const unknown = withAlpha(visible(palettes.blank[0]), 1);
  const known = new Map<number, Rgba>();
  return (clusterId) => {
    const found = known.get(clusterId);
    if (found !== undefined) return found;
    const row = rows.get(clusterId);
    const color = row === undefined ? unknown : withAlpha(visible(colorOf(row)), 1);
    known.set(clusterId, color);
    return color;
  };
}

/** clusterColors, once for each style. */
function coloring(
  scheme: ColorScheme,
  custom: CustomColors,
  rows: Rows,
  groups: readonly GroupColor[],
): ClusterColoring {
  const known = new WeakMap<PlotStyle, ClusterColors>();
  return (style) => {
    const colors = known.get(style) ?? clusterColors(scheme, custom, rows, style, groups);
    known.set(style, colors);
    return colors;
  };
}

const schemeOf = (view: ViewInstance): ColorScheme =>
  COLOR_SCHEMES.find((name) => name === view.state.getState().values.colorScheme) ?? 'random';

/** Colours for a view with the parameter `colorScheme`, to be used where the style is known; another function as soon as any colour may be another. */
export function useClusterColoring(view: ViewInstance): ClusterColoring {
  const scheme = useStore(view.state, () => schemeOf(view));
  const custom = useStore(linksOf(view.client), (links) => links.customColors);
  const rows = useStore(view.client.mirror, (mirror) => mirror.rows);
  const groups = useStore(view.client.mirror, (mirror) => mirror.snapshot?.groups ?? USUAL_GROUPS);
  return useMemo(() => coloring(scheme, custom, rows, groups), [scheme, custom, rows, groups]);
}

/** Colours for a view with the parameter `colorScheme` under a style. */
export const useClusterColors = (view: ViewInstance, style: PlotStyle): ClusterColors =>
  useClusterColoring(view)(style);

/** Next or previous scheme, round and round (shift+wheel up is next). */
export function rotateScheme(view: ViewInstance, step: number): void {
  const count = COLOR_SCHEMES.length;
  const place = COLOR_SCHEMES.indexOf(schemeOf(view)) + Math.sign(step);
  view.set({ colorScheme: COLOR_SCHEMES[(place + count) % count] });
}

/** The menu entries of a colour view. */
export function schemeActions(section: number): readonly ViewAction[] {
  return [
    ...COLOR_SCHEMES.map((scheme) =>
      action({
        name: `change_color_scheme_to_${scheme}`,
        title: scheme,
        section,
        submenu: 'Change color scheme',
        doc: `Colours the clusters that are not selected by the scheme ${scheme}.`,
        checked: (view) => schemeOf(view) === scheme,
        run: (view) => view.set({ colorScheme: scheme }),
      }),
    ),
    action({
      name: 'next_color_scheme',
      section,
      doc: 'Colours the clusters that are not selected by the next scheme.',
      run: (view) => rotateScheme(view, 1),
    }),
    action({
      name: 'previous_color_scheme',
      section,
      doc: 'Colours the clusters that are not selected by the previous scheme.',
      run: (view) => rotateScheme(view, -1),
    }),
  ];
}

/** Columns that clusters can be coloured by, in table order. */
export function colorFields(client: Client): readonly string[] {
  const columns = client.mirror.getState().snapshot?.columns ?? [];
  return ['cluster', 'group', ...columns.filter((name) => name !== 'id' && name !== 'group')];
}
