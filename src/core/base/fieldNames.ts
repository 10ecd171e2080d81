/** Names of labels. */

/**
 * False for the few words that every object has a member of (`constructor`, `toString`): rows of tables are objects, and a column of that name
 * would be filled with what is no value.
 */
export const isFieldName = (name: string): boolean => !(name in Object.prototype);
