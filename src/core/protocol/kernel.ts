/**
 * The conversation of the IPython view with the kernel that phy runs for a dataset: JSON text both ways, on a socket of its own behind the
 * same guard. Every window sees the same cells. What a bridge says (kernel/bridge.py) is checked too: user code has a hand in it.
 */
import * as v from 'valibot';
import { PhyError } from '../base/errors.ts';

/** Where the IPython view opens its socket (same origin, same cookie). */
export const KERNEL_PATH = '/kernel';

export type KernelState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting'; readonly python: string }
  /** `trouble`: why there is no `m`, `c`, `s`. */
  | {
      readonly kind: 'ready';
      readonly python: string;
      readonly banner: string;
      readonly busy: boolean;
      readonly trouble: string | null;
    }
  /** `what`: `python` none was found, `ipykernel` it is not installed, `kernel` it did not start or ended. */
  | { readonly kind: 'failed'; readonly what: 'python' | 'ipykernel' | 'kernel'; readonly message: string };

/** One thing that a cell printed or showed. */
export type CellOutput =
  | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** MIME type -> text (pictures in base64). */
  | {
      readonly kind: 'data';
      readonly data: Readonly<Record<string, string>>;
      readonly isResult: boolean;
      readonly display: string | null;
    }
  /** The traceback with ANSI colours. */
  | { readonly kind: 'error'; readonly name: string; readonly text: string };

export interface KernelCell {
  readonly id: number;
  readonly code: string;
  /** The number in brackets; null while it waits. */
  readonly count: number | null;
  readonly phase: 'waiting' | 'running' | 'done';
  readonly ok: boolean;
  readonly outputs: readonly CellOutput[];
  /** The next output takes the place of all before it. */
  readonly clears: boolean;
}

export type CellMark = Pick<KernelCell, 'id' | 'count' | 'phase' | 'ok'>;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const requestId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const CODE_CHARS = 2 ** 21;
const code = text(CODE_CHARS);

const request = v.variant('type', [
  /** Starts the kernel when there is none; an empty path finds Python by itself. */
  v.strictObject({ type: v.literal('start'), python: text(4096) }),
  v.strictObject({ type: v.literal('execute'), code }),
  v.strictObject({ type: v.literal('complete'), id: requestId, code, cursor: requestId }),
  v.strictObject({ type: v.literal('inspect'), id: requestId, code, cursor: requestId }),
  v.strictObject({ type: v.literal('isComplete'), id: requestId, code }),
  v.strictObject({ type: v.literal('history'), id: requestId }),
  v.strictObject({ type: v.literal('input'), text: code }),
  v.strictObject({ type: v.literal('interrupt') }),
  v.strictObject({ type: v.literal('restart'), python: text(4096) }),
  v.strictObject({ type: v.literal('shutdown') }),
  v.strictObject({ type: v.literal('clear') }),
]);

export type KernelRequest = v.InferOutput<typeof request>;

/** The answers to one question of one window. */
export type KernelAnswer =
  | {
      readonly type: 'completed';
      readonly id: number;
      readonly matches: readonly string[];
      readonly start: number;
      readonly end: number;
    }
  | { readonly type: 'inspected'; readonly id: number; readonly text: string }
  | { readonly type: 'isComplete'; readonly id: number; readonly status: string; readonly indent: string }
  | { readonly type: 'history'; readonly id: number; readonly entries: readonly string[] };

export type KernelMessage =
  | { readonly type: 'state'; readonly state: KernelState }
  /** All of them, oldest first. */
  | { readonly type: 'cells'; readonly cells: readonly KernelCell[] }
  | { readonly type: 'cell'; readonly cell: KernelCell }
  /** How far a cell has come. */
  | ({ readonly type: 'mark' } & CellMark)
  | { readonly type: 'output'; readonly id: number; readonly output: OutputEvent }
  /** The running code waits for a line of text; null when it does not any more. */
  | { readonly type: 'prompt'; readonly prompt: { readonly text: string; readonly isPassword: boolean } | null }
  | KernelAnswer;

const output = v.variant('kind', [
  v.object({ kind: v.literal('stream'), name: v.picklist(['stdout', 'stderr']), text: v.string() }),
  v.object({
    kind: v.literal('data'),
    data: v.record(v.string(), v.string()),
    isResult: v.boolean(),
    display: v.nullish(v.string(), null),
    isUpdate: v.boolean(),
  }),
  v.object({ kind: v.literal('error'), name: v.string(), text: v.string() }),
  v.object({ kind: v.literal('clear'), wait: v.boolean() }),
]);
export type OutputEvent = v.InferOutput<typeof output>;

const bridgeMessage = v.variant('type', [
  v.object({ type: v.literal('failed'), what: v.picklist(['ipykernel', 'kernel']), message: v.string() }),
  v.object({ type: v.literal('died') }),
  v.object({ type: v.literal('ready'), banner: v.string(), python: v.string(), trouble: v.nullable(v.string()) }),
  v.object({ type: v.literal('join') }),
  v.object({ type: v.literal('ask'), text: v.string() }),
  v.object({ type: v.literal('leave') }),
  v.object({ type: v.literal('count'), id: requestId, count: requestId }),
  v.object({ type: v.literal('idle'), id: requestId }),
  v.object({ type: v.literal('done'), id: requestId, ok: v.boolean() }),
  v.object({ type: v.literal('output'), id: requestId, output }),
  v.object({ type: v.literal('inputRequest'), prompt: v.string(), password: v.boolean() }),
  v.object({
    type: v.literal('completed'),
    id: requestId,
    matches: v.array(v.string()),
    start: requestId,
    end: requestId,
  }),
  v.object({ type: v.literal('inspected'), id: requestId, text: v.string() }),
  v.object({ type: v.literal('isComplete'), id: requestId, status: v.string(), indent: v.string() }),
  v.object({ type: v.literal('history'), id: requestId, entries: v.array(v.string()) }),
]);
export type BridgeMessage = v.InferOutput<typeof bridgeMessage>;

/** The request in `given`. Throws `usage` when it is none. */
export function parseKernelRequest(given: string): KernelRequest {
  const result = given.length > 2 * CODE_CHARS ? null : v.safeParse(request, jsonOf(given));
  if (result?.success !== true) throw new PhyError('usage', 'A message of the IPython view was refused.');
  return result.output;
}

/** What the bridge said, null for a line that is nothing of the kind. */
export function parseBridgeMessage(line: string): BridgeMessage | null {
  const result = v.safeParse(bridgeMessage, jsonOf(line));
  return result.success ? result.output : null;
}

function jsonOf(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
