/** Goes from one violation of the refractory period to the next: trace views show it. */
import { isAborted, sentenceOf } from '../../core/base/errors.ts';
import { millisecondsText } from '../../core/base/numberText.ts';
import { violationBound } from '../../core/base/viewParams.ts';
import type { ViolationsAnswer } from '../../core/tools/violations.ts';
import type { Client } from '../client/client.ts';
import { keptOf, readKept } from '../view/createView.ts';
import { linksOf, selectTime } from '../view/links.ts';
import { simpleCommand, type Command } from './command.ts';
import type { Desk } from './desk.ts';

/** Section of the menu Select after those of the registry. */
const SECTION = 7;

const SELECT_FIRST = 'Select a cluster first.';

function selectedClusters({ mirror }: Client): readonly number[] {
  const { selection } = mirror.getState().snapshot ?? {};
  return [...new Set([...(selection?.clusters ?? []), ...(selection?.similar ?? [])])];
}

export function violationCommands(desk: Desk): readonly Command[] {
  const enabled = (): true | string => selectedClusters(desk.client).length > 0 || SELECT_FIRST;
  return [
    simpleCommand({
      name: 'next_violation',
      scope: 'Select',
      title: 'Next refractory violation',
      doc: 'Shows the next two spikes of the selected clusters that are closer than the refractory period of the ISI view in the trace views.',
      section: SECTION,
      aliases: ['nv'],
      enabled,
      run: () => goTo(desk, 1),
    }),
    simpleCommand({
      name: 'previous_violation',
      scope: 'Select',
      title: 'Previous refractory violation',
      doc: 'Shows the two such spikes before those that the trace views show.',
      section: SECTION,
      aliases: ['pv'],
      enabled,
      run: () => goTo(desk, -1),
    }),
  ];
}

/** Where it went last, and for which clusters: the middle of the trace view may be anywhere since. */
const lastOf = new WeakMap<Client, { readonly clusters: string; readonly seconds: number }>();

const ISI_VIEW = 'ISIView';

/** What the ISI view counts as violations, s: the setting of the one in use, or of the one that was closed last. */
export function boundInUse({ client, shelf }: Pick<Desk, 'client' | 'shelf'>): number {
  const id = shelf.withKeys().find(({ spec }) => spec.name === ISI_VIEW)?.id ?? ISI_VIEW;
  const { stateKey } = violationBound;
  const kept = readKept(stateKey, violationBound, keptOf(client, 'dataset', id)[stateKey]);
  return typeof kept === 'number' ? kept : violationBound.default;
}

async function goTo(desk: Desk, step: 1 | -1): Promise<void> {
  const { client } = desk;
  const clusters = selectedClusters(client);
  if (clusters.length === 0) return client.say('warning', SELECT_FIRST);
  try {
    const seconds = boundInUse(desk);
    const { signal } = new AbortController();
    const { answer } = await client.ask<ViolationsAnswer>('violations', clusters, { seconds }, signal);
    const times = answer.times.data;
    const bound = millisecondsText(seconds);
    if (times.length === 0) return client.say('info', `The selected clusters have no intervals shorter than ${bound}.`);
    const place = placeAfter(times, from(client, clusters), step);
    lastOf.set(client, { clusters: clusters.join(), seconds: times[place] });
    selectTime(client, times[place]);
    client.say(
      'info',
      `Interval ${place + 1} of ${times.length} shorter than ${bound}, at ${times[place].toFixed(4)} s.`,
    );
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
