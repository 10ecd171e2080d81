/**
 * What kind of failure it is, which decides who is told what and with which exit code (spec/commands.md 1):
 * `input` unreadable or invalid file (2), `usage` wrong words or arguments (2), `missing` the dataset lacks what a view needs (1),
 * `refused` understood but not possible (1), `held` unsaved actions or another engine (3), `aborted` superseded by a newer request.
 */
export type ErrorKind = 'input' | 'usage' | 'missing' | 'refused' | 'held' | 'aborted';

/** An error whose message is a sentence for the person at the screen. Anything else that is thrown is a defect of ours. */
export class PhyError extends Error {
  readonly kind: ErrorKind;
  /** Machine-readable facts beside the sentence (`file`, `expected`, `found`, `missing`, ...). */
  readonly facts: Readonly<Record<string, unknown>>;
  constructor(kind: ErrorKind, message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'PhyError';
    this.kind = kind;
    this.facts = facts;
  }
}

/** The request was superseded or cancelled; never shown to a person. */
export function abortedError(): PhyError {
  return new PhyError('aborted', 'The request was superseded by a newer one.');
}

/** True for the error that `abortedError` makes and for the platform's own AbortError. */
export function isAborted(error: unknown): boolean {
  if (error instanceof PhyError) return error.kind === 'aborted';
  return error instanceof Error && error.name === 'AbortError';
}

/** What a person is told: a PhyError is a sentence already; anything else is a defect of ours and says so. */
export function sentenceOf(error: unknown): string {
  if (error instanceof PhyError) return error.message;
  return `Something went wrong inside phy: ${error instanceof Error ? error.message : String(error)}.`;
}
