/** Erases the types of TypeScript: what is left keeps its lines and columns, so that errors name the right place. Loaded only for `.ts` files. */
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/wasm-typescript';

/** The text as JavaScript. Throws SyntaxError, whose stack has the place, for what cannot be read or is more than types (`enum`, `namespace`). */
export function withoutTypes(source: string, file: string): string {
  try {
    return transformSync(source, { mode: 'strip-only', filename: file, sourceMap: false }).code;
  } catch (error) {
    throw syntaxError(error, file);
  }
}

/** The compiler throws plain objects, or texts when it fails itself. */
function syntaxError(thrown: unknown, file: string): SyntaxError {
  const facts: Readonly<Record<string, unknown>> = typeof thrown === 'object' && thrown !== null ? { ...thrown } : {};
  const { message, startLine, startColumn } = facts;
  const error = new SyntaxError(typeof message === 'string' ? message.replace(/[.\s]+$/, '') : String(thrown));
  if (typeof startLine === 'number' && typeof startColumn === 'number') {
    error.stack = `SyntaxError: ${error.message}\n    at ${pathToFileURL(file).href}:${startLine}:${startColumn + 1}`;
  }
  return error;
}
