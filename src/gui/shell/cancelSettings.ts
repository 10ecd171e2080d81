import { offered } from '../view/createView.ts';
import type { Desk } from './desk.ts';

/**
 * Closes the settings and takes back what the form changed since it was opened; what gestures set meanwhile (pan, scaling) stays. False
 * when none are open.
 */
export function cancelSettings(desk: Desk): boolean {
  const { settingsOf } = desk.ui.getState();
  if (settingsOf === null) return false;
  const view = desk.shelf.get(settingsOf.view);
  view?.set(offered(view.spec, settingsOf.before));
  desk.ui.setState({ settingsOf: null });
  return true;
}
