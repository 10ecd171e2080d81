import { expect, test } from 'vitest';
import type { Message } from '../client/client.ts';
import { toastOf } from './toast.ts';

const said = (id: number, level: Message['level'], quiet = false): Message => ({
  id,
  at: 0,
  level,
  text: `${id}`,
  quiet,
});
const shown = (messages: readonly Message[], ...gone: number[]) => toastOf(messages, new Set(gone))?.id ?? null;

test('the newest message stands there until it has gone; what was before it does not come back', () => {
  const messages = [said(1, 'info'), said(2, 'warning'), said(3, 'info', true)];
  expect([shown(messages), shown(messages, 2), shown([])]).toEqual([2, null, null]);
});

test('an error that something newer covers comes back, and stays until it is dismissed', () => {
  const messages = [said(1, 'error'), said(2, 'error'), said(3, 'info')];
  expect([shown(messages), shown(messages, 3), shown(messages, 3, 2), shown(messages, 3, 2, 1)]).toEqual([
    3,
    2,
    1,
    null,
  ]);
});
