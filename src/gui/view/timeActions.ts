/** Actions of views that show an interval of the recording (spec/curation.md 7.3): the same for traces and trace images, on other keys. */
import { PhyError } from '../../core/base/errors.ts';
import type { ViewAction, ViewInstance } from './instance.ts';
import { action, keys } from './actions.ts';
import { decimalsOf, timeWindowOf } from './timeWindow.ts';

/** Part of the interval that a step moves by, part of the recording that a jump moves by. */
const STEP = 0.1;
const JUMP = 0.1;
const WIDEN = 1.25;

/** Keys and short names by action. */
export type TimeKeys = Readonly<Record<TimeActionName, string>>;
type TimeActionName =
  | 'go_to'
  | 'go_to_start'
  | 'go_to_end'
  | 'go_right'
  | 'go_left'
  | 'jump_right'
  | 'jump_left'
  | 'widen'
  | 'narrow';

/** One number of seconds, as typed. */
function seconds(name: string, args: readonly unknown[]): number {
  const [value] = args;
  if (args.length === 1 && typeof value === 'number' && Number.isFinite(value)) return value;
  throw new PhyError('usage', `${name} takes a number of seconds.`, { name });
}

const centerText = (view: ViewInstance): string => {
  const time = timeWindowOf(view);
  return String(Number(time.center.toFixed(decimalsOf(time.length) + 2)));
};

/** `section` of go_to and its neighbours; the steps come in the next one. */
export function timeActions(
  section: number,
  keysOf: TimeKeys,
  aliases: { goTo: string; shift: string },
): readonly ViewAction[] {
  const moves = (name: TimeActionName, doc: string, run: (view: ViewInstance) => void): ViewAction =>
    action({ name, section: section + 1, keys: keys(keysOf[name]), doc, run });
  return [
    action({
      name: 'go_to',
      aliases: [aliases.goTo],
      section,
      keys: keys(keysOf.go_to),
      usage: 'SECONDS',
      prompt: { text: 'Go to (s)', value: centerText },
      doc: 'Centre on a time in seconds.',
      run: (view, args) => timeWindowOf(view).goTo(seconds('go_to', args)),
    }),
    action({
      name: 'go_to_start',
      section,
      keys: keys(keysOf.go_to_start),
      doc: 'To the start of the recording.',
      run: (view) => timeWindowOf(view).goTo(0),
    }),
    action({
      name: 'go_to_end',
      section,
      keys: keys(keysOf.go_to_end),
      doc: 'To the end of the recording.',
      run: (view) => timeWindowOf(view).goTo(timeWindowOf(view).duration),
    }),
    action({
      name: 'shift',
      aliases: [aliases.shift],
      section,
      usage: 'SECONDS',
      prompt: { text: 'Move by (s)', value: () => '0' },
      doc: 'Move by so many seconds.',
      run: (view, args) => timeWindowOf(view).shift(seconds('shift', args)),
    }),
    moves('go_right', 'Later by a tenth of the interval.', (view) => step(view, 1)),
    moves('go_left', 'Earlier by a tenth of the interval.', (view) => step(view, -1)),
    moves('jump_right', 'Later by a tenth of the recording.', (view) => jump(view, 1)),
    moves('jump_left', 'Earlier by a tenth of the recording.', (view) => jump(view, -1)),
    moves('widen', 'Make the interval longer.', (view) => timeWindowOf(view).scale(WIDEN)),
    moves('narrow', 'Make the interval shorter.', (view) => timeWindowOf(view).scale(1 / WIDEN)),
  ];
}

/** Moves by a tenth of the interval for each notch or key press; positive is later. */
export function step(view: ViewInstance, count: number): void {
  const time = timeWindowOf(view);
  time.shift(count * STEP * time.length);
}

function jump(view: ViewInstance, count: number): void {
  const time = timeWindowOf(view);
  time.shift(count * JUMP * time.duration);
}
