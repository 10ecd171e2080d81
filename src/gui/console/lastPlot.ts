/** The plot that a console of the window drew last, for the view that shows it. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../client/client.ts';
import type { PlotData } from './plotData.ts';

export interface LastPlot {
  readonly plot: PlotData | null;
  /** Grows with every plot. */
  readonly number: number;
}

const stores = new WeakMap<Client, StoreApi<LastPlot>>();

export function lastPlotOf(client: Client): StoreApi<LastPlot> {
  const store = stores.get(client) ?? createStore<LastPlot>(() => ({ plot: null, number: 0 }));
  stores.set(client, store);
  return store;
}
