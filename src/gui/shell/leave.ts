/** Closing the dataset: to end the program, or to go on with another one in the same window. */
import type { Next } from '../../core/protocol/messages.ts';
import type { Client } from '../client/client.ts';
import type { MenuEntry } from '../ui/Menu.tsx';
import type { Desk } from './desk.ts';

/** What is not saved is asked about first. Only when no action is on its way is it known what is not saved. */
export async function leave(desk: Desk, next?: Next): Promise<void> {
  await whenIdle(desk.client);
  const dirty = desk.client.mirror.getState().snapshot?.dirty === true;
  if (dirty) desk.ui.setState({ dialog: { kind: 'exit', next } });
  else await desk.client.exit('discard', next);
}

/** Resolves when every action sent has been answered. */
function whenIdle({ mirror }: Client): Promise<void> {
  return new Promise((resolve) => {
    if (mirror.getState().acting === 0) return resolve();
    const stop = mirror.subscribe(({ acting }) => {
      if (acting > 0) return;
      stop();
      resolve();
    });
  });
}

/** A menu has no room for more. */
const MOST = 12;

export interface OtherDataset {
  readonly key: string;
  readonly name: string;
  readonly folder: string;
  readonly open: () => void;
}

/** Recent datasets other than the one that is open. */
export function otherDatasets(desk: Desk): readonly OtherDataset[] {
  const present = desk.client.mirror.getState().dataset;
  const others = desk.ui
    .getState()
    .recent.filter(({ name, folder }) => folder !== present?.folder || name !== present.name);
  return others.map(({ key, name, folder, params, kwik, raw }) => ({
    key,
    name,
    folder,
    open: () => void leave(desk, { open: { path: params, kwik, raw } }),
  }));
}

/** The submenu File > Open recent; null when there is none to open. Folders of the same name are told apart by the one they lie in. */
export function recentMenu(desk: Desk): MenuEntry | null {
  const others = otherDatasets(desk).slice(0, MOST);
  if (others.length === 0) return null;
  const label = ({ name, folder }: OtherDataset): string =>
    others.some((other) => other.name === name && other.folder !== folder) ? folder : name;
  const entries = others.map(
    (other): MenuEntry => ({ kind: 'item', id: other.key, label: label(other), hint: other.folder, run: other.open }),
  );
  return { kind: 'submenu', id: 'Open recent', label: 'Open recent', entries };
}
