/**
 * A WebSocket that notices when nobody is at its other end any more. One whose network went away (a laptop that slept, an ssh tunnel that
 * hangs) would stay open for minutes, and what is asked over it would wait as long.
 */
import { PING, PONG } from '../../core/protocol/messages.ts';

interface SocketEvents {
  readonly opened?: () => void;
  readonly received: (data: unknown) => void;
  /** Called once, also when it never opened. `code` of a line that fell silent is that of one that broke. */
  readonly closed: (code: number) => void;
}

/** Silence is counted in steps, not by the clock: a page that stood still wakes up to messages that waited for it. */
const STEP_MS = 5000;
const STEPS_TO_ASK = 2;
const STEPS_TO_END = 4;
const BROKEN_CODE = 1006;

/** Listens to a socket that was just dialled, and asks for a sign of life when nothing came for a while. */
export function listenToSocket(
  socket: Pick<WebSocket, 'readyState' | 'send' | 'close' | 'addEventListener'>,
  { opened, received, closed }: SocketEvents,
): void {
  let silent = 0;
  let isOver = false;
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    closed(code);
  };
  const timer = setInterval(() => {
    silent += 1;
    if (silent === STEPS_TO_ASK && socket.readyState === WebSocket.OPEN) socket.send(PING);
    if (silent < STEPS_TO_END) return;
    socket.close();
    end(BROKEN_CODE);
  }, STEP_MS);
  socket.addEventListener('open', () => isOver || opened?.());
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    silent = 0;
    if (data !== PONG && !isOver) received(data);
  });
  socket.addEventListener('close', ({ code }) => end(code));
}
