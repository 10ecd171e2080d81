import { describe, expect, it } from 'vitest';
import { parseClientMessage } from './validate.ts';
import type { ClientMessage } from './messages.ts';

const GOOD: readonly ClientMessage[] = [
  { type: 'hello', protocol: 1 },
  {
    type: 'ask',
    id: 0,
    query: 'feature',
    clusters: [0, 3],
    params: { channels: [1, 2], type: 'x', a: null, b: true, c: 0.5 },
  },
  { type: 'cancel', id: 4 },
  { type: 'act', id: 1, action: 'merge', args: [[1, 2], 'good', 3] },
  { type: 'act', id: 1, action: 'split', args: { polygon: [[0, 1]] } },
  { type: 'keep', scope: 'user', key: 'WaveformView', value: { overlap: true } },
  { type: 'recover', id: 2, choice: 'restore' },
  { type: 'screenshot', id: 3, view: 'WaveformView', format: 'png', data: 'aGk=' },
  { type: 'keymap', id: 4, before: null, text: '{}' },
  { type: 'reread_keymap' },
  { type: 'expect', clusters: [3, 4] },
  { type: 'tell', text: 'a sentence' },
  { type: 'exit', id: 5, choice: 'save' },
];

describe('parseClientMessage', () => {
  it('accepts every message of the contract unchanged', () => {
    for (const message of GOOD) expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it('refuses every message with a member missing, of another type, or added', () => {
    for (const message of GOOD) {
      expect(() => parseClientMessage(JSON.stringify({ ...message, extra: 1 }))).toThrow('was refused');
      for (const key of Object.keys(message)) {
        const without = Object.fromEntries(Object.entries(message).filter(([name]) => name !== key));
        if (key !== 'value') expect(() => parseClientMessage(JSON.stringify(without)), key).toThrow('was refused');
        if (key !== 'value' && key !== 'protocol' && key !== 'args') {
          expect(() => parseClientMessage(JSON.stringify({ ...message, [key]: { a: { b: 1 } } })), key).toThrow(
            'was refused',
          );
        }
      }
    }
  });

  it('refuses what is no message at all', () => {
    for (const text of ['', '{', '1', 'null', '[]', '{"type":"format_disk"}', '{"type":1}']) {
      expect(() => parseClientMessage(text), text).toThrow('A message of the window was refused');
    }
  });

  it('refuses ids that are not whole numbers, and keys that would change a prototype', () => {
    expect(() => parseClientMessage('{"type":"cancel","id":1.5}')).toThrow('id is 1.5');
    expect(() => parseClientMessage('{"type":"cancel","id":-1}')).toThrow('id is -1');
    expect(() => parseClientMessage('{"type":"ask","id":1,"query":"x","clusters":[0.5],"params":{}}')).toThrow(
      'clusters.0',
    );
    expect(() => parseClientMessage('{"type":"keep","scope":"user","key":"__proto__","value":1}')).toThrow('refused');
  });

  it('refuses messages that are too long', () => {
    const padding = ' '.repeat(17 * 2 ** 20);
    expect(() => parseClientMessage(`{"type":"cancel","id":1}${padding}`)).toThrow('it is too long');
  });
});
