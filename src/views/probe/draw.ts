/**
 * The probe as a map (spec/views.md 13b, look.md 5): sites in micrometres along a depth axis, one frame for each shank, and on the best
 * channels of the selected clusters one rectangle per cluster, side by side. Everything is sized so that nothing overlaps, and grows with zoom.
 */
import type { PlotStyle } from '../../gui/colors/style.ts';
import type { BarsMark, Box, Frame, GutterLabel, Mark, Rgba, Scene } from '../../gui/plot/scene.ts';
import { labelMarks } from './drawLabels.ts';
import {
  arrangement,
  depthsOf,
  edgeOf,
  extentsOf,
  guttersOf,
  layoutOf,
  markerRoom,
  mostEdge,
  ndcOf,
  type Pair,
  type ProbeInput,
  type ProbeLayout,
  rangeOf,
  type ShankPlace,
} from './drawLayout.ts';
import type { ProbeAnswer } from './query.ts';

const SITE: Pair = [10, 8];

/** Share of the room between sites that a grey site takes at most. */
const SITE_SHARE = 0.76;

/** A shank this wide has its number after the word. */
const WORD_FROM_PX = 52;

/** Rectangles that become one mark. */
class Bars {
  private readonly edges: number[] = [];
  add(x: number, y: number, halfWidth: number, halfHeight: number): void {
    this.edges.push(x - halfWidth, x + halfWidth, y - halfHeight, y + halfHeight);
  }
  mark(color: Rgba): BarsMark {
    const column = (k: number) => Float64Array.from({ length: this.edges.length / 4 }, (_, i) => this.edges[4 * i + k]);
    return { kind: 'bars', x0: column(0), x1: column(1), y0: column(2), y1: column(3), color };
  }
}

/** Ranks of the clusters that have a channel among their best ones, ascending. */
function ranksBySite(answer: ProbeAnswer): ReadonlyMap<number, readonly number[]> {
  const ranks = new Map<number, number[]>();
  for (const [rank, { channelIds }] of answer.clusters.entries()) {
    for (const site of channelIds.data) {
      const list = ranks.get(site);
      if (list === undefined) ranks.set(site, [rank]);
      else list.push(rank);
    }
  }
  return ranks;
}

/** Grey sites, and over them the clusters: those of one site in rows, centred on it. */
function shankMarks(
  { answer, style, values }: ProbeInput,
  layout: ProbeLayout,
  { sites }: ShankPlace,
  ranks: ReadonlyMap<number, readonly number[]>,
): readonly Mark[] {
  const { cell, scale } = layout;
  const [sx, sy] = scale;
  const grey = new Bars();
  const byRank = answer.clusters.map(() => new Bars());
  const site: Pair = [
    Math.min(SITE[0] * style.scale, cell[0] * SITE_SHARE),
    Math.min(SITE[1] * style.scale, cell[1] * SITE_SHARE),
  ];
  const room = markerRoom(layout, values);
  for (const channelId of sites) {
    const x = answer.positions.data[2 * channelId];
    const y = answer.positions.data[2 * channelId + 1];
    const here = ranks.get(channelId);
    if (here === undefined) {
      grey.add(x, y, site[0] / 2 / sx, site[1] / 2 / sy);
      continue;
    }
    const { columns, size } = arrangement(here.length, room, style.scale);
    const rows = Math.ceil(here.length / columns);
    // A pixel between neighbours, where there are pixels to spare.
    const between: Pair = [size[0] >= 4 ? 0.5 : 0, rows > 1 && size[1] >= 4 ? 0.5 : 0];
    for (const [k, rank] of here.entries()) {
      const row = Math.floor(k / columns);
      const inRow = Math.min(columns, here.length - row * columns);
      const dx = ((k % columns) - (inRow - 1) / 2) * size[0];
      const dy = ((rows - 1) / 2 - row) * size[1];
      byRank[rank].add(x + dx / sx, y + dy / sy, (size[0] / 2 - between[0]) / sx, (size[1] / 2 - between[1]) / sy);
    }
  }
  return [grey.mark(style.site), ...byRank.map((bars, rank) => bars.mark(style.clusterColor(rank)))];
}

interface Drawn {
  readonly key: string;
  readonly style: PlotStyle;
  readonly gutters: Scene['gutters'];
  readonly layout: ProbeLayout;
  readonly ranks: ReadonlyMap<number, readonly number[]>;
  /** [shank] */
  readonly marks: readonly (readonly Mark[])[];
}

const memos = new WeakMap<ProbeAnswer, Drawn>();

/** Layout and marks; the same objects as long as nothing but the zoom changes. */
function drawnOf(input: ProbeInput): Drawn {
  const { answer, style, size, values } = input;
  const key = `${size.width} ${size.height} ${values.trueAspect} ${values.labels}`;
  const memo = memos.get(answer);
  if (memo?.key === key && memo.style === style) return memo;
  const extents = extentsOf(answer);
  const depths = rangeOf(depthsOf(answer));
  const gutters = guttersOf(extents, depths, style);
  const width = Math.max(1, size.width - gutters.left - gutters.right);
  const height = Math.max(1, size.height - gutters.top - gutters.bottom);
  const layout = layoutOf(input, extents, depths, width, height);
  const ranks = ranksBySite(answer);
  const marks = layout.shanks.map((place) => shankMarks(input, layout, place, ranks));
  const drawn = { key, style, gutters, layout, ranks, marks };
  memos.set(answer, drawn);
  return drawn;
}

/** Layout of the scene of the same input. */
export function probeLayout(input: ProbeInput): ProbeLayout {
  return drawnOf(input).layout;
}

/** The site whose rectangle holds a place (µm) in a frame; of several the nearest. undefined when there is none. */
export function siteAt(
  answer: ProbeAnswer,
  { shanks, scale, cell }: ProbeLayout,
  frame: string,
  [x, y]: Pair,
): number | undefined {
  const sites = shanks.find((place) => place.frame === frame)?.sites ?? [];
  let nearest: number | undefined;
  let least = Infinity;
  for (const site of sites) {
    const dx = Math.abs(answer.positions.data[2 * site] - x) * scale[0];
    const dy = Math.abs(answer.positions.data[2 * site + 1] - y) * scale[1];
    // A site two pixels wide must still be found.
    if (dx > Math.max(cell[0] / 2, 4) || dy > Math.max(cell[1] / 2, 4) || dx * dx + dy * dy >= least) continue;
    least = dx * dx + dy * dy;
    nearest = site;
  }
  return nearest;
}

/** Numbers of the shanks above them, where there are several. */
function shankLabels({ style }: ProbeInput, { shanks }: ProbeLayout, width: number): readonly GutterLabel[] {
  if (shanks.length < 2) return [];
  return shanks.map(({ shank, box }) => ({
    edge: 'top',
    at: (box[0] + box[2]) / 2,
    text: ((box[2] - box[0]) / 2) * width >= WORD_FROM_PX * style.scale ? `shank ${shank}` : String(shank),
    color: style.tick,
  }));
}

/** True when the positions are places in a row instead of micrometres (spec/data.md 4 step 7): a probe is never one micrometre long. */
export function isPlaceholder({ positions }: ProbeAnswer): boolean {
  return positions.data.every((value, k) => (k % 2 === 0 ? value === 0 : value >= 0 && value <= 1));
}

/** What the depth axis belongs to: as high as the probe, so that no tick stands where no site can be. */
function depthFrame({ answer, values, size }: ProbeInput, { shanks, scale }: ProbeLayout): Frame {
  const [first] = shanks;
  const [low, high] = rangeOf(depthsOf(answer));
  const edge = edgeOf(size.height, mostEdge(values)[1]) / scale[1];
  const bounds: Box = [0, low - edge, 1, high + edge];
  const box: Box = [-1, ndcOf(bounds[1], first, 1), 1, ndcOf(bounds[3], first, 1)];
  return { id: 'depth', box, bounds, clip: false, inert: true, marks: [] };
}

/** The scene of an answer. Frame ids `shank <n>`; data units are µm. */
export function probeScene(input: ProbeInput): Scene {
  const { answer, style, size, values } = input;
  const drawn = drawnOf(input);
  const { gutters, layout, marks } = drawn;
  const several = layout.shanks.length > 1;
  const labels = values.labels ? labelMarks(input, drawn) : [];
  const frames = layout.shanks.map((place, k): Frame => {
    const { frame: id, box, bounds } = place;
    return {
      id,
      box,
      bounds,
      clip: false,
      marks: [...marks[k], ...(labels[k] ?? [])],
      ...(several && { ground: style.cell }),
    };
  });
  const depths = new Set(depthsOf(answer));
  return {
    frames: [depthFrame(input, layout), ...frames],
    gutters,
    background: style.background,
    xAxes: [],
    yAxes: [
      {
        frame: 'depth',
        grid: true,
        ...(!isPlaceholder(answer) && { unit: 'µm' }),
        ...(depths.size === 1 && { ticks: [...depths] }),
      },
    ],
    labels: shankLabels(input, layout, size.width - gutters.left - gutters.right),
  };
}
