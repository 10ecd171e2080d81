import { definePlugin } from 'phy';

/** Prints every change of clusters and labels in the terminal. */
export default definePlugin({
  name: 'hello',
  changed: ({ message }) => console.log(`Clusters changed: ${message}`),
});
