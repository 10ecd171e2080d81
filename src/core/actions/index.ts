/** The registry of actions: what there is, how it is called, whether it can be done now. */
export { ACTIONS as actions, allActions, sortActions } from './list.ts';
export { checkedGroups, takenGroupKey } from './groupKeys.ts';
export { isBuiltIn, spareColor } from '../curation/groups.ts';
export type { ClusterGroup } from '../curation/groups.ts';
export { findAction } from './find.ts';
export { parseArguments } from './parse.ts';
export type { ActionArguments, LassoRequest, MissingMode } from './parse.ts';
export { argumentsOf, parseLine, parseWords, splitSnippet } from './snippet.ts';
export { editKeymap, KEY_PROFILES, keymapSentence, keysInForce, readKeymap } from './keymap.ts';
export type { KeymapChange, KeysInForce, KeyTarget } from './keymap.ts';
export { enabled, needsNoClusters, NOTHING_TO_CURATE } from './availability.ts';
export type { AvailabilityFacts } from './availability.ts';
