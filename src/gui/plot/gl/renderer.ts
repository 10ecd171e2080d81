/** Paints the marks of a scene with the shared WebGL2 context and copies them onto the 2D canvas of their view. */
import { crispEnds, isSampled, near, segmentEnds, visibleColumns } from '../geometry.ts';
import { lineWidth } from '../furniture.ts';
import type { Context2D, MarkPainter } from '../paint.ts';
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
  Shape,
  SignalsMark,
} from '../scene.ts';
import { edgesOf, OUTLINES } from '../shapes.ts';
import type { Affine, Rect } from '../transform.ts';
import { boxRect, boxToPixel, dataToPixel, frameClip } from '../transform.ts';
import type { Extents, Stored } from './buffers.ts';
import { MarkBuffers } from './buffers.ts';
import type { Program } from './device.ts';
import { ATTRIBUTES, GlDevice } from './device.ts';

/** Pixels around the plot area in which the middles of large points may still lie. */
const GUARD = 64;

/** Where one frame is painted. Pixels are counted from the top left corner of the guarded viewport. */
interface Place {
  /** Data units to pixels. */
  readonly map: Affine;
  readonly box: Rect;
  readonly clip: Rect;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly ratio: number;
}

const shift = (rect: Rect, x: number, y: number): Rect => ({ ...rect, x: rect.x + x, y: rect.y + y });

export class GlPainter implements MarkPainter {
  readonly kind = 'webgl';
  readonly device: GlDevice;
  private readonly buffers: MarkBuffers;
  private dynamic: { buffer: WebGLBuffer; epoch: number } | undefined;

  private constructor(device: GlDevice) {
    this.device = device;
    this.buffers = new MarkBuffers(device);
  }

  /** Undefined when the browser has no WebGL2. `onChange` is called when the context is lost and when it came back. */
  static create(onChange: () => void): GlPainter | undefined {
    const device = GlDevice.create(onChange);
    return device === undefined ? undefined : new GlPainter(device);
  }

  get alive(): boolean {
    return this.device.alive;
  }

  paint(context: Context2D, scene: Scene, camera: Camera, area: Rect, ratio: number): boolean {
    const { device } = this;
    const { gl, canvas } = device;
    if (!device.alive || !device.reserve(area.width, area.height)) return false;
    this.buffers.begin();
    const viewport = { width: area.width + 2 * GUARD, height: area.height + 2 * GUARD };
    // The picture lies in the top left corner of the drawing buffer; GL counts rows from the bottom.
    gl.viewport(-GUARD, canvas.height - area.height - GUARD, viewport.width, viewport.height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, canvas.height - area.height, area.width, area.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    for (const frame of scene.frames) this.frame(frame, camera, area, viewport, ratio);
    if (!device.alive) return false;
    context.drawImage(canvas, 0, 0, area.width, area.height, area.x, area.y, area.width, area.height);
    return true;
  }

  private frame(frame: Frame, camera: Camera, area: Rect, viewport: Place['viewport'], ratio: number): void {
    const clip = frameClip(frame, camera, area);
    if (clip.width === 0 || clip.height === 0 || frame.marks.length === 0) return;
    const [dx, dy] = [GUARD - area.x, GUARD - area.y];
    const map = dataToPixel(frame, camera, area);
    const place: Place = {
      map: { ...map, bx: map.bx + dx, by: map.by + dy },
      box: shift(boxRect(frame.box, boxToPixel(frame, camera, area)), dx, dy),
      clip: shift(clip, dx, dy),
      viewport,
      ratio,
    };
    const { gl, canvas } = this.device;
    gl.scissor(clip.x - area.x, canvas.height - (clip.y - area.y) - clip.height, clip.width, clip.height);
    for (const mark of frame.marks) this.mark(mark, place);
  }

  private mark(mark: Mark, place: Place): void {
    switch (mark.kind) {
      case 'points':
        if (mark.x.length > 0) this.points(mark, place);
        return;
      case 'lines':
        this.lines(mark, place);
        return;
      case 'bars':
        if (mark.x0.length > 0) this.bars(mark, place);
        return;
      case 'segments':
        this.segments(mark, place);
        return;
      case 'signals':
        this.signals(mark, place);
        return;
      case 'image':
        if (mark.columns > 0 && mark.rows > 0) this.image(mark, place);
        return;
      case 'text':
        return;
    }
  }

  private points(mark: PointsMark, place: Place): void {
    const { device } = this;
    const { gl } = device;
    const largest = mark.sizes?.reduce((a, b) => Math.max(a, b), 0) ?? mark.size;
    const asQuads = Math.ceil(largest * place.ratio) + 2 > Math.min(device.limits.pointSize, 2 * GUARD);
    const program = device.program(asQuads ? 'quads' : 'points');
    if (program === undefined) return;
    const stored = asQuads ? this.buffers.quads(mark) : this.buffers.points(mark);
    gl.useProgram(program.handle);
    this.setPlace(program, place, stored.extents);
    gl.uniform1f(program.at('u_ratio'), place.ratio);
    setShape(gl, program, mark.shape ?? 'disc');
    this.vertices(stored, mark.color);
    if (stored.sizes === undefined) gl.vertexAttrib1f(ATTRIBUTES.a_size, mark.size);
    else this.attribute(ATTRIBUTES.a_size, stored.sizes, 1, gl.FLOAT);
    if (asQuads) this.drawQuads(stored.count / 4);
    else gl.drawArrays(gl.POINTS, 0, stored.count);
    this.noAttributes();
  }

  private lines(mark: LinesMark, place: Place): void {
    const { device } = this;
    const width = mark.width * place.ratio;
    if (device.software && width <= 1.5) this.thinLines(mark, place);
    else this.wideLines(mark, place, width);
  }

  private thinLines(mark: LinesMark, place: Place): void {
    const { gl } = this.device;
    const program = this.device.program('thinLines');
    if (program === undefined) return;
    const stored = this.buffers.thinLines(mark);
    if (stored.count === 0 || stored.indices === undefined) return;
    gl.useProgram(program.handle);
    this.setPlace(program, place, stored.extents);
    this.vertices(stored, mark.color);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, stored.indices);
    gl.drawElements(gl.LINES, stored.count, gl.UNSIGNED_INT, 0);
    this.noAttributes();
  }

  private wideLines(mark: LinesMark, place: Place, width: number): void {
    const { gl } = this.device;
    const program = this.device.program('wideLines');
    if (program === undefined) return;
    const stored = this.buffers.wideLines(mark);
    if (stored.count === 0 || stored.texture === undefined) return;
    gl.useProgram(program.handle);
    this.setPlace(program, place, stored.extents);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, stored.texture);
    gl.uniform1i(program.at('u_vertices'), 0);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, stored.colorTexture ?? stored.texture);
    gl.uniform1i(program.at('u_colors'), 1);
    gl.activeTexture(gl.TEXTURE0);
    gl.uniform1i(program.at('u_ownColors'), stored.colorTexture === undefined ? 0 : 1);
    gl.uniform4f(program.at('u_color'), ...mark.color);
    gl.uniform1f(program.at('u_width'), width);
    gl.drawArrays(gl.TRIANGLES, 0, stored.count);
  }

  private bars(mark: BarsMark, place: Place): void {
    const { gl } = this.device;
    const program = this.device.program('bars');
    if (program === undefined) return;
    const stored = this.buffers.bars(mark);
    if (stored.hi === undefined) return;
    gl.useProgram(program.handle);
    this.setPlace(program, place, stored.extents);
    gl.uniform4f(program.at('u_color'), ...mark.color);
    this.attribute(ATTRIBUTES.a_hi, stored.hi, 4, gl.FLOAT);
    if (stored.lo === undefined) gl.vertexAttrib4f(ATTRIBUTES.a_lo, 0, 0, 0, 0);
    else this.attribute(ATTRIBUTES.a_lo, stored.lo, 4, gl.FLOAT);
    this.drawQuads(stored.count / 6);
    this.noAttributes();
  }

  private segments(mark: SegmentsMark, place: Place): void {
    const { gl } = this.device;
    const program = this.device.program('segments');
    if (program === undefined) return;
    const width = lineWidth(mark.width, place.ratio);
    const data = segmentVertices(mark, place.map, place.clip, width);
    if (data.length === 0) return;
    const clear: Rgba = [0, 0, 0, 0];
    gl.useProgram(program.handle);
    gl.uniform2f(program.at('u_viewport'), place.viewport.width, place.viewport.height);
    gl.uniform4f(program.at('u_color'), ...mark.color);
    gl.uniform4f(program.at('u_gapColor'), ...(mark.gapColor ?? clear));
    gl.uniform1f(program.at('u_width'), width);
    const [on, off] = mark.dash ?? [0, 0];
    gl.uniform2f(program.at('u_dash'), on * place.ratio, off * place.ratio);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.dynamicBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(ATTRIBUTES.a_position);
    gl.vertexAttribPointer(ATTRIBUTES.a_position, 2, gl.FLOAT, false, 16, 0);
    gl.enableVertexAttribArray(ATTRIBUTES.a_measure);
    gl.vertexAttribPointer(ATTRIBUTES.a_measure, 2, gl.FLOAT, false, 16, 8);
    this.drawQuads(data.length / 16);
    this.noAttributes();
  }

  private signals(mark: SignalsMark, { map, clip, viewport, ratio }: Place): void {
    const { gl } = this.device;
    const sampled = isSampled(mark);
    const [from, to] = visibleColumns(mark, map, clip.x, clip.x + clip.width);
    // A line takes two samples.
    const count = to - from - (sampled ? 1 : 0);
    const program = this.device.program(sampled ? 'samples' : 'spans');
    if (count <= 0 || mark.values.rows === 0 || program === undefined) return;
    const values = this.buffers.values(mark.values).texture;
    const rows = this.buffers.rows(mark.rows).texture;
    if (values === undefined || rows === undefined) return;
    gl.useProgram(program.handle);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, rows);
    gl.uniform1i(program.at('u_rows'), 1);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, values);
    gl.uniform1i(program.at('u_values'), 0);
    gl.uniform1i(program.at('u_rowCount'), mark.values.rows);
    gl.uniform2i(program.at('u_range'), from, count);
    gl.uniform2f(program.at('u_x'), map.ax * mark.dx, map.ax * mark.x0 + map.bx);
    gl.uniform2f(program.at('u_y'), map.ay, map.by);
    gl.uniform1f(program.at('u_gain'), mark.gain);
    gl.uniform1f(program.at('u_width'), sampled ? mark.width * ratio : Math.max(1, mark.width * ratio));
    gl.uniform2f(program.at('u_viewport'), viewport.width, viewport.height);
    gl.drawArrays(gl.TRIANGLES, 0, 6 * count * mark.values.rows);
  }

  private image(mark: ImageMark, { box, viewport }: Place): void {
    const { gl } = this.device;
    const program = this.device.program('image');
    const { texture } = this.buffers.image(mark);
    if (program === undefined || texture === undefined) return;
    gl.useProgram(program.handle);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.uniform1i(program.at('u_image'), 0);
    gl.uniform2f(program.at('u_viewport'), viewport.width, viewport.height);
    gl.uniform4f(program.at('u_box'), box.x, box.y, box.width, box.height);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  // ---- state

  /** Uniforms of the transform; computed in doubles, the middle of the screen split in two. */
  private setPlace(program: Program, { map, viewport }: Place, extents: Extents): void {
    const { gl } = this.device;
    const pixelsX = map.ax * extents.x.half;
    const pixelsY = map.ay * extents.y.half;
    const middleX = ((viewport.width / 2 - map.bx) / map.ax - extents.x.middle) / extents.x.half;
    const middleY = ((viewport.height / 2 - map.by) / map.ay - extents.y.middle) / extents.y.half;
    const highX = Math.fround(middleX);
    const highY = Math.fround(middleY);
    gl.uniform4f(program.at('u_middle'), highX, highY, middleX - highX, middleY - highY);
    gl.uniform2f(program.at('u_pixels'), pixelsX, -pixelsY);
    gl.uniform2f(program.at('u_viewport'), viewport.width, viewport.height);
  }

  private attribute(place: number, buffer: WebGLBuffer, size: number, type: number): void {
    const { gl } = this.device;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, type === gl.UNSIGNED_BYTE, 0, 0);
  }

  /** Positions and colours of points and thin lines. */
  private vertices(stored: Stored, color: Rgba): void {
    const { gl } = this.device;
    if (stored.hi !== undefined) this.attribute(ATTRIBUTES.a_hi, stored.hi, 2, gl.FLOAT);
    if (stored.lo === undefined) gl.vertexAttrib2f(ATTRIBUTES.a_lo, 0, 0);
    else this.attribute(ATTRIBUTES.a_lo, stored.lo, 2, gl.FLOAT);
    if (stored.colors === undefined) gl.vertexAttrib4f(ATTRIBUTES.a_color, ...color);
    else this.attribute(ATTRIBUTES.a_color, stored.colors, 4, gl.UNSIGNED_BYTE);
  }

  private drawQuads(quads: number): void {
    const { gl } = this.device;
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.quadIndexBuffer(quads));
    gl.drawElements(gl.TRIANGLES, 6 * quads, gl.UNSIGNED_INT, 0);
  }

  private noAttributes(): void {
    for (let place = 0; place < 4; place++) this.device.gl.disableVertexAttribArray(place);
  }

  private dynamicBuffer(): WebGLBuffer {
    const { gl, epoch } = this.device;
    if (this.dynamic === undefined || this.dynamic.epoch !== epoch) this.dynamic = { buffer: gl.createBuffer(), epoch };
    return this.dynamic.buffer;
  }
}

function setShape(gl: WebGL2RenderingContext, program: Program, shape: Shape): void {
  const edges = shape === 'disc' || shape === 'cross' ? [] : edgesOf(OUTLINES[shape]);
  gl.uniform1i(program.at('u_edges'), shape === 'cross' ? -1 : edges.length);
  if (edges.length === 0) return;
  const flat = new Float32Array(18);
  flat.set(edges.flat());
  gl.uniform3fv(program.at('u_edge[0]'), flat);
}

/** Four vertices (x, y, along, across) for each segment that can be seen, in px. */
function segmentVertices(mark: SegmentsMark, map: Affine, clip: Rect, width: number): Float32Array {
  const data = new Float32Array(mark.ends.length * 4);
  const reach = width / 2 + 1;
  let n = 0;
  for (let k = 0; 4 * k + 3 < mark.ends.length; k++) {
    const ends = segmentEnds(mark, k, map, clip);
    if (ends === undefined) continue;
    const [x0, y0, x1, y1] = crispEnds(ends, width).map(near);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) continue;
    const nx = (-(y1 - y0) / length) * reach;
    const ny = ((x1 - x0) / length) * reach;
    data.set([x0 - nx, y0 - ny, 0, -reach, x1 - nx, y1 - ny, length, -reach], n);
    data.set([x1 + nx, y1 + ny, length, reach, x0 + nx, y0 + ny, 0, reach], n + 8);
    n += 16;
  }
  return data.subarray(0, n);
}
