/** What a view shows, as files in `exports/` of the user's folder: its arrays, named as `phy query --out` names them, and the JSON around them. */
import { arrayFileName, jsonPieces } from '../base/json.ts';
import type { NdArray } from '../base/nd.ts';
import type { ParamValue } from '../base/params.ts';
import { csvPieces } from '../files/csv.ts';
import { encodeNpy } from '../files/npy.ts';
import type { ReadProgress, WritableStorage } from '../storage/storage.ts';
import { timestamp } from './screenshots.ts';

export interface ExportRequest {
  /** Name of the view for people; part of the folder's name. */
  readonly view: string;
  readonly query: string;
  readonly clusters: readonly number[];
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly format: 'csv' | 'npy';
}

/** An answer, as `phy query` prints it. */
interface Exported {
  readonly query: string;
  readonly params: object;
  readonly answer: unknown;
}

/** Writes the arrays and `answer.json`; the sentence that says where. Throws what the storage throws. */
export async function saveExport(
  userHome: WritableStorage,
  { view, format }: Pick<ExportRequest, 'view' | 'format'>,
  answered: Exported,
  now: number,
  progress: ReadProgress,
): Promise<string> {
  const folder = await freeFolder(userHome, `exports/phy_export_${timestamp(now)}_${plain(view)}`);
  const arrays: { readonly name: string; readonly array: NdArray }[] = [];
  const onArray = (array: NdArray, path: readonly string[]): object => {
    const name = arrayFileName(path.slice(1)).replace(/\.npy$/, `.${format}`);
    arrays.push({ name, array });
    return { dtype: array.dtype, shape: array.shape, [format]: name };
  };
  const json = [...jsonPieces(answered, onArray, [])].join('');
  let written = 0;
  for (const { name, array } of arrays) {
    await progress(written++ / arrays.length);
    await userHome.replace(`${folder}/${name}`, format === 'npy' ? encodeNpy(array) : [...csvPieces(array)]);
  }
  await userHome.replace(`${folder}/answer.json`, new TextEncoder().encode(`${json}\n`));
  const count = `${arrays.length} ${arrays.length === 1 ? 'array' : 'arrays'}`;
  return `Saved ${count} of ${view} as ${format.toUpperCase()} in ${userHome.folder}/${folder}.`;
}

const plain = (view: string): string => view.replaceAll(/[^\w]+/g, '_').replaceAll(/^_+|_+$/g, '');

/** The name, with a number when there is such a folder already. */
async function freeFolder(userHome: WritableStorage, stem: string): Promise<string> {
  for (let copy = 0; ; copy++) {
    const name = copy === 0 ? stem : `${stem}-${copy}`;
    if ((await userHome.stat(name)) === undefined) return name;
  }
}
