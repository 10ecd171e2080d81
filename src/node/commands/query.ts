/** `phy query`: the numbers behind a view as JSON (spec/commands.md 2). */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PhyError } from '../../core/base/errors.ts';
import type { KwikChoice } from '../../core/dataset/readers/kwikModel.ts';
import type { NdArray } from '../../core/base/nd.ts';
import type { Param, ParamSpecs } from '../../core/base/params.ts';
import { checkParams, findQuery } from '../../core/engine/answer.ts';
import type { Query, QueryTable } from '../../core/engine/query.ts';
import type { Session } from '../../core/engine/session.ts';
import { encodeNpy } from '../../core/files/npy.ts';
import { joinBytes } from '../../core/storage/memory.ts';
import { arrayFileName, jsonPieces } from '../../core/base/json.ts';
import { queries } from '../../views/queries.ts';
import { openForReading } from '../openForReading.ts';
import { printAnswer } from '../output.ts';
import { failedWork } from '../writeFailure.ts';

export interface QueryOptions {
  readonly params: string;
  readonly view: string;
  readonly clusters: readonly number[] | undefined;
  /** `name=value` each. */
  readonly set: readonly string[];
  /** Folder for the arrays. */
  readonly out: string | undefined;
  readonly recover: boolean;
  /** Paths of `--plugin`. */
  readonly plugins: readonly string[];
  readonly kwik?: KwikChoice;
}

/** Prints the answer; resolves with the exit code: 1 when the dataset lacks what the view needs. */
export async function query(options: QueryOptions): Promise<number> {
  const session = await openForReading(options.params, queries, {
    recover: options.recover,
    report: true,
    plugins: options.plugins,
    kwik: options.kwik,
  });
  try {
    const view = findQuery(publicQueries(session), options.view);
    const params = checkParams(view, parseSettings(view, options.set));
    const printed = await answerOrMissing(session, view.name, options.clusters ?? [], params);
    const onArray = options.out === undefined ? undefined : arrayWriter(resolve(options.out));
    await printAnswer(jsonPieces(printed, onArray, []));
    await printAnswer(['\n']);
    return printed.answer === null ? 1 : 0;
  } finally {
    await session.close();
  }
}

interface Printed {
  readonly query: string;
  readonly params: object;
  readonly answer: unknown;
  readonly missing?: unknown;
}

async function answerOrMissing(
  session: Session,
  view: string,
  clusters: readonly number[],
  params: Readonly<Record<string, unknown>>,
): Promise<Printed> {
  try {
    const answered = await session.ask(view, clusters, params, new AbortController().signal);
    return { query: view, params: answered.params, answer: answered.answer };
  } catch (error) {
    if (!(error instanceof PhyError) || error.kind !== 'missing') throw error;
    process.stderr.write(`${error.message}\n`);
    return { query: view, params, answer: null, missing: error.facts['missing'] };
  }
}

/** Every view; services for the window, such as the preview of a lasso, are left out. */
function publicQueries({ queries: all }: Session): QueryTable {
  return Object.fromEntries(Object.entries(all).filter(([, query]) => query.service !== true));
}

/** Values of `--set`. Throws `usage` for a word that is not `name=value`. */
export function parseSettings(
  view: Query<ParamSpecs, unknown>,
  words: readonly string[],
): Readonly<Record<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const word of words) {
    const cut = word.indexOf('=');
    if (cut < 1) throw new PhyError('usage', `--set ${word} is not of the form name=value.`, { word });
    const name = word.slice(0, cut);
    const spec = Object.hasOwn(view.params, name) ? view.params[name] : undefined;
    values.set(name, parseValue(spec, word.slice(cut + 1)));
  }
  return Object.fromEntries(values);
}

/** Text stays text; everything else is JSON, lists also `1,2`. What is neither is left for the check of the parameter to refuse. */
function parseValue(spec: Param | undefined, text: string): unknown {
  if (spec?.kind === 'text') return text;
  if (spec?.kind === 'ids' && /^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Writes each array as a `.npy` file into the folder, whole or not at all, and says where it is. Throws `refused` where it cannot. */
export function arrayWriter(folder: string): (array: NdArray, path: readonly string[]) => object {
  return (array, path) => {
    const npy = arrayFileName(path.slice(1));
    const partial = join(folder, `${npy}.partial-${process.pid}`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(partial, joinBytes(encodeNpy(array)));
      renameSync(partial, join(folder, npy));
    } catch (error) {
      if (existsSync(partial)) rmSync(partial);
      throw failedWork(error, 'The arrays', folder, '');
    }
    return { dtype: array.dtype, shape: array.shape, npy };
  };
}
