/**
 * Colours of clusters that are not selected, for the views that show all of them (spec/views.md 1.10): a few schemes that each view cycles
 * through, and one that the View menu puts together for all views (`custom`: any field, any colormap).
 */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { COLOR_SCHEMES, type ColorScheme } from '../../core/base/viewParams.ts';
import type { Row } from '../../core/curation/state.ts';
import type { Client } from '../client/client.ts';
import { darkenUntil, withAlpha, type Rgb } from '../colors/convert.ts';
import { colorMap, groupIndex, type ColorScale, type FieldValue } from '../colors/mapping.ts';
import { palettes, type PaletteName } from '../colors/palettes.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Rgba } from '../plot/scene.ts';
import { action } from './actions.ts';
import type { ViewAction, ViewInstance } from './instance.ts';
import { linksOf, type CustomColors } from './links.ts';

type Rows = ReadonlyMap<number, Row>;

/** Colour of a cluster; the same function while nothing about colours changed. */
export type ClusterColors = (clusterId: number) => Rgba;

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

const groupOf = (row: Row): number => groupIndex(row.group === null ? null : String(row.group));

const RECIPES: Readonly<Record<Exclude<ColorScheme, 'custom'>, Recipe>> = {
  blank: numbered(() => 0, 'blank'),
  random: numbered((row) => row.id, 'categorical', { categorical: true }),
  cluster_group: numbered(groupOf, 'cluster_group', { categorical: true }),
  depth: numbered((row) => fieldOf(row, 'depth'), 'linear'),
  firing_rate: numbered((row) => fieldOf(row, 'fr'), 'linear', { logarithmic: true }),
};

/** What a colour field holds for a cluster: `cluster` is its id, the others are columns. */
function fieldOf(row: Row, field: string): FieldValue {
  const value = field === 'cluster' ? row.id : row[field];
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The recipe of the View menu's settings. Groups on their own palette are told by name, as in scheme `cluster_group`. */
function customRecipe({ field, palette, categorical, logarithmic }: CustomColors): Recipe {
  const byGroup = field === 'group' && palette === 'cluster_group' && categorical;
  return { value: byGroup ? groupOf : (row) => fieldOf(row, field), palette, categorical, logarithmic };
}

/**
 * Colours of all clusters under a scheme, opaque. `rows` fix the range of continuous colormaps and the ranks of texts. On a light ground
 * colours are darkened until they reach 3:1.
 */
export function clusterColors(scheme: ColorScheme, custom: CustomColors, rows: Rows, style: PlotStyle): ClusterColors {
  const recipe = scheme === 'custom' ? customRecipe(custom) : RECIPES[scheme];
  const values = Array.from(rows.values(), recipe.value);
  const map = colorMap(recipe, values);
  const [r, g, b] = style.background;
  const visible = (color: Rgb): Rgb => (style.theme === 'light' ? darkenUntil(color, [r, g, b], 3) : color);
  const unknown = withAlpha(visible(palettes.blank[0]), 1);
  const known = new Map<number, Rgba>();
  return (clusterId) => {
    const found = known.get(clusterId);
    if (found !== undefined) return found;
    const row = rows.get(clusterId);
    const color = row === undefined ? unknown : withAlpha(visible(map(recipe.value(row))), 1);
    known.set(clusterId, color);
    return color;
  };
}

const schemeOf = (view: ViewInstance): ColorScheme =>
  COLOR_SCHEMES.find((name) => name === view.state.getState().values.colorScheme) ?? 'random';

/** Colours for a view with the parameter `colorScheme`; another function as soon as any colour may be another. */
export function useClusterColors(view: ViewInstance, style: PlotStyle): ClusterColors {
  const scheme = useStore(view.state, () => schemeOf(view));
  const custom = useStore(linksOf(view.client), (links) => links.customColors);
  const rows = useStore(view.client.mirror, (mirror) => mirror.rows);
  return useMemo(() => clusterColors(scheme, custom, rows, style), [scheme, custom, rows, style]);
}

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
