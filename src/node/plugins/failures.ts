/** What went wrong in a module of somebody else, with its file and line. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../core/plugins/talk.ts';

export function failureOf(error: unknown): Failure {
  if (error instanceof Error) return { message: error.message, stack: error.stack ?? '' };
  return { message: String(error), stack: '' };
}

/** `outliers.mjs, line 12`: the first line of a stack that lies beside the plugin; undefined when none does. */
export function placeIn(stack: string, file: string): string | undefined {
  const folder = dirname(file);
  for (const [, url, line] of stack.matchAll(/(file:\/\/\/[^\s()]+?):(\d+)(?::\d+)?\)?(?=\n|$)/g)) {
    const path = fileURLToPath(url);
    const name = relative(folder, path);
    if (!name.startsWith('..')) return `${name}, line ${line}`;
  }
  return undefined;
}

/** Where a module cannot be read: loading it says no line, checking it does. */
export async function syntaxPlace(file: string): Promise<string | undefined> {
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['--check', file], { timeout: 10_000 }, (_error, _stdout, stderr) => resolve(stderr));
  });
  const found = /^(.*):(\d+)\n/.exec(said);
  return found?.[1] === file ? `${basename(file)}, line ${found[2]}` : undefined;
}

/** What the sentences of core/plugins/declare.ts are about: `metric amp has ...`, `there is no hook nonsense`. */
const DECLARED =
  /\b(?:hook|metric|similarity|splitter|filter|command|overlay|view|parameter|button|(?:keys|settings|buttons) of) ([A-Za-z]\w*)/g;

/** The line where a name stands that was declared wrongly: the last one that the sentence names, else the one before. */
export async function declaredPlace(message: string, file: string): Promise<string | undefined> {
  const names = Array.from(message.matchAll(DECLARED), ([, name]) => name).toReversed();
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (const name of names) {
    const key = new RegExp(`(^|[\\s{,])(async )?["']?${name}["']?\\s*[:(,}]`);
    const at = lines.findIndex((line) => key.test(line));
    if (at >= 0) return `${basename(file)}, line ${at + 1}`;
  }
  return undefined;
}

/** Without a full stop, which the sentence has already. */
export const plainMessage = (message: string): string => message.replace(/[.\s]+$/, '');
