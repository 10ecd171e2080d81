import { describe, expect, test } from 'vitest';
import { encodeFrame } from '../../core/protocol/frame.ts';
import type { EngineMessage } from '../../core/protocol/messages.ts';
import { Inbox } from './webSocket.ts';

const frame = (message: EngineMessage): ArrayBuffer => encodeFrame(message).buffer;
const notice = (text: string): EngineMessage => ({ type: 'notice', level: 'info', message: text });
const answer = (id: number): EngineMessage => ({
  type: 'answer',
  id,
  revision: 1,
  params: {},
  answer: null,
  engineMs: 1,
});
const acted = (id: number): EngineMessage => ({
  type: 'acted',
  id,
  result: { action: 'merge', ok: true, message: '', change: null },
});

const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

/** An inbox whose blobs are answered by the test, in any order. */
function setUp() {
  const received: EngineMessage[] = [];
  const blobs = new Map<string, (bytes: ArrayBuffer | null) => void>();
  let broken = 0;
  const fetchBlob = (id: string): Promise<ArrayBuffer> =>
    new Promise((resolve, reject) =>
      blobs.set(id, (bytes) => (bytes === null ? reject(new Error('gone')) : resolve(bytes))),
    );
  const inbox = new Inbox({ received: (message) => void received.push(message) }, fetchBlob, () => void broken++);
  return { inbox, received, blobs, broken: () => broken };
}

describe('Inbox', () => {
  test('hands on small frames at once', () => {
    const { inbox, received } = setUp();
    inbox.take(frame(notice('a')));
    expect(received).toEqual([notice('a')]);
  });

  test('a result waits for the large frame announced before it, an answer does not', async () => {
    const { inbox, received, blobs } = setUp();
    inbox.take('{"blob":"big"}');
    inbox.take(frame(acted(1)));
    inbox.take(frame(answer(5)));
    expect(received).toEqual([answer(5)]);
    blobs.get('big')?.(frame(notice('state')));
    await settle();
    expect(received).toEqual([answer(5), notice('state'), acted(1)]);
    inbox.take(frame(acted(2)));
    expect(received.at(-1)).toEqual(acted(2));
  });

  test('a result does not wait for a large answer, nor does that wait for anything', async () => {
    const { inbox, received, blobs } = setUp();
    inbox.take('{"blob":"state"}');
    inbox.take('{"blob":"answer","answer":true}');
    blobs.get('answer')?.(frame(answer(5)));
    await settle();
    expect(received).toEqual([answer(5)]);
    blobs.get('state')?.(frame(notice('state')));
    await settle();
    inbox.take('{"blob":"later","answer":true}');
    inbox.take(frame(acted(1)));
    expect(received).toEqual([answer(5), notice('state'), acted(1)]);
  });

  test('large frames are told in the order they were announced', async () => {
    const { inbox, received, blobs } = setUp();
    inbox.take('{"blob":"one"}');
    inbox.take('{"blob":"two"}');
    blobs.get('two')?.(frame(notice('two')));
    await settle();
    expect(received).toEqual([]);
    blobs.get('one')?.(frame(notice('one')));
    await settle();
    expect(received).toEqual([notice('one'), notice('two')]);
  });

  test('a frame that is gone or unreadable ends the line', async () => {
    const { inbox, blobs, broken } = setUp();
    inbox.take('{"blob":"gone"}');
    blobs.get('gone')?.(null);
    await settle();
    expect(broken()).toBe(1);
    inbox.take(new ArrayBuffer(3));
    expect(broken()).toBe(2);
  });
});
