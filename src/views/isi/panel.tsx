/** The ISI view: intervals between successive spikes (spec/views.md 9). */
import { numberAction } from '../../gui/view/actions.ts';
import { histogramView } from '../../gui/view/histogram/histogramView.ts';
import { isiNotes, isiScene } from './draw.ts';
import { params } from './params.ts';
import type { IsiAnswer } from './query.ts';

export const isiView = histogramView<IsiAnswer>({
  name: 'ISIView',
  query: 'isi',
  params,
  names: { count: 'binCount', min: 'minSeconds', max: 'maxSeconds' },
  alias: 'isi',
  maxAliases: ['im'],
  moreActions: [
    numberAction('set_refractory_period', 'refractorySeconds', params.refractorySeconds, {
      aliases: ['isir'],
      section: 3,
      doc: 'Bound below which an interval is a violation, in ms.',
    }),
  ],
  noun: 'interval',
  reading: 'Counting intervals',
  end: () => params.maxSeconds.default,
  scene: (answer, { style, size }) => isiScene({ answer, style, size }),
  tip: (answer, row) => ({ row: isiNotes(answer, row)[0] }),
});
