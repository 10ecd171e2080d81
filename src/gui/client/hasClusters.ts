import type { Client } from './client.ts';

/** False in the window of a recording without a sorting: tables and everything about clusters have no place there. */
export const hasClusters = ({ mirror }: Client): boolean => mirror.getState().dataset?.format !== 'raw';
