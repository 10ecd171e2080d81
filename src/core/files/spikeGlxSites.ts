/**
 * Where the sites of an imec probe are, by the `.meta` file of SpikeGLX: its table in µm (snsGeomMap, from 2023 on), else the shank, column and
 * row of each site (snsShankMap) on a probe whose measures are known. Facts: the metadata guide of SpikeGLX, and its table of probes
 * (github.com/billkarsh/ProbeTable) where older tools agree with it.
 */

/** Where the site of each column is; NaN and -1 for columns without one (digital ones). */
export interface SpikeGlxSites {
  /** float64 [column][x, y], µm; y upwards from the tip. */
  readonly positions: Float64Array;
  /** int32 [column] */
  readonly shanks: Int32Array;
}

/** Site of one channel: shank, and µm from the left edge of the shank and from its lowest row. */
type Site = readonly [shank: number, x: number, y: number];

/** Measures of a kind of probe, µm. */
interface ProbeMeasures {
  readonly shanks: number;
  readonly shankPitch: number;
  readonly columns: number;
  /** From the left edge of a shank to the first site of even rows and of odd rows, the lowest being row 0. */
  readonly evenOffset: number;
  readonly oddOffset: number;
  readonly columnPitch: number;
  readonly rowPitch: number;
}

const STAGGERED: ProbeMeasures = {
  shanks: 1,
  shankPitch: 0,
  columns: 2,
  evenOffset: 27,
  oddOffset: 11,
  columnPitch: 32,
  rowPitch: 20,
};
const ALIGNED: ProbeMeasures = { ...STAGGERED, oddOffset: 27 };
const WIDE: ProbeMeasures = { ...STAGGERED, columnPitch: 87 };
const WIDE_ALIGNED: ProbeMeasures = { ...STAGGERED, evenOffset: 11, columnPitch: 103 };
const DENSE: ProbeMeasures = {
  ...STAGGERED,
  columns: 8,
  evenOffset: 14,
  oddOffset: 14,
  columnPitch: 6,
  rowPitch: 6,
};
const OPTO: ProbeMeasures = { ...STAGGERED, evenOffset: 11, columnPitch: 48 };
const ONE_SHANK: ProbeMeasures = { ...ALIGNED, rowPitch: 15 };
const FOUR_SHANKS: ProbeMeasures = { ...ONE_SHANK, shanks: 4, shankPitch: 250 };

const PART_NUMBERS: readonly (readonly [ProbeMeasures, string])[] = [
  [STAGGERED, 'PRB_1_4_0480_1 PRB_1_4_0480_1_C PRB_1_2_0480_2 NP1000 NP1001 NP1010 NP1011 NP1012 NP1013 NP1014'],
  [ALIGNED, 'NP1015 NP1016 NP1017'],
  [WIDE, 'NP1020 NP1021 NP1030 NP1031'],
  [WIDE_ALIGNED, 'NP1022 NP1032 NP1033'],
  [DENSE, 'NP1100'],
  [OPTO, 'NP1300'],
  [ONE_SHANK, 'PRB2_1_2_0640_0 PRB2_1_4_0480_1 NP2000 NP2003 NP2004 NP2005'],
  [FOUR_SHANKS, 'PRB2_4_2_0640_0 NP2010 NP2013 NP2014 NP2020 NP2021'],
];
const MEASURES: ReadonlyMap<string, ProbeMeasures> = new Map(
  PART_NUMBERS.flatMap(([measures, names]) => names.split(' ').map((name) => [name, measures] as const)),
);
/** Types that are one kind of probe, for files without a part number. */
const BY_TYPE: ReadonlyMap<string, ProbeMeasures> = new Map([
  ['21', ONE_SHANK],
  ['24', FOUR_SHANKS],
]);

/** Values of a `.meta` file by their keys, without `~`. */
type Lookup = (key: string) => string | undefined;

/**
 * Sites of the columns of the AP or LF band. undefined where the file has no table as long as there are such columns, or only the older table
 * and a probe whose measures are not known: no site is guessed.
 */
export function imecSites(lookup: Lookup, columnCount: number | undefined): SpikeGlxSites | undefined {
  if (columnCount === undefined) return undefined;
  const [ap, lf] = (lookup('snsApLfSy') ?? '').split(',').map(Number);
  const siteCount = Math.min(ap > 0 ? ap : lf, columnCount);
  const geometry = tableOf(lookup('snsGeomMap'));
  if (geometry !== undefined) return byGeometry(geometry, siteCount, columnCount);
  const shankMap = tableOf(lookup('snsShankMap'));
  const measures = measuresOf(lookup);
  return shankMap === undefined || measures === undefined
    ? undefined
    : byShankMap(shankMap, measures, siteCount, columnCount);
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** `(head)(1:2:3)(4:5:6)` */
function tableOf(text: string | undefined): Table | undefined {
  const [head, ...rows] = [...(text ?? '').matchAll(/\(([^()]*)\)/g)].map((match) => match[1]);
  if (head === undefined || rows.length === 0) return undefined;
  return { head: head.split(','), rows: rows.map((row) => row.split(':').map(Number)) };
}

function measuresOf(lookup: Lookup): ProbeMeasures | undefined {
  const part = lookup('imDatPrb_pn');
  const type = lookup('imDatPrb_type');
  if (part !== undefined) return MEASURES.get(part);
  // The first probes (phase 3A) have neither in their files, and there was one geometry.
  return type === undefined ? STAGGERED : BY_TYPE.get(type);
}

/** Head `(part,shanks,shank pitch,width)`, rows `(shank:x:y:used)` in µm. */
function byGeometry({ head, rows }: Table, siteCount: number, columnCount: number): SpikeGlxSites | undefined {
  const sites = rows.map(([shank, x, y]): Site => [shank, x, y]);
  return sites.length === siteCount ? placed(sites, Number(head[2]), columnCount) : undefined;
}

/** Head `(shanks,columns,rows)`, rows `(shank:column:row:used)`; some files have a row too many, for the digital column. */
function byShankMap(
  { head, rows }: Table,
  measures: ProbeMeasures,
  siteCount: number,
  columnCount: number,
): SpikeGlxSites | undefined {
  const [shanks, columns] = head.map(Number);
  if (rows.length < siteCount || shanks !== measures.shanks || columns !== measures.columns) return undefined;
  const sites = rows.slice(0, siteCount).map(([shank, column, row]): Site => {
    if (!(column < columns) || !(shank < shanks) || column < 0 || row < 0) return [Number.NaN, Number.NaN, Number.NaN];
    const offset = row % 2 === 0 ? measures.evenOffset : measures.oddOffset;
    return [shank, offset + column * measures.columnPitch, row * measures.rowPitch];
  });
  return placed(sites, measures.shankPitch, columnCount);
}

/** undefined when a number is none. */
function placed(sites: readonly Site[], shankPitch: number, columnCount: number): SpikeGlxSites | undefined {
  const isWhole = sites.every(([shank, x, y]) => shank >= 0 && Number.isFinite(x) && Number.isFinite(y));
  if (!isWhole || !Number.isFinite(shankPitch)) return undefined;
  const positions = new Float64Array(2 * columnCount).fill(Number.NaN);
  const shanks = new Int32Array(columnCount).fill(-1);
  for (const [column, [shank, x, y]] of sites.entries()) {
    positions[2 * column] = shank * shankPitch + x;
    positions[2 * column + 1] = y;
    shanks[column] = shank;
  }
  return { positions, shanks };
}
