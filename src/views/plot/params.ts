/** What can be set in the view of quick plots: nothing, so far. */
export const params = {};
