/** The start page: what the program shows while no dataset is open. */
import { createRoot } from 'react-dom/client';
import { connectStart } from './gui/start/startClient.ts';
import { StartPage } from './gui/start/StartPage.tsx';
import './gui/theme/tokens.css';
import './gui/theme/base.css';

const root = document.getElementById('root');
if (root === null) throw new Error('start.html has no #root');
const client = connectStart(() => location.replace(`/${location.search}`));
createRoot(root).render(<StartPage client={client} />);
