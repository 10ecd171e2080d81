import { definePlugin } from 'phy';

/** Keeps a view open, and gives scripts a number to ask for: phy query PARAMS my_variable. */
export default definePlugin({
  name: 'console-view',
  openViews: ['ISIView'],
  views: {
    my_variable: {
      query: () => ({ value: 2 ** 10 }),
      draw: ({ value }, { text }) => ({
        plots: [{ marks: [{ kind: 'text', x: 0.5, y: 0.5, text: String(value), color: text }] }],
      }),
    },
  },
});
