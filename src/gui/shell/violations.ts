/** Goes from one violation of the refractory period to the next: trace views show it. */
import { isAborted, sentenceOf } from '../../core/base/errors.ts';
import type { ViolationsAnswer } from '../../core/tools/violations.ts';
import type { Client } from '../client/client.ts';
import { linksOf, selectTime } from '../view/links.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';

/** Section of the menu Select after those of the registry. */
const SECTION = 7;

export function violationCommands(desk: Desk): readonly Command[] {
  return [
    simpleCommand({
      name: 'next_violation',
      scope: 'Select',
      title: 'Next refractory violation',
      doc: 'Shows the next two spikes of the selected clusters that are closer than 2 ms in the trace views.',
      section: SECTION,
      aliases: ['nv'],
      run: () => goTo(desk, 1),
    }),
    simpleCommand({
      name: 'previous_violation',
      scope: 'Select',
      title: 'Previous refractory violation',
      doc: 'Shows the two spikes closer than 2 ms before those that the trace views show.',
      section: SECTION,
      aliases: ['pv'],
      run: () => goTo(desk, -1),
    }),
  ];
}

/** Where it went last, and for which clusters: the middle of the trace view may be anywhere since. */
const lastOf = new WeakMap<Client, { readonly clusters: string; readonly seconds: number }>();

async function goTo({ client }: Desk, step: 1 | -1): Promise<void> {
  const { selection } = client.mirror.getState().snapshot ?? {};
  const clusters = [...new Set([...(selection?.clusters ?? []), ...(selection?.similar ?? [])])];
  if (clusters.length === 0) return client.say('warning', 'Select a cluster first.');
  try {
    const { answer } = await client.ask<ViolationsAnswer>('violations', clusters, {}, new AbortController().signal);
    const times = answer.times.data;
    if (times.length === 0) return client.say('info', 'The selected clusters have no intervals shorter than 2 ms.');
    const place = placeAfter(times, from(client, clusters), step);
    lastOf.set(client, { clusters: clusters.join(), seconds: times[place] });
    selectTime(client, times[place]);
    client.say('info', `Violation ${place + 1} of ${times.length}, at ${times[place].toFixed(4)} s.`);
  } catch (error) {
    if (!isAborted(error)) client.say('error', sentenceOf(error));
  }
}

/** The place it was at last while the trace views still show it, else the middle of what they show. */
function from(client: Client, clusters: readonly number[]): number {
  const { timeRange } = linksOf(client).getState();
  const isShown = (seconds: number): boolean =>
    timeRange === null || (seconds >= timeRange[0] && seconds <= timeRange[1]);
  const last = lastOf.get(client);
  if (last !== undefined && last.clusters === clusters.join() && isShown(last.seconds)) return last.seconds;
  return timeRange === null ? -Infinity : (timeRange[0] + timeRange[1]) / 2;
}

/** Place of the next time after (or before) one; past the last comes the first again. */
export function placeAfter(times: Float64Array, seconds: number, step: 1 | -1): number {
  const found = step === 1 ? times.findIndex((time) => time > seconds) : times.findLastIndex((time) => time < seconds);
  if (found >= 0) return found;
  return step === 1 ? 0 : times.length - 1;
}
