/** params.py as checked values (spec/data.md 1). */
import type { PythonValue } from '../../files/pythonParams.ts';
import { readAssignments } from '../../files/pythonParams.ts';
import type { ReportBuilder } from '../report.ts';

/** A path and, where it differs, the same with its backslashes taken literally. */
export interface PathChoice {
  readonly path: string;
  readonly literal: string;
}

export interface TemplateParams {
  /** False for an ALF folder that has no params.py. */
  readonly isThere: boolean;
  readonly dataPaths: readonly PathChoice[];
  readonly rawChannelCount: number | null;
  /** As params.py has it; `int16` by default. */
  readonly dtype: string;
  /** Bytes to skip at the start of each raw file. */
  readonly offset: number;
  /** Hz */
  readonly sampleRate: number;
  readonly folder: PathChoice | undefined;
  readonly templateScaling: number;
  readonly showMappedChannels: boolean;
  readonly closestChannelCount: number;
  /** Fraction of the peak amplitude below which a dense template has no channel. */
  readonly amplitudeThreshold: number;
}

/** Reads params.py. Keys that are wrong or missing get their default and a warning. */
export function readParams(text: string, name: string, report: ReportBuilder): TemplateParams {
  const { values, literal, warnings } = readAssignments(text);
  for (const warning of warnings) report.warn('params', `${name}, ${warning}`);
  const numberAt = (key: string): number | undefined => {
    const value = values.get(key);
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    report.warn('params', `${name} has ${key} = ${JSON.stringify(value)}, expected a number. It is not used.`);
    return undefined;
  };
  const countAt = (key: string, least = 0): number | undefined => {
    const number = numberAt(key);
    if (number === undefined || (Number.isInteger(number) && number >= least)) return number;
    report.warn('params', `${name} has ${key} = ${number}, expected a whole number from ${least} on. It is not used.`);
    return undefined;
  };
  const dataPaths = pathsOf(values.get('dat_path'), literal.get('dat_path'));
  const sampleRate = numberAt('sample_rate');
  if (sampleRate === undefined || sampleRate <= 0) {
    const found = sampleRate === undefined ? 'no sample_rate' : `sample_rate = ${sampleRate}, expected more than 0`;
    report.warn('params', `${name} has ${found}. Times are counted in samples, as if it were 1 Hz.`);
  }
  const dtype = values.get('dtype');
  if (typeof dtype !== 'string' && dataPaths.length > 0) {
    report.warn('params', `${name} has no dtype. The raw data are read as int16.`);
  }
  const showMapped = values.get('show_mapped_channels');
  const rawChannelCount = countAt('n_channels_dat');
  return {
    isThere: true,
    dataPaths,
    rawChannelCount: rawChannelCount === 0 ? null : (rawChannelCount ?? null),
    dtype: typeof dtype === 'string' ? dtype : 'int16',
    offset: countAt('offset') ?? 0,
    sampleRate: sampleRate !== undefined && sampleRate > 0 ? sampleRate : 1,
    folder: pathsOf(values.get('dir_path'), literal.get('dir_path'))[0],
    templateScaling: numberAt('template_scaling') ?? 1,
    showMappedChannels: showMapped !== false && showMapped !== 0,
    closestChannelCount: countAt('n_closest_channels', 1) ?? 12,
    amplitudeThreshold: numberAt('amplitude_threshold') ?? 0,
  };
}

/** What exporters write when there is no raw data. */
const noPath = new Set(['', 'None', 'no_path.bin']);

function pathsOf(value: PythonValue | undefined, literal: PythonValue | undefined): PathChoice[] {
  const list = Array.isArray(value) ? value : [value];
  const literals = Array.isArray(literal) ? literal : [literal];
  return list.flatMap((path: unknown, k) => {
    if (typeof path !== 'string' || noPath.has(path)) return [];
    const raw: unknown = literals[k];
    return [{ path, literal: typeof raw === 'string' ? raw : path }];
  });
}
