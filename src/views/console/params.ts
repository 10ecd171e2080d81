/** What can be set in the JavaScript console: nothing, so far. */
export const params = {};
