import { definePlugin } from 'phy';

/** A command that says something in the status bar, and one in a submenu that asks for a number first. */
export default definePlugin({
  name: 'action-status-bar',
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
