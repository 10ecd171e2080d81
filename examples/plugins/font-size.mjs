import { definePlugin } from 'phy';

/** Larger text, until the person chooses another size. */
export default definePlugin({
  name: 'font-size',
  appearance: { fontSize: 14 },
});
