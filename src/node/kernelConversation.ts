/** Joins the windows that show an IPython view to the kernel of the dataset that is open (core/protocol/kernel.ts). */
import { parseKernelRequest, type KernelMessage } from '../core/protocol/kernel.ts';
import type { EngineHost } from './engineHost.ts';
import { KernelHost } from './kernelHost.ts';

export interface KernelPeer {
  /** A message as it came in; one that is none is passed over. */
  receive(text: string): void;
  leave(): void;
}

export interface Kernels {
  /** A window has come; `send` takes what it is told, in order. */
  join(engine: EngineHost, send: (message: KernelMessage) => void): KernelPeer;
  /** Ends the kernel that runs. */
  close(): void;
}

/** Kernels end with their dataset. */
export function kernels(): Kernels {
  let open: { readonly engine: EngineHost; readonly host: KernelHost } | null = null;
  const close = (): void => {
    open?.host.end();
    open = null;
  };
  const hostOf = (engine: EngineHost): KernelHost => {
    if (open?.engine === engine) return open.host;
    close();
    const host = new KernelHost(engine);
    open = { engine, host };
    const end = (): void => host.end();
    void engine.ended.then(end, end);
    return host;
  };
  return {
    join(engine, send) {
      const host = hostOf(engine);
      const stop = host.said.listen(send);
      for (const message of host.present()) send(message);
      return {
        receive(text) {
          try {
            host.handle(parseKernelRequest(text), send);
          } catch {
            // Only a page of ours reaches this socket, and ours sends nothing else.
          }
        },
        leave: stop,
      };
    },
    close,
  };
}
