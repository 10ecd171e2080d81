/** The window: connects to the engine that served this page, and shows the shell with every view. */
import { createRoot } from 'react-dom/client';
import { connect } from './gui/client/connect.ts';
import { dialServer } from './gui/client/webSocket.ts';
import { sharedPainters } from './gui/plot/painters.ts';
import { windowPlugins } from './gui/plugins/load.ts';
import { Shell } from './gui/shell/Shell.tsx';
import './gui/theme/tokens.css';
import './gui/theme/base.css';
import { viewsOf } from './views/panels.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const client = connect(dialServer);
createRoot(root).render(<Shell client={client} views={viewsOf} plugins={windowPlugins(client)} />);

// Once the window stands, before somebody selects something. Safari has no idle callbacks.
const prepare = (): void => sharedPainters().prepare();
if (typeof requestIdleCallback === 'function') requestIdleCallback(prepare, { timeout: 2000 });
else setTimeout(prepare, 200);
