/** templates.npy, template_ind.npy and the whitening matrices (spec/data.md 3, 4 steps 9 and 12, 8.1). */
import { PhyError } from '../../base/errors.ts';
import type { TypedArray } from '../../base/nd.ts';
import { cOrder, type NpyFile, readFlat, squeezeTo } from '../../files/npy.ts';
import type { Channels, Templates } from '../dataset.ts';
import { type PackedTemplate, templateStore } from '../templateStore.ts';
import type { TemplateParams } from './params.ts';
import {
  checkShape,
  counted,
  explaining,
  findName,
  optional,
  type Reading,
  readIdMatrix,
  readRealNumbers,
} from './reading.ts';
import { type ColumnLists, columnLists, invert } from './whitening.ts';

/** Names of the file with the templates. */
export const TEMPLATES = ['templates.npy', 'templates.waveforms.npy', 'templates.waveforms.*.npy'];
const channelFiles = ['template_ind.npy', 'templates.waveformsChannels*.npy'];
const whiteningFiles = ['whitening_mat.npy'];
const inverseFiles = ['whitening_mat_inv.npy'];

export interface TemplateFiles {
  readonly templates: Templates | undefined;
  readonly hasWhitening: boolean;
}

/** Reads all templates into memory, without the channels where they are zero. */
export async function readTemplates(
  reading: Reading,
  params: TemplateParams,
  channels: Channels,
): Promise<TemplateFiles> {
  const hasWhitening = findName(reading, [...whiteningFiles, ...inverseFiles]) !== undefined;
  const inverse = await readInverse(reading, channels.count);
  const { value: indices, refuse } = await readTemplateChannels(reading, channels.count);
  const shape: { sampleCount: number; localChannelCount: number } = { sampleCount: 0, localChannelCount: 0 };
  const packed = await optional(
    reading,
    TEMPLATES,
    async (npy) => {
      refuse(npy);
      const width = indices?.width ?? channels.count;
      const meaning =
        indices === undefined ? 'templates, samples, channels' : 'templates, samples, channels of template_ind.npy';
      const [count, sampleCount, localChannelCount] = checkShape(npy, [indices?.count, undefined, width], meaning);
      Object.assign(shape, { sampleCount, localChannelCount });
      return packAll(reading, npy, count, sampleCount, localChannelCount, indices?.ids);
    },
    { whenMissing: 'Clusters have no best channel, no amplitude and no template waveform.' },
  );
  if (packed === undefined) return { templates: undefined, hasWhitening };
  const source = {
    ...shape,
    sparse: indices !== undefined,
    packed,
    inverse,
    scaling: params.templateScaling,
    closestChannelCount: params.closestChannelCount,
    defaultThreshold: params.amplitudeThreshold,
  };
  return { templates: templateStore(source, channels), hasWhitening };
}

interface TemplateChannels {
  readonly count: number;
  readonly width: number;
  readonly ids: Int32Array;
}

/** Channels of each stored template; ids that do not exist become -1. */
async function readTemplateChannels(reading: Reading, channelCount: number) {
  return explaining(reading, channelFiles, async (npy): Promise<TemplateChannels> => {
    const [count, width] = checkShape(npy, [undefined, undefined], 'channels of each template');
    const ids = await readIdMatrix(npy);
    let unknown = 0;
    for (let k = 0; k < ids.length; k++) {
      if (ids[k] >= -1 && ids[k] < channelCount) continue;
      ids[k] = -1;
      unknown++;
    }
    if (unknown > 0) {
      const sentence = `${npy.name} has ${unknown} entries that are no channel, expected 0 to ${channelCount - 1}; they are left out.`;
      reading.report.repaired(npy.name, sentence, npy.header);
    }
    return { count, width, ids };
  });
}

/** Reads templates in groups, so that a file of gigabytes needs little more memory than its non-zero part. */
async function packAll(
  reading: Reading,
  npy: NpyFile,
  count: number,
  sampleCount: number,
  width: number,
  ids: Int32Array | undefined,
): Promise<(PackedTemplate | undefined)[]> {
  const packed: (PackedTemplate | undefined)[] = [];
  const found = { missingValues: 0, emptyTemplates: 0 };
  const size = sampleCount * width;
  // A Fortran-ordered file interleaves all templates: it has to be read whole.
  const group = npy.header.fortran ? count : Math.max(1, Math.floor((8 * 2 ** 20) / Math.max(1, 8 * size)));
  for (let first = 0; first < count; first += group) {
    const rows = Math.min(group, count - first);
    const values = npy.header.fortran
      ? fortranTemplates(await readArrayInOrder(npy), count, size, npy.header.shape)
      : await readFlat(npy, first * size, rows * size);
    for (let row = 0; row < rows; row++) {
      const channelIds = ids?.subarray((first + row) * width, (first + row + 1) * width);
      packed.push(pack(values, row * size, sampleCount, width, channelIds, found));
    }
    reading.step('templates', 0.6 + (0.2 * (first + rows)) / Math.max(1, count));
    await reading.progress?.();
  }
  if (found.missingValues > 0) {
    const sentence = `${npy.name} is NaN or infinite at ${counted(found.missingValues, 'place')}, taken as 0.`;
    reading.report.repaired(npy.name, sentence, npy.header);
  }
  if (found.emptyTemplates > 0) {
    const sentence = `${npy.name} is NaN everywhere in ${counted(found.emptyTemplates, 'template')}, taken as absent.`;
    reading.report.repaired(npy.name, sentence, npy.header);
  }
  return packed;
}

async function readArrayInOrder(npy: NpyFile): Promise<TypedArray> {
  return readFlat(npy, 0, npy.header.count);
}

/** Transposes in tiles: reading across 600 templates and writing along each is slow when done one value at a time. */
function fortranTemplates(values: TypedArray, count: number, size: number, headerShape: readonly number[]): TypedArray {
  const shape = squeezeTo(headerShape, 3);
  return count * size === 0 ? values : cOrder(values, shape);
}

/** A template without the columns that are zero; a sparse one also without columns below 1e-6 of its largest value. */
function pack(
  values: TypedArray,
  at: number,
  sampleCount: number,
  width: number,
  ids: Int32Array | undefined,
  found: { missingValues: number; emptyTemplates: number },
): PackedTemplate | undefined {
  const { peaks, missing } = findPeaks(values, at, sampleCount, width);
  if (missing === sampleCount * width && missing > 0) {
    found.emptyTemplates++;
    return undefined;
  }
  found.missingValues += missing;
  const columns = keptColumns(peaks, ids);
  const data =
    values instanceof Float32Array
      ? new Float32Array(columns.length * sampleCount)
      : new Float64Array(columns.length * sampleCount);
  columns.forEach((column, slot) => {
    for (let sample = 0; sample < sampleCount; sample++) {
      const value = values[at + sample * width + column];
      data[slot * sampleCount + sample] = value - value === 0 ? value : 0;
    }
  });
  return { channelIds: Int32Array.from(columns, (column) => ids?.[column] ?? column), values: data };
}

/** Largest absolute value of each column of [sample][column], and how many values are NaN or infinite. */
function findPeaks(
  values: TypedArray,
  at: number,
  sampleCount: number,
  width: number,
): { readonly peaks: Float64Array; readonly missing: number } {
  const peaks = new Float64Array(width);
  let missing = 0;
  for (let sample = 0, k = at; sample < sampleCount; sample++) {
    for (let column = 0; column < width; column++, k++) {
      const value = values[k];
      // Most of a template is zero: nothing else is done for those.
      if (value === 0) continue;
      const size = Math.abs(value);
      if (size - size !== 0) missing++;
      else if (size > peaks[column]) peaks[column] = size;
    }
  }
  return { peaks, missing };
}

function keptColumns(peaks: Float64Array, ids: Int32Array | undefined): number[] {
  const all = Array.from(peaks.keys());
  if (ids === undefined) return all.filter((column) => peaks[column] > 0);
  const limit = 1e-6 * peaks.reduce((a, b) => Math.max(a, b), 0);
  const listed = all.filter((column) => ids[column] >= 0 && ids.indexOf(ids[column]) === column);
  const kept = listed.filter((column) => peaks[column] > limit);
  return kept.length > 0 ? kept : listed;
}

/** whitening_mat_inv.npy, else the inverse of whitening_mat.npy (in memory only), else the identity (undefined). */
async function readInverse(reading: Reading, channelCount: number): Promise<ColumnLists | undefined> {
  const meaning = 'channels by channels';
  const stored = await optional(reading, inverseFiles, async (npy) => {
    checkShape(npy, [channelCount, channelCount], meaning);
    return (await readRealNumbers(reading, npy)).data;
  });
  const computed = await optional(
    reading,
    whiteningFiles,
    async (npy) => {
      checkShape(npy, [channelCount, channelCount], meaning);
      if (stored !== undefined) return undefined;
      const inverse = invert((await readRealNumbers(reading, npy)).data, channelCount);
      if (inverse !== undefined) return inverse;
      const message = `${npy.name} has no inverse, expected an invertible matrix. Export the sorting again.`;
      throw new PhyError('input', message, {
        file: npy.name,
        found: 'a singular matrix',
        expected: 'an invertible matrix',
      });
    },
    stored === undefined ? { whenMissing: 'Templates are taken as they are, without unwhitening.' } : {},
  );
  const matrix = stored ?? computed;
  return matrix === undefined ? undefined : columnLists(matrix, channelCount);
}

/** similar_templates.npy. */
export async function readSimilarity(reading: Reading, templateCount: number) {
  return optional(
    reading,
    ['similar_templates.npy'],
    async (npy) => {
      checkShape(npy, [templateCount, templateCount], 'templates by templates');
      const { data } = await readRealNumbers(reading, npy);
      return { count: templateCount, data };
    },
    { whenMissing: 'All similarities are 0.' },
  );
}
