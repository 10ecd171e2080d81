import { definePlugin } from 'phy';

/** A command that says something in the status bar, one in a submenu that asks for a number first, and a text that stays there. */
export default definePlugin({
  name: 'action-status-bar',
  status: ({ s }) =>
    s.selected.length === 0 ? null : `${s.selected.reduce((sum, id) => sum + s.n_spikes(id), 0)} spikes selected`,
  commands: {
    display_message: { menu: 'File', key: 'alt+a', run: () => 'Hello from a plugin.' },
    select_first: {
      title: 'Select first clusters',
      menu: 'Select',
      submenu: 'My submenu',
      key: 'ctrl+alt+c',
      prompt: { text: 'Number of clusters', example: '10' },
      run: ([count = 10], { s }) => s.select(s.shown.slice(0, count)),
    },
  },
});
