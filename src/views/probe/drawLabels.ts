/** Channel labels of the probe view: where they have room (spec/views.md 13b). */
import { type Rect, TakenRoom } from '../../core/base/layout.ts';
import type { PlotStyle } from '../../gui/colors/style.ts';
import { CHARACTER_PX } from '../../gui/plot/layouts.ts';
import type { Scene, TextMark } from '../../gui/plot/scene.ts';
import {
  arrangement,
  MARKER,
  markerRoom,
  ndcOf,
  type Pair,
  type ProbeInput,
  type ProbeLayout,
  type ShankPlace,
} from './drawLayout.ts';

/** Zoom beyond which labels are not placed anew. */
const HIGHEST_ZOOM = 60;

/** Sites as they are drawn. */
interface DrawnSites {
  readonly gutters: Scene['gutters'];
  readonly layout: ProbeLayout;
  /** Ranks of the clusters on each site that has some. */
  readonly ranks: ReadonlyMap<number, readonly number[]>;
}

const labelWidth = ({ answer, style }: ProbeInput, site: number): number =>
  answer.channelLabels[site].length * CHARACTER_PX * style.scale;

/** CSS px of one line of labels. */
const lineHeightOf = (style: PlotStyle): number => 12 * style.scale;

/** Channel labels at sites, `down` CSS px (at zoom 1) below them; `anchor` as TextMark. */
function textMark(
  { answer, style }: ProbeInput,
  { scale }: ProbeLayout,
  sites: readonly number[],
  down: number,
  anchor: Pair,
): TextMark {
  return {
    kind: 'text',
    x: Float64Array.from(sites, (site) => answer.positions.data[2 * site]),
    y: Float64Array.from(sites, (site) => answer.positions.data[2 * site + 1] - down / scale[1]),
    text: sites.map((site) => answer.channelLabels[site]),
    anchor,
    color: style.text,
    size: style.tickSize,
  };
}

/**
 * Channel labels of each shank. Where the room around a site holds its label, all are written below their sites; until one has zoomed in so
 * far, as many as have room are written over the grey sites and beside the clusters of the others.
 */
export function labelMarks(input: ProbeInput, drawn: DrawnSites): readonly (readonly TextMark[])[] {
  const { answer, style, values, zoom } = input;
  const { pitch, shanks } = drawn.layout;
  const room = markerRoom(drawn.layout, values);
  const halfMarker = Math.min(MARKER[1] * style.scale, room[1]) / 2;
  const widest = answer.channelLabels.reduce((most, _, site) => Math.max(most, labelWidth(input, site)), 0);
  const isWide = pitch[0] * zoom[0] >= Math.max(widest, room[0] * zoom[0]);
  const isHigh = (pitch[1] - 2 * halfMarker) * zoom[1] >= lineHeightOf(style);
  if (isWide && isHigh) return shanks.map(({ sites }) => [textMark(input, drawn.layout, sites, halfMarker, [0, 1])]);
  return sitesWithRoom(input, drawn);
}

/** Where labels can be, in CSS px at the present zoom. */
class LabelRoom {
  private readonly input: ProbeInput;
  private readonly drawn: DrawnSites;
  private readonly zoom: Pair;
  /** Half the plot. */
  private readonly half: Pair;

  constructor(input: ProbeInput, drawn: DrawnSites) {
    const { size, zoom } = input;
    const { gutters } = drawn;
    this.input = input;
    this.drawn = drawn;
    // What has room at a lower zoom has room at a higher one, and nothing gets so high that it spans thousands of lines.
    this.zoom = [Math.min(zoom[0], HIGHEST_ZOOM), Math.min(zoom[1], HIGHEST_ZOOM)];
    this.half = [
      (Math.max(1, size.width - gutters.left - gutters.right) / 2) * this.zoom[0],
      (Math.max(1, size.height - gutters.top - gutters.bottom) / 2) * this.zoom[1],
    ];
  }

  private rect(place: ShankPlace, site: number, width: number, height: number): Rect {
    const { data } = this.input.answer.positions;
    const x = ndcOf(data[2 * site], place, 0) * this.half[0];
    const y = ndcOf(data[2 * site + 1], place, 1) * this.half[1];
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }
  /** The room of the clusters of a site. */
  clusters(place: ShankPlace, site: number): Rect {
    const { input, drawn, zoom } = this;
    const [width, height] = markerRoom(drawn.layout, input.values);
    return this.rect(place, site, width * zoom[0], height * zoom[1]);
  }
  /** What is drawn of them. */
  drawnClusters(place: ShankPlace, site: number): Rect {
    const [, y0, , y1] = this.clusters(place, site);
    const half = besideOf(this.input, this.drawn, site) * this.zoom[0];
    const [x0, , x1] = this.rect(place, site, 2 * half, 0);
    return [x0, y0, x1, y1];
  }
  /** A label centred on its site. */
  over(place: ShankPlace, site: number): Rect {
    return this.rect(place, site, labelWidth(this.input, site) + 4, lineHeightOf(this.input.style));
  }
  /** A label right (1) or left (-1) of the clusters of its site. */
  beside(place: ShankPlace, site: number, side: 1 | -1): Rect {
    const [x0, y0, x1, y1] = this.over(place, site);
    const shift = side * (besideOf(this.input, this.drawn, site) * this.zoom[0] + (x1 - x0) / 2);
    return [x0 + shift, y0, x1 + shift, y1];
  }
  isWhole([x0, y0, x1, y1]: Rect): boolean {
    const [halfX, halfY] = this.half;
    return x0 >= -halfX && x1 <= halfX && y0 >= -halfY && y1 <= halfY;
  }
}

/** CSS px at zoom 1 from the middle of a site to the right end of its clusters. */
function besideOf({ values, style }: ProbeInput, { layout, ranks }: DrawnSites, site: number): number {
  const { columns, size } = arrangement(ranks.get(site)?.length ?? 0, markerRoom(layout, values), style.scale);
  return (columns * size[0]) / 2;
}

/** Labels over those grey sites, and beside those clusters, where they meet neither a cluster, nor another label, nor an edge. */
function sitesWithRoom(input: ProbeInput, drawn: DrawnSites): readonly (readonly TextMark[])[] {
  const { layout, ranks } = drawn;
  const room = new LabelRoom(input, drawn);
  const line = lineHeightOf(input.style);
  const taken = new TakenRoom(line);
  // A label beside clusters takes no room from that of a site, so that zooming in never loses one.
  const sites = new TakenRoom(line);
  for (const place of layout.shanks) {
    for (const site of place.sites) {
      const hasClusters = ranks.has(site);
      if (hasClusters) taken.take(room.clusters(place, site));
      sites.take(hasClusters ? room.drawnClusters(place, site) : room.over(place, site));
    }
  }
  return layout.shanks.map((place) => {
    const over = place.sites.filter((site) => {
      const rect = room.over(place, site);
      return !ranks.has(site) && room.isWhole(rect) && taken.takeIfFree(rect);
    });
    const isBeside = new Set<number>();
    const beside = (side: 1 | -1): TextMark => {
      const found = place.sites.filter((site) => {
        const rect = room.beside(place, site, side);
        return ranks.has(site) && !isBeside.has(site) && room.isWhole(rect) && sites.takeIfFree(rect);
      });
      for (const site of found) isBeside.add(site);
      return besideMark(input, drawn, found, side);
    };
    return [textMark(input, layout, over, 0, [0, 0]), beside(1), beside(-1)];
  });
}

/** CSS px between clusters and their label. */
const GAP_PX = 2;

/** Labels right (1) or left (-1) of the clusters of sites. */
function besideMark(input: ProbeInput, drawn: DrawnSites, sites: readonly number[], side: 1 | -1): TextMark {
  const { layout } = drawn;
  const mark = textMark(input, layout, sites, 0, [-side, 0]);
  const shifts = sites.map((site) => (side * besideOf(input, drawn, site)) / layout.scale[0]);
  return { ...mark, x: Float64Array.from(mark.x, (x, k) => x + shifts[k]), offset: [side * GAP_PX, 0] };
}
