import { definePlugin } from 'phy';

/** Gives the code of both consoles a name beside m, c and s, and keeps the JavaScript console open. */
export default definePlugin({
  name: 'console-view',
  openViews: ['ConsoleView'],
  names: ({ m }) => ({ my_variable: { answer: 42, sites: m.channel_positions } }),
});
