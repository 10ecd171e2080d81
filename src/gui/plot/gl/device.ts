/** The one WebGL2 context of the page: its canvas, its programs, and whether it is alive. */
import type { ShaderPair } from './shaders.ts';
import { BARS, IMAGE, POINTS, QUADS, SAMPLES, SEGMENTS, SPANS, THIN_LINES, WIDE_LINES } from './shaders.ts';

/** Numbers of the vertex attributes, the same in all programs. */
export const ATTRIBUTES = { a_hi: 0, a_lo: 1, a_color: 2, a_size: 3, a_position: 0, a_measure: 1 } as const;

export interface Program {
  readonly handle: WebGLProgram;
  /** Place of a uniform; null when the program does not use it (setting it then does nothing). */
  at(name: string): WebGLUniformLocation | null;
}
const PROGRAM_NAMES = [
  'points',
  'quads',
  'thinLines',
  'wideLines',
  'bars',
  'segments',
  'image',
  'spans',
  'samples',
] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

const SHADERS: { readonly [P in ProgramName]: ShaderPair } = {
  points: POINTS,
  quads: QUADS,
  thinLines: THIN_LINES,
  wideLines: WIDE_LINES,
  bars: BARS,
  segments: SEGMENTS,
  image: IMAGE,
  spans: SPANS,
  samples: SAMPLES,
};

/** A program that the driver may still be at work on. */
interface Begun {
  readonly handle: WebGLProgram;
  readonly shaders: readonly WebGLShader[];
}

/** Has a program made without waiting for it: asking how that went would. Undefined while the context is lost. */
function begin(gl: WebGL2RenderingContext, { vertex, fragment }: ShaderPair): Begun | undefined {
  const handle = gl.createProgram();
  const shaders: WebGLShader[] = [];
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) return undefined;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(handle, shader);
    shaders.push(shader);
  }
  for (const [name, place] of Object.entries(ATTRIBUTES)) {
    if (new RegExp(`in (vec\\d|float) ${name};`).test(vertex)) gl.bindAttribLocation(handle, place, name);
  }
  gl.linkProgram(handle);
  return { handle, shaders };
}

/** Waits for a program and throws what was wrong with it. Undefined while the context is lost. */
function finish(gl: WebGL2RenderingContext, { handle, shaders }: Begun): Program | undefined {
  if (gl.getProgramParameter(handle, gl.LINK_STATUS) !== true) {
    if (gl.isContextLost()) return undefined;
    const logs = [...shaders.map((shader) => gl.getShaderInfoLog(shader)), gl.getProgramInfoLog(handle)];
    throw new Error(`A shader program did not link: ${logs.filter(Boolean).join(' ')}`);
  }
  for (const shader of shaders) gl.deleteShader(shader);
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    handle,
    at: (name) => {
      let place = places.get(name);
      if (place === undefined) {
        place = gl.getUniformLocation(handle, name);
        places.set(name, place);
      }
      return place;
    },
  };
}

/** What the renderer calls itself ("ANGLE (Google, Vulkan ... SwiftShader ...)"). */
function rendererName(gl: WebGL2RenderingContext): string {
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  return typeof name === 'string' ? name : '';
}

/** Largest numbers that the context allows, in px. */
export interface Limits {
  readonly pointSize: number;
  readonly viewport: number;
  readonly texture: number;
}

function readLimits(gl: WebGL2RenderingContext): Limits {
  const points: unknown = gl.getParameter(gl.ALIASED_POINT_SIZE_RANGE);
  const viewport: unknown = gl.getParameter(gl.MAX_VIEWPORT_DIMS);
  const texture: unknown = gl.getParameter(gl.MAX_TEXTURE_SIZE);
  return {
    pointSize: points instanceof Float32Array ? points[1] : 1,
    viewport: viewport instanceof Int32Array ? Math.min(...viewport) : 2048,
    texture: typeof texture === 'number' ? texture : 2048,
  };
}

/** Widest and highest drawing buffer; a larger picture is painted by Canvas2D. */
const LARGEST = 8192;

export class GlDevice {
  readonly canvas: OffscreenCanvas;
  readonly gl: WebGL2RenderingContext;
  readonly limits: Limits;
  /** The GL runs on the processor (remote desktops, virtual machines): lines one pixel wide are then left to its own rasteriser. */
  readonly software: boolean;
  /** Grows by one whenever the context came back: buffers of an older epoch are gone. */
  epoch = 0;
  private readonly programs = new Map<ProgramName, Program>();
  private readonly begun = new Map<ProgramName, Begun>();

  private constructor(canvas: OffscreenCanvas, gl: WebGL2RenderingContext, onChange: () => void) {
    this.canvas = canvas;
    this.gl = gl;
    this.limits = readLimits(gl);
    this.software = /swiftshader|llvmpipe|softpipe|software|basic render/i.test(rendererName(gl));
    canvas.addEventListener('webglcontextlost', (event) => {
      // Without this the browser never gives the context back.
      event.preventDefault();
      onChange();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      this.epoch++;
      this.programs.clear();
      this.begun.clear();
      onChange();
    });
  }

  /** Makes the context; undefined when the browser has none. `onChange` is called when it is lost and when it came back. */
  static create(onChange: () => void): GlDevice | undefined {
    if (typeof OffscreenCanvas === 'undefined') return undefined;
    const canvas = new OffscreenCanvas(256, 256);
    const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, stencil: false });
    if (gl === null || gl.isContextLost()) return undefined;
    return new GlDevice(canvas, gl, onChange);
  }

  get alive(): boolean {
    return !this.gl.isContextLost();
  }

  /** Makes the drawing buffer at least this large; it never shrinks. False when it cannot be. */
  reserve(width: number, height: number): boolean {
    const most = Math.min(LARGEST, this.limits.viewport, this.limits.texture);
    if (width > most || height > most) return false;
    const { canvas } = this;
    if (canvas.width < width) canvas.width = Math.min(most, Math.ceil(width / 64) * 64);
    if (canvas.height < height) canvas.height = Math.min(most, Math.ceil(height / 64) * 64);
    return true;
  }

  /** Has all programs made while nobody waits: some drivers take a tenth of a second for each. */
  prepare(): void {
    for (const name of PROGRAM_NAMES) this.begin(name);
  }

  /** A program, made when first used unless it was prepared; undefined while the context is lost. */
  program(name: ProgramName): Program | undefined {
    const known = this.programs.get(name);
    if (known !== undefined) return known;
    const begun = this.begin(name);
    const program = begun === undefined ? undefined : finish(this.gl, begun);
    if (program !== undefined) this.programs.set(name, program);
    return program;
  }

  private begin(name: ProgramName): Begun | undefined {
    const known = this.begun.get(name);
    if (known !== undefined) return known;
    const begun = begin(this.gl, SHADERS[name]);
    if (begun !== undefined) this.begun.set(name, begun);
    return begun;
  }
}
