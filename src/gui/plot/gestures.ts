/** Pointer, wheel and keys of one plot as events without a DOM in them (spec/views.md 1.4, 1.5, 1.20). */
import type { Point } from './transform.ts';
import { WheelNotches } from './wheel.ts';

export type Button = 'left' | 'right' | 'middle';
export interface Modifiers {
  /** Control, and Command on a Mac. */
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Meta where it is not Command. */
  readonly meta: boolean;
}
export type WheelModifiers = 'ctrl' | 'alt' | 'shift' | 'ctrl+shift';

/** What the plot does about it. Positions are CSS px from the host's top left corner. */
export interface GestureTarget {
  /** `from` is the position before this move. */
  pan(from: Point, to: Point): void;
  zoom(from: Point, to: Point, press: Point): void;
  wheelZoom(sign: number, at: Point): void;
  home(): void;
  /** `travelled`: CSS px from press to release. */
  click(at: Point, button: Button, modifiers: Modifiers, digitKey: number | null, travelled: number): void;
  wheel(modifiers: WheelModifiers, notches: number, at: Point): void;
  /** null when the pointer has left or drags. */
  hover(at: Point | null, event: PointerEvent): void;
  /** Returns whether the key did something. */
  key(key: string): boolean;
}

/** A press shorter than this is a click (spec/views.md 1.5). */
const CLICK_MS = 250;
/** A press that cannot drag (a modifier was held) is a click however slow the hand, when the pointer stayed within this many CSS px. */
const STILL_PX = 5;
const BUTTONS: readonly Button[] = ['left', 'middle', 'right'];

interface Press {
  readonly pointer: number;
  readonly button: Button;
  readonly at: Point;
  readonly time: number;
  readonly modifiers: Modifiers;
  readonly drag: 'pan' | 'zoom' | 'none';
  last: Point;
}

/** No lasso vertex may be lost because the button was held a little longer. */
function isSlowClick({ drag, button }: Press, travelled: number): boolean {
  return drag === 'none' && button !== 'middle' && travelled <= STILL_PX;
}

function isMac(view: Window): boolean {
  return /Mac|iPhone|iPad/.test(view.navigator.userAgent);
}

function modifiersOf(event: MouseEvent, mac: boolean): Modifiers {
  return {
    ctrl: event.ctrlKey || (mac && event.metaKey),
    shift: event.shiftKey,
    alt: event.altKey,
    meta: event.metaKey && !mac,
  };
}

/** The combination of a wheel gesture: exactly these modifiers (spec/views.md 1.5); '' for none, undefined for one without meaning. */
export function wheelModifiers({ ctrl, shift, alt, meta }: Modifiers): WheelModifiers | '' | undefined {
  if (meta || (alt && (ctrl || shift))) return undefined;
  if (alt) return 'alt';
  if (ctrl) return shift ? 'ctrl+shift' : 'ctrl';
  return shift ? 'shift' : '';
}

/** The digit that a key stands for: of the row above the letters whatever it types there (`&` in France), or one that types it. */
export function digitOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): number | null {
  const digit = /^Digit([0-9])$/.exec(code)?.[1] ?? /^[0-9]$/.exec(key)?.[0];
  return digit === undefined ? null : Number(digit);
}

const prevent = (event: Event) => event.preventDefault();

/** Listens on `host` (and on its window for keys) until the returned function is called. */
export function listenToGestures(host: HTMLElement, view: Window, target: GestureTarget): () => void {
  const mac = isMac(view);
  const notches = new WheelNotches();
  const stop = new AbortController();
  const signal = stop.signal;
  let press: Press | null = null;
  let digitKey: number | null = null;

  const position = (event: MouseEvent): Point => {
    const box = host.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const down = (event: PointerEvent) => {
    const button = BUTTONS[event.button];
    if (button === undefined || press !== null) return;
    const modifiers = modifiersOf(event, mac);
    const held = modifiers.ctrl || modifiers.shift || modifiers.alt || modifiers.meta;
    const drags = { left: 'pan', right: 'zoom', middle: 'none' } as const;
    const at = position(event);
    const drag = held ? 'none' : drags[button];
    press = { pointer: event.pointerId, button, at, time: event.timeStamp, modifiers, drag, last: at };
    host.setPointerCapture(event.pointerId);
    if (button === 'middle') event.preventDefault();
  };
  const move = (event: PointerEvent) => {
    const at = position(event);
    if (press === null) {
      target.hover(at, event);
      return;
    }
    if (event.pointerId !== press.pointer) return;
    if (press.drag !== 'none') target.hover(null, event);
    if (press.drag === 'pan') target.pan(press.last, at);
    else if (press.drag === 'zoom') target.zoom(press.last, at, press.at);
    press.last = at;
  };
  const up = (event: PointerEvent) => {
    const ended = press;
    if (ended === null || event.pointerId !== ended.pointer || BUTTONS[event.button] !== ended.button) return;
    press = null;
    const at = position(event);
    const travelled = Math.hypot(at[0] - ended.at[0], at[1] - ended.at[1]);
    const quick = event.timeStamp - ended.time < CLICK_MS;
    if (quick || isSlowClick(ended, travelled))
      target.click(ended.at, ended.button, ended.modifiers, digitKey, travelled);
    target.hover(at, event);
  };
  const cancel = (event: PointerEvent) => {
    if (press?.pointer === event.pointerId) press = null;
    target.hover(null, event);
  };
  const leave = (event: PointerEvent) => {
    if (press === null) target.hover(null, event);
  };
  const double = (event: MouseEvent) => {
    const { ctrl, shift, alt, meta } = modifiersOf(event, mac);
    if (event.button === 0 && !ctrl && !shift && !alt && !meta) target.home();
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const modifiers = wheelModifiers(modifiersOf(event, mac));
    const count = notches.take(event);
    if (count === 0 || modifiers === undefined) return;
    if (modifiers !== '') target.wheel(modifiers, count, position(event));
    else for (let k = 0; k < Math.abs(count); k++) target.wheelZoom(Math.sign(count), position(event));
  };
  const keyDown = (event: KeyboardEvent) => {
    digitKey = digitOf(event) ?? digitKey;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && (!event.shiftKey || event.key === '+');
    // Shortcuts of the window come first: this listener is the last one that sees the key.
    if (event.defaultPrevented || !plain || event.target !== host) return;
    if (target.key(event.key)) event.preventDefault();
  };
  const keyUp = (event: KeyboardEvent) => {
    if (digitOf(event) !== null) digitKey = null;
  };
  const blur = () => {
    digitKey = null;
  };

  host.addEventListener('pointerdown', down, { signal });
  host.addEventListener('pointermove', move, { signal });
  host.addEventListener('pointerup', up, { signal });
  host.addEventListener('pointercancel', cancel, { signal });
  host.addEventListener('pointerleave', leave, { signal });
  host.addEventListener('dblclick', double, { signal });
  host.addEventListener('wheel', wheel, { signal, passive: false });
  host.addEventListener('contextmenu', prevent, { signal });
  host.addEventListener('auxclick', prevent, { signal });
  view.addEventListener('keydown', keyDown, { signal });
  view.addEventListener('keyup', keyUp, { signal });
  view.addEventListener('blur', blur, { signal });
  return () => stop.abort();
}
