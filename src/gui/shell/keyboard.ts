/** Turns key events of every window into commands (spec/curation.md 7, views.md 1.20). */
import { isMac } from '../ui/keyLabel.ts';
import type { Desk } from './desk.ts';
import { actsInTextField, keysOf } from './shortcuts.ts';

/** Listens in one window; returns how to stop. */
export function listenToKeys(desk: Desk, window: Window): () => void {
  const onKeyDown = (event: KeyboardEvent): void => dispatch(desk, event);
  window.document.addEventListener('keydown', onKeyDown);
  return () => window.document.removeEventListener('keydown', onKeyDown);
}

function dispatch(desk: Desk, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const bindings = desk.bindings();
  const key = keysOf(event, isMac()).find((candidate) => bindings.has(candidate));
  const command = key === undefined ? undefined : bindings.get(key);
  if (key === undefined || command === undefined) return;
  const place = placeOf(event.target);
  if (place === 'text' && !actsInTextField(key)) return;
  if (place === 'control' && (key === 'space' || key === 'enter')) return;
  // What the browser would do with a bound key (save a page, go back) is never wanted here.
  event.preventDefault();
  if (place === 'modal' || place === 'menu') return;
  if (key === 'esc' && stepBack(desk)) return;
  desk.start(command);
}

/** Esc closes what is open beside the work; with nothing open it clears the filter, and says nothing when there is none. */
function stepBack(desk: Desk): boolean {
  if (desk.ui.getState().settingsOf !== null) {
    desk.ui.setState({ settingsOf: null });
    return true;
  }
  return desk.bindings().get('esc')?.enabled() !== true;
}

/** Where the focus is: text fields, menus, dialogs and focused buttons keep keys for themselves. */
function placeOf(target: EventTarget | null): 'work' | 'text' | 'menu' | 'modal' | 'control' {
  if (!(target instanceof Node)) return 'work';
  const element = target.nodeType === 1 ? target : target.parentElement;
  const closest = (selector: string): boolean => isElement(element) && element.closest(selector) !== null;
  if (closest('[role="menu"]')) return 'menu';
  if (closest('[role="dialog"]:not([data-beside]), [role="alertdialog"]')) {
    return closest('input, textarea, select') ? 'text' : 'modal';
  }
  if (closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return 'text';
  if (closest('button, a[href], [role="menuitem"], [role="tab"]')) return 'control';
  return 'work';
}

/** `instanceof Element` is false for elements of another window. */
const isElement = (node: Node | null): node is Element => node !== null && node.nodeType === 1;
