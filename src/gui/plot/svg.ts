/** Writes a scene as SVG: real marks, real text, clip paths. Works without a browser. One unit is one CSS px. */
import { toHex } from '../colors/convert.ts';
import type { PlotStyle } from '../colors/style.ts';
import type { Item, MeasureText } from './furniture.ts';
import { layoutFurniture, lineWidth, roughMeasure } from './furniture.ts';
import { barRect, crispEnds, isSampled, near, segmentEnds, visibleColumns } from './geometry.ts';
import type { Lasso } from './lasso.ts';
import { lassoPixels } from './lasso.ts';
import { placeScene } from './picture.ts';
import { encodePng } from './png.ts';
import type {
  BarsMark,
  Camera,
  Frame,
  ImageMark,
  LinesMark,
  Mark,
  PointsMark,
  Rgba,
  Scene,
  SegmentsMark,
  SignalsMark,
} from './scene.ts';
import { OUTLINES } from './shapes.ts';
import type { Affine, Rect } from './transform.ts';
import { boxRect, boxToPixel, dataToPixel, frameClip } from './transform.ts';

export interface SvgOptions {
  /** CSS px. */
  readonly width: number;
  readonly height: number;
  readonly camera: Camera;
  readonly style: PlotStyle;
  readonly measure?: MeasureText;
  readonly lasso?: Lasso | null;
  /** For people who do not see the picture. */
  readonly title?: string;
}

/** Two decimals, without trailing zeros. */
export const svgNumber = (value: number): string => String(Math.round(near(value) * 100) / 100);

/** Text as it stands in XML. */
export function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => names[character]);
}

/** `fill` or `stroke` with its opacity. */
function ink(name: 'fill' | 'stroke', color: Rgba): string {
  const opacity = color[3] >= 1 ? '' : ` ${name}-opacity="${svgNumber(color[3])}"`;
  return `${name}="${toHex(color)}"${opacity}`;
}

const bytesColor = (bytes: Uint8Array, k: number): Rgba => [
  bytes[4 * k] / 255,
  bytes[4 * k + 1] / 255,
  bytes[4 * k + 2] / 255,
  bytes[4 * k + 3] / 255,
];

/** The whole picture. */
export function writeSvg(scene: Scene, options: SvgOptions): string {
  const { width, height, camera, style, measure = roughMeasure } = options;
  const place = placeScene(scene, camera, width, height, 1);
  const furniture = layoutFurniture(scene, place, style, measure);
  const clips: string[] = [];
  const clipId = (rect: Rect): string => {
    const path = `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}"/>`;
    const known = clips.indexOf(path);
    return `c${known === -1 ? clips.push(path) - 1 : known}`;
  };
  const body = [
    ...furniture.under.map((item) => writeItem(item, clipId)),
    ...scene.frames.map((frame) => writeFrame(frame, camera, place.area, clipId)),
    ...furniture.over.map((item) => writeItem(item, clipId)),
    writeLasso(options.lasso ?? null, scene, camera, place.area, style),
  ];
  const defs = clips.map((path, k) => `<clipPath id="c${k}">${path}</clipPath>`).join('');
  const title = options.title === undefined ? '' : `<title>${escapeXml(options.title)}</title>`;
  const font = escapeXml(style.fontFamily);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}">`,
    `${title}<defs>${defs}</defs>`,
    ...body.filter((text) => text !== ''),
    '</svg>',
  ].join('\n');
}

type ClipId = (rect: Rect) => string;

function writeItem(item: Item, clipId: ClipId): string {
  switch (item.kind) {
    case 'rect': {
      const { x, y, width, height } = item.rect;
      return `<rect x="${svgNumber(x)}" y="${svgNumber(y)}" width="${svgNumber(width)}" height="${svgNumber(height)}" ${ink('fill', item.color)}/>`;
    }
    case 'line': {
      const [[x1, y1], [x2, y2]] = [item.from, item.to];
      return `<line x1="${svgNumber(x1)}" y1="${svgNumber(y1)}" x2="${svgNumber(x2)}" y2="${svgNumber(y2)}" ${ink('stroke', item.color)} stroke-width="${svgNumber(item.width)}"/>`;
    }
    case 'text':
      return writeText(item, clipId);
    case 'shape':
      return writeShape(item);
  }
}

function writeText(item: Extract<Item, { kind: 'text' }>, clipId: ClipId): string {
  const anchor = { left: 'start', center: 'middle', right: 'end' }[item.align];
  const turned = item.upward === true ? ` transform="rotate(-90 ${svgNumber(item.x)} ${svgNumber(item.y)})"` : '';
  const clip = item.clip === undefined ? '' : ` clip-path="url(#${clipId(item.clip)})"`;
  // Middle of the line of text: about a third of the size above the baseline; `dominant-baseline` is not known everywhere.
  const y = item.y + item.size * 0.35;
  const place = `x="${svgNumber(item.x)}" y="${svgNumber(y)}" font-size="${svgNumber(item.size)}" text-anchor="${anchor}"`;
  const { halo } = item;
  const around =
    halo === undefined
      ? ''
      : ` ${ink('stroke', halo.color)} stroke-width="${svgNumber(halo.width)}" stroke-linejoin="round" paint-order="stroke"`;
  return `<text ${place} ${ink('fill', item.color)}${around}${turned}${clip}>${escapeXml(item.text)}</text>`;
}

function writeShape(item: Extract<Item, { kind: 'shape' }>): string {
  const radius = item.size / 2;
  if (item.shape === 'disc') {
    return `<circle cx="${svgNumber(item.x)}" cy="${svgNumber(item.y)}" r="${svgNumber(radius)}" ${ink('fill', item.color)}/>`;
  }
  const points = OUTLINES[item.shape].map(
    ([u, v]) => `${svgNumber(item.x + u * radius)},${svgNumber(item.y + v * radius)}`,
  );
  return `<polygon points="${points.join(' ')}" ${ink('fill', item.color)}/>`;
}

function writeFrame(frame: Frame, camera: Camera, area: Rect, clipId: ClipId): string {
  const clip = frameClip(frame, camera, area);
  if (clip.width === 0 || clip.height === 0) return '';
  const map = dataToPixel(frame, camera, area);
  const box = boxRect(frame.box, boxToPixel(frame, camera, area));
  const marks = frame.marks.map((mark) => writeMark(mark, map, clip, box)).filter((text) => text !== '');
  if (marks.length === 0) return '';
  return `<g clip-path="url(#${clipId(clip)})" data-frame="${escapeXml(frame.id)}">\n${marks.join('\n')}\n</g>`;
}

function writeMark(mark: Mark, map: Affine, clip: Rect, box: Rect): string {
  switch (mark.kind) {
    case 'points':
      return writePoints(mark, map, clip);
    case 'lines':
      return writeLines(mark, map);
    case 'segments':
      return writeSegments(mark, map, clip);
    case 'bars':
      return writeBars(mark, map);
    case 'image':
      return writeImage(mark, box);
    case 'signals':
      return writeSignals(mark, map, clip);
    case 'text':
      return '';
  }
}

/** One path for all points of a colour would lose their adding up, so each point is an element; those off screen are left out. */
function writePoints(mark: PointsMark, map: Affine, clip: Rect): string {
  const { x, y, sizes, colors } = mark;
  const shape = mark.shape ?? 'disc';
  const elements: string[] = [];
  for (let k = 0; k < x.length; k++) {
    const px = map.ax * x[k] + map.bx;
    const py = map.ay * y[k] + map.by;
    const size = sizes?.[k] ?? mark.size;
    const out = px < clip.x - size || px > clip.x + clip.width + size || py < clip.y - size;
    if (out || py > clip.y + clip.height + size || Number.isNaN(px + py) || colors?.[4 * k + 3] === 0) continue;
    const own = colors === undefined ? '' : ` ${ink('fill', bytesColor(colors, k))}`;
    elements.push(pointElement(shape, px, py, size / 2, own));
  }
  return elements.length === 0 ? '' : `<g ${ink('fill', mark.color)}>${elements.join('')}</g>`;
}

function pointElement(
  shape: NonNullable<PointsMark['shape']>,
  x: number,
  y: number,
  radius: number,
  own: string,
): string {
  if (shape === 'disc') return `<circle cx="${svgNumber(x)}" cy="${svgNumber(y)}" r="${svgNumber(radius)}"${own}/>`;
  const points = OUTLINES[shape].map(([u, v]) => `${svgNumber(x + u * radius)},${svgNumber(y + v * radius)}`);
  return `<polygon points="${points.join(' ')}"${own}/>`;
}

/** `M x y L x y` of one strip; a vertex that is not a number breaks it. */
function stripPath({ x, y, starts }: LinesMark, strip: number, map: Affine): string {
  let path = '';
  let down = false;
  for (let k = starts[strip]; k < starts[strip + 1]; k++) {
    const px = map.ax * x[k] + map.bx;
    const py = map.ay * y[k] + map.by;
    if (Number.isNaN(px + py)) {
      down = false;
      continue;
    }
    path += `${down ? 'L' : 'M'}${svgNumber(px)} ${svgNumber(py)}`;
    down = true;
  }
  return path;
}

function writeLines(mark: LinesMark, map: Affine): string {
  const paths: string[] = [];
  for (let strip = 0; strip + 1 < mark.starts.length; strip++) {
    if (mark.stripColors?.[4 * strip + 3] === 0) continue;
    const path = stripPath(mark, strip, map);
    const own = mark.stripColors === undefined ? '' : ` ${ink('stroke', bytesColor(mark.stripColors, strip))}`;
    if (path !== '') paths.push(`<path d="${path}"${own}/>`);
  }
  if (paths.length === 0) return '';
  const look = `fill="none" ${ink('stroke', mark.color)} stroke-width="${svgNumber(mark.width)}" stroke-linejoin="round"`;
  return `<g ${look}>${paths.join('')}</g>`;
}

function writeSegments(mark: SegmentsMark, map: Affine, clip: Rect): string {
  const width = lineWidth(mark.width, 1);
  let path = '';
  for (let k = 0; 4 * k + 3 < mark.ends.length; k++) {
    const ends = segmentEnds(mark, k, map, clip);
    if (ends === undefined) continue;
    const [x0, y0, x1, y1] = crispEnds(ends, width);
    path += `M${svgNumber(x0)} ${svgNumber(y0)}L${svgNumber(x1)} ${svgNumber(y1)}`;
  }
  if (path === '') return '';
  const stroke = (color: Rgba, dash: string) =>
    `<path d="${path}" fill="none" ${ink('stroke', color)} stroke-width="${width}"${dash}/>`;
  if (mark.dash === undefined) return stroke(mark.color, '');
  const [on, off] = mark.dash;
  const first = stroke(mark.color, ` stroke-dasharray="${svgNumber(on)} ${svgNumber(off)}"`);
  if (mark.gapColor === undefined) return first;
  return (
    first +
    stroke(
      mark.gapColor,
      ` stroke-dasharray="${svgNumber(off)} ${svgNumber(on)}" stroke-dashoffset="${svgNumber(-on)}"`,
    )
  );
}

function writeBars(mark: BarsMark, map: Affine): string {
  let path = '';
  for (let k = 0; k < mark.x0.length; k++) {
    const { x, y, width, height } = barRect(mark, k, map);
    if (width > 0 && height > 0) path += `M${x} ${y}h${width}v${height}h${-width}z`;
  }
  return path === '' ? '' : `<path d="${path}" ${ink('fill', mark.color)}/>`;
}

/** A line for each row of samples; for columns the outline from smallest to largest values, filled. */
function writeSignals(mark: SignalsMark, map: Affine, clip: Rect): string {
  const [from, to] = visibleColumns(mark, map, clip.x, clip.x + clip.width);
  if (to <= from) return '';
  const paths: string[] = [];
  const x = (column: number): string => svgNumber(map.ax * (mark.x0 + mark.dx * column) + map.bx);
  for (let row = 0; row < mark.values.rows; row++) {
    const y = (value: number): string => svgNumber(map.ay * (mark.rows.base[row] + mark.gain * value) + map.by);
    const color = bytesColor(mark.rows.colors, row);
    const path = isSampled(mark) ? samplePath(mark, row, from, to, x, y) : outlinePath(mark, row, from, to, x, y);
    const inside = isSampled(mark) ? 'fill="none"' : ink('fill', color);
    if (path !== '') paths.push(`<path d="${path}" ${inside} ${ink('stroke', color)}/>`);
  }
  return paths.length === 0
    ? ''
    : `<g stroke-width="${svgNumber(mark.width)}" stroke-linejoin="round">${paths.join('')}</g>`;
}

type Place = (value: number) => string;

function samplePath({ values }: SignalsMark, row: number, from: number, to: number, x: Place, y: Place): string {
  let path = '';
  let down = false;
  for (let k = from; k < to; k++) {
    const value = values.lower[k * values.rows + row];
    if (!Number.isNaN(value)) path += `${down ? 'L' : 'M'}${x(k)} ${y(value)}`;
    down = !Number.isNaN(value);
  }
  return path;
}

/** There along the largest values, back along the smallest. Columns without a value are left out. */
function outlinePath({ values }: SignalsMark, row: number, from: number, to: number, x: Place, y: Place): string {
  let there = '';
  let back = '';
  for (let k = from; k < to; k++) {
    const at = k * values.rows + row;
    if (Number.isNaN(values.lower[at])) continue;
    there += `${there === '' ? 'M' : 'L'}${x(k + 0.5)} ${y(values.upper[at])}`;
    back = `L${x(k + 0.5)} ${y(values.lower[at])}${back}`;
  }
  return there === '' ? '' : `${there}${back}z`;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function writeImage(mark: ImageMark, box: Rect): string {
  if (mark.columns === 0 || mark.rows === 0) return '';
  const data = base64(encodePng(mark.pixels, mark.columns, mark.rows));
  const place = `x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"`;
  return `<image ${place} preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${data}"/>`;
}

function writeLasso(lasso: Lasso | null, scene: Scene, camera: Camera, area: Rect, style: PlotStyle): string {
  const pixels = lasso === null ? [] : lassoPixels(lasso, scene, camera, area);
  if (pixels.length === 0) return '';
  const points = pixels.map(([x, y]) => `${svgNumber(x)},${svgNumber(y)}`).join(' ');
  return `<polygon points="${points}" fill="none" ${ink('stroke', style.lasso)} class="lasso"/>`;
}
