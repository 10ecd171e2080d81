/** Every view that can be asked, by name: for the engine, `phy query` and the lasso split. */
import type { QueryTable } from '../core/engine/query.ts';
import { query as amplitude } from './amplitude/query.ts';
import { query as correlogram } from './correlogram/query.ts';
import { query as feature } from './feature/query.ts';
import { query as waveform } from './waveform/query.ts';

export const queries = { waveform, feature, correlogram, amplitude } satisfies QueryTable;
