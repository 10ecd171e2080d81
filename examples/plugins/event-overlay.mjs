import { readFile } from 'node:fs/promises';
import { definePlugin } from 'phy';

/** Moments of the experiment over the trace, amplitude and raster views: lines such as 12.5,tone of events.csv beside the data. */
export default definePlugin({
  name: 'event-overlay',
  overlays: {
    events: {
      title: 'Events',
      color: '#ffb000',
      async times({ m }) {
        const text = await readFile(`${m.dir_path}/events.csv`, 'utf8').catch(() => '');
        const rows = text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
        // Without the header, and without empty lines.
        const events = rows.filter(([seconds]) => seconds !== '' && Number.isFinite(Number(seconds)));
        return { start: events.map(([seconds]) => Number(seconds)), labels: events.map(([, label = '']) => label) };
      },
    },
  },
});
