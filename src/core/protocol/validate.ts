/** Checks everything a client sends before anybody looks at it: shape, types, sizes. */
import * as v from 'valibot';
import { PhyError } from '../base/errors.ts';
import type { ClientMessage } from './messages.ts';
import type { StartRequest } from './start.ts';

/** Largest client message in characters; a screenshot is the only one that is ever large. */
export const MAX_MESSAGE_CHARS = 64 * 2 ** 20;
const MAX_ORDINARY_CHARS = 16 * 2 ** 20;
const MAX_START_CHARS = 100_000;
const MAX_CLUSTERS = 1_000_000;

const requestId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const shortText = v.pipe(v.string(), v.maxLength(200));
const path = v.pipe(v.string(), v.maxLength(10_000));
const kwik = v.optional(v.strictObject({ channelGroup: v.optional(requestId), clustering: v.optional(shortText) }));
const raw = v.optional(
  v.strictObject({
    sampleRate: v.optional(v.pipe(v.number(), v.finite())),
    dtype: v.optional(shortText),
    channelCount: v.optional(requestId),
    offset: v.optional(requestId),
    fortran: v.optional(v.boolean()),
  }),
);
const chosenFiles = v.optional(v.record(path, v.nullable(path)));
const clusterIds = v.pipe(v.array(v.pipe(v.number(), v.safeInteger())), v.maxLength(MAX_CLUSTERS));
const keymapText = v.pipe(v.string(), v.maxLength(2 ** 20));
const paramValue = v.union([
  v.null(),
  v.boolean(),
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.maxLength(10_000)),
  v.pipe(v.array(v.pipe(v.number(), v.finite())), v.maxLength(MAX_CLUSTERS)),
]);

const layoutChange = v.variant('kind', [
  v.strictObject({ kind: v.literal('save'), name: shortText, layout: v.record(v.string(), v.unknown()) }),
  v.strictObject({ kind: v.literal('rename'), name: shortText, to: shortText }),
  v.strictObject({ kind: v.literal('delete'), name: shortText }),
  v.strictObject({ kind: v.literal('list') }),
]);

const clientMessage = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), protocol: v.number() }),
  v.strictObject({
    type: v.literal('ask'),
    id: requestId,
    query: shortText,
    clusters: clusterIds,
    params: v.record(shortText, paramValue),
  }),
  v.strictObject({ type: v.literal('cancel'), id: requestId }),
  v.strictObject({
    type: v.literal('act'),
    id: requestId,
    action: shortText,
    args: v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]),
  }),
  v.strictObject({
    type: v.literal('keep'),
    scope: v.picklist(['user', 'dataset']),
    key: v.pipe(shortText, v.notValue('__proto__')),
    value: v.unknown(),
  }),
  v.strictObject({
    type: v.literal('keymap'),
    id: requestId,
    before: v.nullable(keymapText),
    text: keymapText,
  }),
  v.strictObject({ type: v.literal('reread_keymap') }),
  v.strictObject({ type: v.literal('expect'), clusters: clusterIds }),
  v.strictObject({ type: v.literal('tell'), text: v.pipe(v.string(), v.maxLength(10_000)) }),
  v.strictObject({ type: v.literal('recover'), id: requestId, choice: v.picklist(['restore', 'discard']) }),
  v.strictObject({
    type: v.literal('screenshot'),
    id: requestId,
    view: shortText,
    format: v.picklist(['png', 'svg']),
    data: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/)),
  }),
  v.strictObject({
    type: v.literal('export'),
    id: requestId,
    view: shortText,
    query: shortText,
    clusters: clusterIds,
    params: v.record(shortText, paramValue),
    format: v.picklist(['csv', 'npy']),
  }),
  v.strictObject({ type: v.literal('layouts'), id: requestId, change: layoutChange }),
  v.strictObject({ type: v.literal('allow_plugins'), id: requestId }),
  v.strictObject({ type: v.literal('stop') }),
  v.strictObject({
    type: v.literal('exit'),
    id: requestId,
    choice: v.picklist(['save', 'discard']),
    next: v.optional(v.strictObject({ open: v.nullable(v.strictObject({ path, kwik, raw, chosenFiles })) })),
  }),
]);

const startRequest = v.variant('type', [
  v.strictObject({ type: v.literal('list'), id: requestId, text: path, whole: v.boolean() }),
  v.strictObject({ type: v.literal('open'), path: v.pipe(path, v.nonEmpty()), kwik, raw }),
  v.strictObject({ type: v.literal('cancel') }),
  v.strictObject({ type: v.literal('recent') }),
  v.strictObject({ type: v.literal('pin'), key: shortText, pinned: v.boolean() }),
  v.strictObject({ type: v.literal('remove'), key: shortText }),
  v.strictObject({ type: v.literal('look'), appearance: v.record(shortText, paramValue) }),
  v.strictObject({ type: v.literal('quit') }),
]);

/** The message in `text`. Throws `usage` in a sentence when it is not one that the engine knows. */
export function parseClientMessage(text: string): ClientMessage {
  const message: ClientMessage = parse(clientMessage, text, MAX_MESSAGE_CHARS);
  if (message.type !== 'screenshot' && text.length > MAX_ORDINARY_CHARS) throw refused('it is too long');
  return message;
}

/** The request of the start page in `text`. Throws `usage` in a sentence when it is none. */
export function parseStartRequest(text: string): StartRequest {
  return parse(startRequest, text, MAX_START_CHARS);
}

function parse<S extends v.GenericSchema>(schema: S, text: string, most: number): v.InferOutput<S> {
  if (text.length > most) throw refused('it is too long');
  const result = v.safeParse(schema, parseJson(text));
  if (!result.success) throw refused(describeIssue(result.issues[0]));
  return result.output;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return `${path ?? 'it'} is ${issue.received}, expected ${issue.expected ?? 'something else'}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('it is not JSON');
  }
}

function refused(why: string): PhyError {
  return new PhyError('usage', `A message of the window was refused: ${why}.`);
}
