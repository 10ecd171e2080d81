/** What can be set in the cluster scatter view (spec/commands.md 2, views.md 12, state keys of curation.md 4.7). */
import { number, text, toggle } from '../../core/base/params.ts';
import { colorScheme, tableOrder } from '../../core/base/viewParams.ts';

export const params = {
  x: text({
    default: 'amp',
    label: 'x axis',
    doc: 'Column of the cluster view along x.',
    keep: 'user',
    stateKey: 'x_axis',
  }),
  y: text({
    default: 'depth',
    label: 'y axis',
    doc: 'Column of the cluster view along y.',
    keep: 'user',
    stateKey: 'y_axis',
  }),
  size: text({
    default: 'fr',
    label: 'Size',
    doc: 'Column of the cluster view that the size of a point stands for.',
    keep: 'user',
  }),
  xLog: toggle({
    default: false,
    label: 'Logarithmic x axis',
    doc: 'Places points by the logarithm of 1 + x above the smallest.',
    keep: 'user',
    stateKey: 'x_axis_log_scale',
  }),
  yLog: toggle({
    default: false,
    label: 'Logarithmic y axis',
    doc: 'Places points by the logarithm of 1 + y above the smallest.',
    keep: 'user',
    stateKey: 'y_axis_log_scale',
  }),
  sizeLog: toggle({
    default: true,
    label: 'Logarithmic size',
    doc: 'Sizes points by the logarithm of 1 + the value above the smallest.',
    keep: 'user',
    stateKey: 'size_log_scale',
  }),
  filter: tableOrder('id').filter,
  markerSize: number({
    default: 1,
    min: 0.01,
    max: 100,
    decimals: 2,
    label: 'Marker size',
    doc: 'Factor on the diameter of the points, which is 5 to 30 px.',
    keep: 'user',
    stateKey: 'marker_size',
    drawOnly: true,
  }),
  colorScheme: colorScheme('firing_rate'),
};
