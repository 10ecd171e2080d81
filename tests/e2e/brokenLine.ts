/** A line between page and engine that a test can cut, or whose answers it can replace. */
import type { Page, WebSocketRoute } from 'playwright-core';
import { decodeFrame, encodeFrame } from '../../src/core/protocol/frame.ts';
import type { EngineMessage } from '../../src/core/protocol/messages.ts';

type Answer = EngineMessage & { readonly type: 'answer' };
type Replace = (answer: Answer) => EngineMessage;

export class BrokenLine {
  private readonly queries = new Map<number, string>();
  private readonly replaced = new Map<string, Replace>();
  private open: WebSocketRoute[] = [];
  private isCut = false;
  private isDead = false;

  /** To be called before the page is loaded. */
  async join(page: Page): Promise<void> {
    await page.routeWebSocket(/\/socket$/, (line) => {
      if (this.isCut) return void line.close();
      this.open.push(line);
      if (this.isDead) return;
      const server = line.connectToServer();
      line.onMessage((message) => {
        if (this.isDead) return;
        this.note(String(message));
        server.send(message);
      });
      server.onMessage((message) => {
        if (!this.isDead) line.send(typeof message === 'string' ? message : this.passed(message));
      });
    });
  }

  /** Every later answer to `query` that is small enough for the socket (100 kB) becomes what `replace` makes of it; without it they pass again. */
  answer(query: string, replace?: Replace): void {
    if (replace === undefined) this.replaced.delete(query);
    else this.replaced.set(query, replace);
  }

  /** Says something to the page as if the engine did. */
  say(message: EngineMessage): void {
    for (const line of this.open) line.send(Buffer.from(encodeFrame(message)));
  }

  /** Ends the lines and lets no new one come up until `mend`. */
  async cut(): Promise<void> {
    this.isCut = true;
    for (const line of this.open) await line.close({ code: 1001 });
    this.open = [];
  }
  /** Nothing arrives any more in either direction, and nobody says so, until `mend`: a network that went away. */
  die(): void {
    this.isDead = true;
  }
  mend(): void {
    this.isCut = false;
    this.isDead = false;
  }

  private note(text: string): void {
    const message = JSON.parse(text) as { readonly type: string; readonly id?: number; readonly query?: string };
    if (message.type === 'ask') this.queries.set(message.id ?? -1, message.query ?? '');
  }

  private passed(frame: Buffer): Buffer {
    const message = decodeFrame(Uint8Array.from(frame));
    if (message.type !== 'answer') return frame;
    const replace = this.replaced.get(this.queries.get(message.id) ?? '');
    return replace === undefined ? frame : Buffer.from(encodeFrame(replace(message)));
  }
}
