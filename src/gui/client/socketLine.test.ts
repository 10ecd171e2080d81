import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PING, PONG } from '../../core/protocol/messages.ts';
import { listenToSocket } from './socketLine.ts';

/** A socket whose other end is the test. */
class FakeSocket extends EventTarget {
  readyState: 0 | 1 | 2 | 3 = WebSocket.CONNECTING;
  readonly sent: string[] = [];
  closes = 0;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closes += 1;
  }
  open(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

let socket: FakeSocket;
let events: unknown[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', { CONNECTING: 0, OPEN: 1 });
  socket = new FakeSocket();
  events = [];
  listenToSocket(socket, {
    opened: () => events.push('opened'),
    received: (data) => events.push(data),
    closed: (code) => events.push(code),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('asks for a sign of life after 10 s of silence, and goes on when it comes', () => {
  socket.open();
  socket.say('state');
  vi.advanceTimersByTime(9000);
  expect(socket.sent).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(socket.sent).toEqual([PING]);
  socket.say(PONG);
  vi.advanceTimersByTime(11_000);
  expect(socket.sent).toEqual([PING, PING]);
  expect(events).toEqual(['opened', 'state']);
});

test('ends a line that stays silent, as one that broke, once, and takes nothing of it any more', () => {
  socket.open();
  vi.advanceTimersByTime(20_000);
  expect(socket.closes).toBe(1);
  socket.say('late');
  socket.end(1000);
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual(['opened', 1006]);
  expect(socket.sent).toEqual([PING]);
});

test('ends one that never opens', () => {
  vi.advanceTimersByTime(20_000);
  expect(events).toEqual([1006]);
  expect(socket.sent).toEqual([]);
});

test('one that is closed is left alone', () => {
  socket.open();
  socket.end(4001);
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual(['opened', 4001]);
  expect(socket.closes).toBe(0);
});
