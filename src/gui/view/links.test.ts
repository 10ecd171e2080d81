import { expect, test } from 'vitest';
import { fakeClient, summary } from '../../../tests/fixtures/fakeClient.ts';
import {
  amplitudeChannel,
  clickChannel,
  clickFeature,
  linksOf,
  rememberingChoice,
  selectTime,
  switchRawDataFilter,
  toggleSpikeReorder,
} from './links.ts';

test('a clicked channel holds for raw until the selection, for features until its first cluster changes', () => {
  const chosen = { channelId: 7, pc: 1, clusters: [2, 24] };
  const automatic = { channelId: null, pc: 0 };
  expect(amplitudeChannel(chosen, 'raw', [2, 24])).toEqual({ channelId: 7, pc: 0 });
  expect(amplitudeChannel(chosen, 'raw', [2, 29])).toEqual(automatic);
  expect(amplitudeChannel(chosen, 'feature', [2, 29])).toEqual({ channelId: 7, pc: 1 });
  expect(amplitudeChannel(chosen, 'feature', [24, 2])).toEqual(automatic);
  expect(amplitudeChannel(chosen, 'template', [2, 24])).toEqual(automatic);
  expect(amplitudeChannel(null, 'feature', [2])).toEqual(automatic);
});

test('a choice that another selection ended does not come back with the old one', () => {
  const chosen = { channelId: 7, pc: 1, clusters: [2] };
  const choice = rememberingChoice();
  expect(choice(chosen, 'feature', [2])).toEqual({ channelId: 7, pc: 1 });
  expect(choice(chosen, 'template', [2, 24])).toEqual({ channelId: null, pc: 0 });
  expect(choice(chosen, 'raw', [2])).toEqual({ channelId: null, pc: 0 });
  expect(choice(chosen, 'feature', [2])).toEqual({ channelId: 7, pc: 1 });
  choice(chosen, 'template', [24]);
  expect(choice(chosen, 'feature', [2])).toEqual({ channelId: null, pc: 0 });
  expect(choice({ ...chosen }, 'feature', [2])).toEqual({ channelId: 7, pc: 1 });
});

test('clicks: a waveform channel and a feature dimension choose the channel of amplitude views, a trace channel does not', () => {
  const client = fakeClient();
  const links = linksOf(client);
  clickChannel(client, { channelId: 3, key: null, button: 'left', source: 'trace' }, [2]);
  expect(links.getState().chosenChannel).toBeNull();
  clickChannel(client, { channelId: 3, key: null, button: 'left', source: 'waveform' }, [2]);
  expect(links.getState().chosenChannel).toEqual({ channelId: 3, pc: null, clusters: [2] });
  expect(links.getState().channelClick?.number).toBe(2);
  clickFeature(client, { dim: 'time', channelId: 5, pc: null }, [2]);
  expect(links.getState().chosenChannel).toEqual({ channelId: 5, pc: 0, clusters: [2] });
});

test('the same time twice is two events', () => {
  const client = fakeClient();
  selectTime(client, 4);
  selectTime(client, 4);
  expect(linksOf(client).getState().selectTime).toEqual({ number: 2, seconds: 4 });
});

test('the raw data filter rotates and is kept for the next launch', () => {
  const client = fakeClient();
  expect(linksOf(client).getState().rawFilter).toBe('high_pass');
  switchRawDataFilter(client);
  expect(linksOf(client).getState().rawFilter).toBe('raw');
  expect(client.kept('user').raw_data_filter_name).toBe('raw');
  const next = { ...fakeClient(), kept: () => ({ raw_data_filter_name: 'raw' }) };
  expect(linksOf(next).getState().rawFilter).toBe('raw');
});

test('times are reordered only where the dataset has the file', () => {
  const client = fakeClient();
  toggleSpikeReorder(client);
  expect(linksOf(client).getState().reordered).toBe(true);
  const without = fakeClient({ ...summary, has: { ...summary.has, reorderedTimes: false } });
  expect(toggleSpikeReorder(without)).toContain('spike_times_reordered.npy');
  expect(linksOf(without).getState().reordered).toBe(false);
});
