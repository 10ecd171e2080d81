/** A picture of the window as PNG or SVG, from what `readPicture` read and the pictures of its plots. */
import { escapeXml, svgNumber } from '../plot/svg.ts';
import type { Rect } from '../plot/transform.ts';
import type { PictureItem } from './pictureItems.ts';

/** The picture of one plot. */
export interface PlotPicture {
  png(scale: number): Promise<Blob>;
  svg(): string;
}

/** What a picture is made of. */
export interface WindowPicture {
  /** CSS px. */
  readonly width: number;
  readonly height: number;
  readonly items: readonly PictureItem[];
  /** The picture of the plot on that canvas; null while it shows none. */
  readonly plotOf: (canvas: Element) => PlotPicture | null;
}

type Context = OffscreenCanvasRenderingContext2D;

/** `scale` pixels per CSS px. */
export async function windowPng(picture: WindowPicture, scale: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser gave no canvas for the picture');
  context.scale(scale, scale);
  for (const item of picture.items) {
    if (item.kind === 'plot') await paintPlot(context, picture.plotOf(item.canvas), item.rect, scale);
    else paint(context, item);
  }
  return await canvas.convertToBlob({ type: 'image/png' });
}

async function paintPlot(context: Context, plot: PlotPicture | null, rect: Rect, scale: number): Promise<void> {
  if (plot === null) return;
  const bitmap = await createImageBitmap(await plot.png(scale));
  context.drawImage(bitmap, rect.x, rect.y, rect.width, rect.height);
  bitmap.close();
}

function paint(context: Context, item: Exclude<PictureItem, { readonly kind: 'plot' }>): void {
  context.save();
  switch (item.kind) {
    case 'rect': {
      const { x, y, width, height } = item.rect;
      context.fillStyle = item.color;
      context.beginPath();
      context.roundRect(x, y, width, height, Math.min(item.radius, width / 2, height / 2));
      context.fill();
      break;
    }
    case 'text': {
      if (item.clip !== null) {
        context.beginPath();
        context.rect(item.clip.x, item.clip.y, item.clip.width, item.clip.height);
        context.clip();
      }
      context.font = `${item.weight} ${item.size}px ${item.family}`;
      context.textBaseline = 'alphabetic';
      context.fillStyle = item.color;
      const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = context.measureText(item.text);
      context.fillText(item.text, item.x, item.y + (above - below) / 2);
      break;
    }
    case 'path': {
      const path = outline(item.d);
      context.translate(item.x, item.y);
      context.scale(item.scale, item.scale);
      context.lineWidth = item.strokeWidth;
      context.lineCap = context.lineJoin = 'round';
      if (item.fill !== null) {
        context.fillStyle = item.fill;
        context.fill(path);
      }
      if (item.stroke !== null) {
        context.strokeStyle = item.stroke;
        context.stroke(path);
      }
    }
  }
  context.restore();
}

const outline = (d: string): Path2D => new Path2D(d);

/** Real text and real marks; one unit is one CSS px. */
export function windowSvg({ width, height, items, plotOf }: WindowPicture, title: string): string {
  const colors = colorReader();
  const clips: string[] = [];
  let plots = 0;
  const body = items.map((item) => {
    switch (item.kind) {
      case 'rect':
        return `<rect ${box(item.rect)} rx="${svgNumber(item.radius)}" ${colors('fill', item.color)}/>`;
      case 'text': {
        const clip = item.clip === null ? '' : ` clip-path="url(#w${clips.push(`<rect ${box(item.clip)}/>`) - 1})"`;
        const place = `x="${svgNumber(item.x)}" y="${svgNumber(item.y + item.size * 0.35)}"`;
        const font = `font-size="${svgNumber(item.size)}" font-weight="${item.weight}" font-family="${escapeXml(item.family)}"`;
        return `<text ${place} ${font} ${colors('fill', item.color)}${clip}>${escapeXml(item.text)}</text>`;
      }
      case 'path': {
        const place = `transform="translate(${svgNumber(item.x)} ${svgNumber(item.y)}) scale(${svgNumber(item.scale)})"`;
        const fill = item.fill === null ? 'fill="none"' : colors('fill', item.fill);
        const stroke =
          item.stroke === null ? '' : ` ${colors('stroke', item.stroke)} stroke-width="${svgNumber(item.strokeWidth)}"`;
        return `<path d="${item.d}" ${place} ${fill}${stroke} stroke-linecap="round" stroke-linejoin="round"/>`;
      }
      case 'plot':
        return nested(plotOf(item.canvas)?.svg() ?? '', item.rect, plots++);
    }
  });
  const defs = clips.map((clip, k) => `<clipPath id="w${k}">${clip}</clipPath>`).join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${svgNumber(width)}" height="${svgNumber(height)}" viewBox="0 0 ${svgNumber(width)} ${svgNumber(height)}">`,
    `<title>${escapeXml(title)}</title><defs>${defs}</defs>`,
    ...body.filter((text) => text !== ''),
    '</svg>',
  ].join('\n');
}

/** One picture within another: its own names of clip paths must differ from those of the others. */
function nested(svg: string, rect: Rect, number: number): string {
  return svg
    .replaceAll(/(id="|url\(#)c(\d+)/g, `$1p${number}c$2`)
    .replace(/^<svg [^>]*?viewBox="([^"]*)"/, `<svg ${box(rect)} viewBox="$1"`);
}

const box = ({ x, y, width, height }: Rect): string =>
  `x="${svgNumber(x)}" y="${svgNumber(y)}" width="${svgNumber(width)}" height="${svgNumber(height)}"`;

/** Browsers compute colours in forms that other programs do not know: one painted pixel says what each of them is. */
function colorReader(): (name: 'fill' | 'stroke', color: string) => string {
  const known = new Map<string, readonly [number, number, number, number]>();
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const read = (color: string): readonly [number, number, number, number] => {
    if (context === null) return [0, 0, 0, 255];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a];
  };
  return (name, color) => {
    const rgba = known.get(color) ?? read(color);
    known.set(color, rgba);
    const hex = rgba.slice(0, 3).map((channel) => channel.toString(16).padStart(2, '0'));
    return `${name}="#${hex.join('')}"${rgba[3] === 255 ? '' : ` ${name}-opacity="${svgNumber(rgba[3] / 255)}"`}`;
  };
}
