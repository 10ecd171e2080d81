/** Splits by when spikes come: short intervals, and events that were found twice. */
import { choice, number, type Values } from '../base/params.ts';
import { defineSplitter } from '../engine/additions.ts';
import { shortIntervalSpikes } from '../analysis/shortIntervals.ts';

const ms = { name: 'ms', perStored: 1000 } as const;

const shortParams = {
  seconds: number({
    default: 0.0015,
    min: 0,
    max: 1,
    unit: ms,
    decimals: 3,
    label: 'Shorter than',
    doc: 'Intervals shorter than this are short.',
  }),
  take: choice({
    choices: ['both', 'second'],
    default: 'both',
    label: 'Take out',
    doc: 'Which spikes of a short interval go into a cluster of their own.',
  }),
};

export const shortIntervals = defineSplitter({
  name: 'short_isi',
  title: 'Short intervals',
  doc: 'Takes out the spikes of intervals that are too short for one neuron.',
  aliases: ['isisplit'],
  params: shortParams,
  split({ dataset }, { seconds, take }: Values<typeof shortParams>, { spikeIds }) {
    const times = dataset.spikes.secondsOf(spikeIds);
    const labels = shortIntervalSpikes(times, seconds, take === 'both');
    return Promise.resolve({ labels, names: { 0: 'the rest', 1: 'short intervals' } });
  },
});

const duplicateParams = {
  seconds: number({
    default: 0.0003,
    min: 0,
    max: 0.1,
    unit: ms,
    decimals: 3,
    label: 'Within',
    doc: 'Two spikes that come within this time are one event found twice.',
  }),
  keep: choice({
    choices: ['first', 'larger'],
    default: 'first',
    label: 'Keep',
    doc: 'Which of the two stays: the first, or the one with the larger amplitude.',
  }),
};

export const duplicates = defineSplitter({
  name: 'duplicates',
  title: 'Duplicate spikes',
  doc: 'Takes out spikes that were found twice, in one cluster or in several that are selected together.',
  params: duplicateParams,
  split({ dataset }, { seconds, keep }: Values<typeof duplicateParams>, { spikeIds }) {
    const { spikes } = dataset;
    const times = spikes.secondsOf(spikeIds);
    const { amplitudes } = spikes;
    const weights =
      keep === 'first' || amplitudes === undefined
        ? undefined
        : Float64Array.from(spikeIds, (spike) => Math.abs(amplitudes[spike]));
    const note =
      keep !== 'first' && amplitudes === undefined ? 'This dataset has no amplitudes: the first spike was kept.' : '';
    return Promise.resolve({
      labels: duplicateSpikes(times, seconds, weights),
      names: { 0: 'the rest', 1: 'duplicates' },
      note,
    });
  },
});

/** 1 for a spike that comes within `seconds` after one that is kept; with weights the heavier of the two is kept. Times ascend. */
export function duplicateSpikes(times: Float64Array, seconds: number, weights?: Float64Array): Int32Array {
  const labels = new Int32Array(times.length);
  let kept = 0;
  for (let i = 1; i < times.length; i++) {
    if (times[i] - times[kept] > seconds) kept = i;
    else if (weights !== undefined && weights[i] > weights[kept]) {
      labels[kept] = 1;
      kept = i;
    } else labels[i] = 1;
  }
  return labels;
}
