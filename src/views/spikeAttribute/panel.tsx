/** The views of spike attributes: one class for each `spike_<name>.npy` of the dataset (spec/views.md 14). */
import type { ViewSpec } from '../../gui/view/instance.ts';
import { scatterView } from '../../gui/view/scatterView.tsx';
import { missingText } from '../../gui/view/shown.ts';
import { attributeAxes, attributeViewName } from './draw.ts';
import { params } from './params.ts';
import type { SpikeAttributeAnswer } from './query.ts';

/** The view of `spike_<attribute>.npy`. In a dataset without that file it says so. */
export function spikeAttributeView(attribute: string): ViewSpec {
  const name = attributeViewName(attribute);
  const file = `spike_${attribute}.npy`;
  return scatterView<SpikeAttributeAnswer>({
    name,
    query: 'spikeAttribute',
    params: { ...params, attribute: { ...params.attribute, default: attribute } },
    axes: ({ dimensions }) => attributeAxes(attribute, dimensions),
    reading: `Reading ${file}`,
    missing: ({ spikeAttributes }) =>
      spikeAttributes.includes(attribute)
        ? null
        : {
            title: `This dataset has no ${file}`,
            detail: missingText(name, [`${file} was not found beside params.py.`]),
          },
  });
}

/** One view for each attribute; of two whose names differ only in capitals the first. */
export function spikeAttributeViews(attributes: readonly string[]): readonly ViewSpec[] {
  const names = attributes.map(attributeViewName);
  return attributes.filter((_, k) => names.indexOf(names[k]) === k).map(spikeAttributeView);
}

/** The view of that class name for a dataset that has no such attribute, such as one in a layout that was made with another dataset. */
export function absentAttributeView(className: string): ViewSpec | undefined {
  const attribute = /^Spike(.+)View$/.exec(className)?.[1]?.toLowerCase();
  return attribute === undefined || attributeViewName(attribute) !== className
    ? undefined
    : spikeAttributeView(attribute);
}
