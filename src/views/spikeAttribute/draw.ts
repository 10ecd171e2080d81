/** What the axes of a spike attribute are (spec/views.md 14a); the points are drawn by gui/view/scatter.ts. */
import type { ScatterAxis } from '../../gui/view/scatter.ts';

/** Class name of the view of an attribute: `positions` is SpikePositionsView, `detection_templates` SpikeDetection_TemplatesView. */
export function attributeViewName(attribute: string): string {
  const title = attribute.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
  return `Spike${title}View`;
}

/** Axes for 1 (value over time) or 2 dimensions (second column over the first). Sorters write positions in µm, depth second. */
export function attributeAxes(attribute: string, dimensions: 1 | 2): readonly [ScatterAxis, ScatterAxis] {
  if (dimensions === 1) return [{ name: 'time', unit: 's' }, { name: attribute }];
  if (attribute === 'positions') {
    return [
      { name: 'x', unit: 'µm' },
      { name: 'depth', unit: 'µm' },
    ];
  }
  return [{ name: `${attribute} 0` }, { name: `${attribute} 1` }];
}
