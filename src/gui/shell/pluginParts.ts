/** What a plugin adds, in words for people. Pure. */
import type { Declaration } from '../../core/plugins/declare.ts';

/** One kind of thing that a plugin adds. */
interface PluginPart {
  readonly kind: string;
  readonly names: readonly string[];
}

/** Kinds of which there is something, in the order in which the guide explains them. */
export function pluginParts(plugin: Declaration): readonly PluginPart[] {
  const { hears } = plugin;
  const parts: readonly PluginPart[] = [
    { kind: 'Columns', names: plugin.metrics },
    { kind: 'Similarity', names: plugin.similarities },
    { kind: 'Split by', names: plugin.splitters.map(({ title }) => title) },
    { kind: 'Raw data filters', names: plugin.filters.map(({ title }) => title) },
    { kind: 'Commands', names: plugin.commands.map(({ title }) => title) },
    { kind: 'Overlays', names: plugin.overlays.map(({ title }) => title) },
    { kind: 'Views', names: plugin.views.map(({ title }) => title) },
    {
      kind: 'Buttons',
      names: Object.entries(plugin.buttons).flatMap(([view, list]) => list.map(({ title }) => `${title} (${view})`)),
    },
    { kind: 'Keys', names: Object.keys(plugin.keys) },
    { kind: 'Also', names: alsoOf(plugin, hears) },
  ];
  return parts.filter(({ names }) => names.length > 0);
}

function alsoOf(plugin: Declaration, hears: Declaration['hears']): readonly string[] {
  return [
    hears.status && 'a text in the status bar',
    hears.names && 'names in consoles',
    hears.changed && 'follows every change',
    hears.saved && 'follows every save',
    plugin.layout !== null && 'the first layout',
    Object.keys(plugin.settings).length > 0 && 'settings of views',
    plugin.shownColumns !== null && 'the columns shown',
    plugin.tableStyle !== '' && 'the look of table rows',
    plugin.colors !== null && 'colours',
  ].filter((word) => word !== false);
}
