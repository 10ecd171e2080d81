/** Turns key events of every window into commands (spec/curation.md 7, views.md 1.20). */
import { elementOf } from '../ui/dom.ts';
import { isMac } from '../ui/keyLabel.ts';
import { cancelSettings } from './cancelSettings.ts';
import type { Command } from './command.ts';
import type { Desk } from './desk.ts';
import { actsInTextField, keysOf, type KeyPress } from './shortcuts.ts';

/** Listens in one window; returns how to stop. */
export function listenToKeys(desk: Desk, window: Window): () => void {
  const { document } = window;
  const onKeyDown = (event: KeyboardEvent): void => dispatch(desk, event);
  const onTabKey = (event: KeyboardEvent): void => beforeTabs(desk, event);
  document.addEventListener('keydown', onKeyDown);
  document.addEventListener('keydown', onTabKey, { capture: true });
  const stopUse = followUse(desk, document);
  return () => {
    document.removeEventListener('keydown', onKeyDown);
    document.removeEventListener('keydown', onTabKey, { capture: true });
    stopUse();
  };
}

/** Notes which window is worked in, so that what a key or a menu opens is opened there. */
function followUse(desk: Desk, document: Document): () => void {
  const place = document === globalThis.document ? null : document.body;
  const use = (): void => {
    const { place: before, palette, snippet, dialog } = desk.ui.getState();
    // What is open stays where it is.
    if (before !== place && !palette && !snippet && dialog === null) desk.ui.setState({ place });
  };
  const kinds = ['keydown', 'pointerdown'] as const;
  for (const kind of kinds) document.addEventListener(kind, use, { capture: true });
  return () => {
    for (const kind of kinds) document.removeEventListener(kind, use, { capture: true });
    if (place !== null && desk.ui.getState().place === place) desk.ui.setState({ place: null });
  };
}

/**
 * A tab that was clicked keeps the focus, and the docks have keys of their own for tabs: Space, Home and End would do nothing for the
 * clusters there, and Backspace would close the panel. What is bound comes first, and no key closes a tab.
 */
function beforeTabs(desk: Desk, event: KeyboardEvent): void {
  if (elementOf(event.target)?.getAttribute('role') !== 'tab') return;
  dispatch(desk, event);
  if (event.defaultPrevented || event.key === 'Delete' || event.key === 'Backspace') event.stopPropagation();
}

function dispatch(desk: Desk, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const place = placeOf(event.target);
  if (place === 'work' && typeAhead(desk, event)) return event.preventDefault();
  // Whatever Esc is bound to: what is open beside the work is closed first, then what takes long is stopped.
  const isFree = place === 'work' || place === 'control';
  if (event.key === 'Escape' && isFree && (cancelSettings(desk) || stopWork(desk))) return event.preventDefault();
  const { key, command } = meantBy(desk, event);
  if (key === undefined || command === undefined) return;
  if ((place === 'text' || place === 'modal text') && !actsInTextField(key)) return;
  if (place === 'control' && (key === 'space' || key === 'enter')) return;
  // What the browser would do with a bound key (save a page, go back) is never wanted here.
  event.preventDefault();
  // Clusters behind a dialog are never changed.
  if (place === 'modal' || place === 'modal text' || place === 'menu') return;
  // Esc is pressed by the way: it says nothing when there is nothing to do.
  if (key === 'esc' && command.enabled() !== true) return;
  desk.start(command);
}

/** The first of the keys that an event may mean to which something is bound, and what that is. */
export function meantBy(desk: Desk, event: KeyPress): { readonly key?: string; readonly command?: Command } {
  const bindings = desk.bindings();
  const key = keysOf(event, isMac()).find((candidate) => bindings.has(candidate));
  return key === undefined ? {} : { key, command: bindings.get(key) };
}

/**
 * True while a bar or dialog is open but does not have the focus yet: what is typed then is meant for it and must never merge or move
 * clusters behind it.
 */
function typeAhead(desk: Desk, event: KeyboardEvent): boolean {
  const { palette, snippet, dialog, typed } = desk.ui.getState();
  if (!palette && !snippet && dialog === null) return false;
  if (event.key === 'Escape') desk.ui.setState({ palette: false, snippet: false, dialog: null });
  else desk.ui.setState({ typed: typedText(typed, event) });
  return true;
}

/** The text after one more key. */
export function typedText(text: string, event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): string {
  if (event.key === 'Backspace') return text.slice(0, -1);
  const printable = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
  return printable ? text + event.key : text;
}

/** Stops what takes long; false when nothing does that can be stopped. */
function stopWork({ client }: Desk): boolean {
  if (client.mirror.getState().busy?.stoppable !== true) return false;
  client.stop();
  return true;
}

/** Where the focus is: text fields, menus, dialogs and focused buttons keep keys for themselves. */
function placeOf(target: EventTarget | null): 'work' | 'text' | 'menu' | 'modal' | 'modal text' | 'control' {
  const element = elementOf(target);
  if (element === null) return 'work';
  const closest = (selector: string): boolean => element.closest(selector) !== null;
  // A menu that fades away has the focus a moment longer: what is typed then is meant for the work.
  if (closest('[role="menu"]:not([data-closed])')) return 'menu';
  // Settings beside a view and floating panels are dialogs by name only.
  if (closest('[role="dialog"]:not([data-beside], [aria-modal="false"]), [role="alertdialog"]')) {
    return closest('input, textarea, select') ? 'modal text' : 'modal';
  }
  if (closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return 'text';
  // A button pressed with the mouse is done with; one reached with Tab still answers to Space.
  if (closest('button:focus-visible, a[href]:focus-visible, [role="menuitem"]:focus-visible')) {
    return closest('[data-closed]') ? 'work' : 'control';
  }
  return 'work';
}
