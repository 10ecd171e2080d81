/** The worker that draws the views of one plugin: started by `Drawer` in src/gui/plugins/drawer.ts, served with a policy of its own. */
import type { FromDrawer, ToDrawer } from './gui/plugins/drawMessages.ts';
import { drawRuntime } from './gui/plugins/drawRuntime.ts';

const receive = drawRuntime((message: FromDrawer) => globalThis.postMessage(message));
globalThis.addEventListener('message', ({ data }: MessageEvent<ToDrawer>) => receive(data));
