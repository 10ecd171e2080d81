/** The split: lassos of all open views go to the engine, which splits over all spikes; spikes without a coordinate are asked about. */
import type { MissingMode } from '../../core/actions/index.ts';
import type { ActionResult } from '../../core/protocol/messages.ts';
import type { ViewInstance } from '../view/instance.ts';
import { clearLassos, lassoRequests, viewsWithLasso } from '../view/lasso.ts';
import type { Desk } from './desk.ts';

const NO_LASSO = 'No spikes selected, cannot split. Draw a lasso of 3 points or more with Ctrl+click.';

export const hasLasso = (views: Iterable<ViewInstance>): boolean => viewsWithLasso(views).length > 0;

/** Splits by the lassos on screen. The lassos are taken away when it was done. */
export async function splitByLasso(desk: Desk, missing: MissingMode = 'cancel'): Promise<void> {
  const views = desk.shelf.open.getState();
  const requests = lassoRequests(views);
  if (requests.length === 0) return desk.client.say('warning', NO_LASSO);
  const args = requests.length === 1 ? { ...requests[0], missing } : { lassos: requests, missing };
  const result = await desk.client.act('split', args);
  if (result.ok) clearLassos(views);
  else if (missing === 'cancel' && (result.missing ?? 0) > 0) askAboutMissing(desk, result);
}

function askAboutMissing(desk: Desk, result: ActionResult): void {
  const answer = (choice: Exclude<MissingMode, 'cancel'>): void => {
    desk.ui.setState({ dialog: null });
    void splitByLasso(desk, choice);
  };
  desk.ui.setState({ dialog: { kind: 'missing', question: { text: result.message, answer } } });
}
