/** Full scale of the boxes: constant while clusters are compared (spec/views.md 2a). */
import type { WaveformAnswer } from './query.ts';

export interface Scale {
  /** Full scale in the unit of the answer; null before there was anything to scale. */
  readonly yMax: number | null;
  /** Type and filter that it is of. */
  readonly of: string;
  /** M of the answer on screen, for a reset; null when it shows nothing. */
  readonly latest: number | null;
}
export const NO_SCALE: Scale = { yMax: null, of: '', latest: null };

/** Without waves, or with flat ones only, the scale of an answer stands for nothing. */
const isFlat = ({ clusters }: Pick<WaveformAnswer, 'clusters'>): boolean =>
  clusters.every(({ waveforms }) => waveforms.data.every((value) => value === 0));

/** The scale for another answer: the one in force, except for another type or filter, whose values have another size. */
export function nextScale(
  scale: Scale,
  answer: Pick<WaveformAnswer, 'type' | 'yMax' | 'clusters'>,
  filter: string,
): Scale {
  const of = `${answer.type} ${filter}`;
  const latest = isFlat(answer) ? null : answer.yMax;
  return { yMax: (scale.of === of ? scale.yMax : null) ?? latest, of, latest };
}

/** The scale of what is on screen now. */
export const renewedScale = (scale: Scale): Scale => ({ ...scale, yMax: scale.latest });
