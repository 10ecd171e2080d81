import { definePlugin } from 'phy';

/** Headers of the tables in another colour. */
export default definePlugin({
  name: 'cluster-view-styling',
  tableStyle: '[role="columnheader"] { color: rgb(255, 200, 0); }',
});
