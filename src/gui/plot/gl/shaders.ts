/**
 * Shaders. Positions come normalised to the extent of their mark, split into a large and a small part (`hi + lo`), so that nothing is lost
 * when a recording of hours is zoomed in to milliseconds: the shader first subtracts the point that lies in the middle of the screen, split
 * in the same way. Colours leave the shaders premultiplied.
 */

/** Puts a normalised position on screen; `u_middle` is what lies in the middle of the viewport, `u_pixels` px per normalised unit. */
const PLACE = `
uniform vec4 u_middle;
uniform vec2 u_pixels;
uniform vec2 u_viewport;
vec2 fromMiddle(vec2 hi, vec2 lo) { return ((hi - u_middle.xy) + (lo - u_middle.zw)) * u_pixels; }
vec4 onScreen(vec2 pixels) { return vec4(pixels * 2.0 / u_viewport, 0.0, 1.0); }
`;

const HEAD = '#version 300 es\nprecision highp float;\nprecision highp int;\n';

/** Coverage of a marker at `p` (px from its centre, y down) of radius `r`. */
const MARKER = `
uniform int u_edges;
uniform vec3 u_edge[6];
float markerDistance(vec2 p, float r) {
  if (u_edges == 0) return length(p) - r;
  if (u_edges < 0) {
    vec2 q = abs(p);
    return min(max(q.x - r, q.y - 0.34 * r), max(q.x - 0.34 * r, q.y - r));
  }
  float d = -1e9;
  for (int k = 0; k < 6; k++) if (k < u_edges) d = max(d, dot(u_edge[k].xy, p) - u_edge[k].z * r);
  return d;
}
out vec4 color;
void paint(vec2 p, float size, vec4 ink) {
  float a = ink.a * clamp(0.5 - markerDistance(p, size * 0.5), 0.0, 1.0) * min(size, 1.0);
  if (a <= 0.0) discard;
  color = vec4(ink.rgb * a, a);
}
`;

export interface ShaderPair {
  readonly vertex: string;
  readonly fragment: string;
}

/** Markers as GL points; the size attribute is in device pixels. */
export const POINTS: ShaderPair = {
  vertex: `${HEAD}${PLACE}
in vec2 a_hi; in vec2 a_lo; in vec4 a_color; in float a_size;
uniform float u_ratio;
out vec4 v_color; flat out float v_size;
void main() {
  gl_Position = onScreen(fromMiddle(a_hi, a_lo));
  v_size = a_size * u_ratio;
  gl_PointSize = ceil(v_size) + 2.0;
  v_color = a_color;
}`,
  fragment: `${HEAD}
in vec4 v_color; flat in float v_size;
${MARKER}
void main() { paint((gl_PointCoord - 0.5) * (ceil(v_size) + 2.0), v_size, v_color); }`,
};

/** Markers as pairs of triangles, for sizes beyond what GL points allow. Four vertices per point, the corner is told by the vertex number. */
export const QUADS: ShaderPair = {
  vertex: `${HEAD}${PLACE}
in vec2 a_hi; in vec2 a_lo; in vec4 a_color; in float a_size;
uniform float u_ratio;
out vec4 v_color; out vec2 v_p; flat out float v_size;
void main() {
  int corner = gl_VertexID & 3;
  vec2 side = vec2((corner == 1 || corner == 2) ? 1.0 : -1.0, corner >= 2 ? 1.0 : -1.0);
  v_size = a_size * u_ratio;
  v_p = side * (v_size * 0.5 + 1.0);
  gl_Position = onScreen(fromMiddle(a_hi, a_lo) + vec2(v_p.x, -v_p.y));
  v_color = a_color;
}`,
  fragment: `${HEAD}
in vec4 v_color; in vec2 v_p; flat in float v_size;
${MARKER}
void main() { paint(v_p, v_size, v_color); }`,
};

/** Lines one device pixel wide, as GL draws them. */
export const THIN_LINES: ShaderPair = {
  vertex: `${HEAD}${PLACE}
in vec2 a_hi; in vec2 a_lo; in vec4 a_color;
out vec4 v_color;
void main() { gl_Position = onScreen(fromMiddle(a_hi, a_lo)); v_color = a_color; }`,
  fragment: `${HEAD}
in vec4 v_color; out vec4 color;
void main() { color = vec4(v_color.rgb * v_color.a, v_color.a); }`,
};

/**
 * Lines of any width with smooth edges and mitred joints. Vertices are fetched from a texture (hi.xy, lo.xy), six shader vertices per
 * segment; texels with x > 1e30 separate strips.
 */
export const WIDE_LINES: ShaderPair = {
  vertex: `${HEAD}${PLACE}
uniform highp sampler2D u_vertices;
uniform sampler2D u_colors;
uniform bool u_ownColors;
uniform vec4 u_color;
uniform float u_width;
flat out vec4 v_color; out float v_across;
ivec2 place(int k) { int columns = textureSize(u_vertices, 0).x; return ivec2(k % columns, k / columns); }
vec4 vertexAt(int k) { return texelFetch(u_vertices, place(k), 0); }
vec2 pixelOf(vec4 v) { return fromMiddle(v.xy, v.zw); }
bool isGap(vec4 v) { return v.x > 1e30; }
vec2 direction(vec2 a, vec2 b) { vec2 d = b - a; float l = length(d); return l > 1e-6 ? d / l : vec2(0.0); }
void main() {
  int segment = gl_VertexID / 6;
  int corner = gl_VertexID - segment * 6;
  vec4 a = vertexAt(segment + 1);
  vec4 b = vertexAt(segment + 2);
  v_color = vec4(0.0);
  v_across = 0.0;
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (isGap(a) || isGap(b)) return;
  vec2 p = pixelOf(a);
  vec2 q = pixelOf(b);
  vec2 along = direction(p, q);
  if (along == vec2(0.0)) along = vec2(1.0, 0.0);
  bool atEnd = corner == 1 || corner == 2 || corner == 4;
  float side = (corner == 2 || corner == 4 || corner == 5) ? 1.0 : -1.0;
  vec4 beyond = atEnd ? vertexAt(segment + 3) : vertexAt(segment);
  vec2 normal = vec2(-along.y, along.x);
  float reach = u_width * 0.5 + 1.0;
  vec2 offset = normal * side * reach;
  if (!isGap(beyond)) {
    vec2 next = atEnd ? direction(q, pixelOf(beyond)) : direction(pixelOf(beyond), p);
    vec2 middle = normal + vec2(-next.y, next.x);
    float square = dot(middle, middle);
    // Joints sharper than about 60 degrees are cut straight, a little beyond the vertex.
    if (next == vec2(0.0)) offset = normal * side * reach;
    else if (square > 1.0) offset = middle * (2.0 / square) * side * reach;
    else offset += along * (atEnd ? 0.5 : -0.5) * u_width;
  }
  gl_Position = onScreen((atEnd ? q : p) + offset);
  v_across = side * reach;
  v_color = u_ownColors ? texelFetch(u_colors, place(segment + 1), 0) : u_color;
}`,
  fragment: `${HEAD}
flat in vec4 v_color; in float v_across;
uniform float u_width;
out vec4 color;
void main() {
  float a = v_color.a * clamp(u_width * 0.5 + 0.5 - abs(v_across), 0.0, 1.0) * min(u_width, 1.0);
  if (a <= 0.0) discard;
  color = vec4(v_color.rgb * a, a);
}`,
};

/** Filled rectangles on whole pixels. Four vertices per bar, each with all four edges (x0, x1, y0, y1); the corner is the vertex number. */
export const BARS: ShaderPair = {
  vertex: `${HEAD}${PLACE}
in vec4 a_hi; in vec4 a_lo;
vec2 snapped(vec2 ends) {
  vec2 low = vec2(min(ends.x, ends.y), max(ends.x, ends.y));
  vec2 whole = floor(low + 0.5);
  if (whole.x == whole.y && ends.x != ends.y) whole.y += 1.0;
  return whole;
}
void main() {
  vec2 a = fromMiddle(a_hi.xz, a_lo.xz);
  vec2 b = fromMiddle(a_hi.yw, a_lo.yw);
  vec2 half_ = u_viewport * 0.5;
  vec2 x = snapped(clamp(vec2(a.x, b.x) + half_.x, -1e6, 1e6));
  vec2 y = snapped(clamp(half_.y - vec2(a.y, b.y), -1e6, 1e6));
  int corner = gl_VertexID & 3;
  vec2 p = vec2((corner == 1 || corner == 2) ? x.y : x.x, corner >= 2 ? y.y : y.x);
  gl_Position = onScreen(vec2(p.x - half_.x, half_.y - p.y));
}`,
  fragment: `${HEAD}
uniform vec4 u_color; out vec4 color;
void main() { color = vec4(u_color.rgb * u_color.a, u_color.a); }`,
};

/** Straight lines in px, made anew for every picture: position (px, y down), distance along the line and across it. */
export const SEGMENTS: ShaderPair = {
  vertex: `${HEAD}
in vec2 a_position; in vec2 a_measure;
uniform vec2 u_viewport;
out vec2 v_measure;
void main() {
  gl_Position = vec4(a_position.x * 2.0 / u_viewport.x - 1.0, 1.0 - a_position.y * 2.0 / u_viewport.y, 0.0, 1.0);
  v_measure = a_measure;
}`,
  fragment: `${HEAD}
in vec2 v_measure;
uniform vec4 u_color; uniform vec4 u_gapColor; uniform vec2 u_dash; uniform float u_width;
out vec4 color;
void main() {
  vec4 ink = u_color;
  if (u_dash.x > 0.0 && mod(v_measure.x, u_dash.x + u_dash.y) >= u_dash.x) ink = u_gapColor;
  float a = ink.a * clamp(u_width * 0.5 + 0.5 - abs(v_measure.y), 0.0, 1.0);
  if (a <= 0.0) discard;
  color = vec4(ink.rgb * a, a);
}`,
};

/** A texture over a rectangle in px (x, y, width, height; y down). */
export const IMAGE: ShaderPair = {
  vertex: `${HEAD}
uniform vec4 u_box; uniform vec2 u_viewport;
out vec2 v_at;
void main() {
  v_at = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vec2 p = u_box.xy + v_at * u_box.zw;
  gl_Position = vec4(p.x * 2.0 / u_viewport.x - 1.0, 1.0 - p.y * 2.0 / u_viewport.y, 0.0, 1.0);
}`,
  fragment: `${HEAD}
in vec2 v_at; uniform sampler2D u_image; out vec4 color;
void main() { vec4 c = texture(u_image, v_at); color = vec4(c.rgb * c.a, c.a); }`,
};

/** What both shaders of signals share. Values are fetched from a texture [column][row] (smallest, largest), rows from one of (base, colour). */
const SIGNALS = `
uniform highp sampler2D u_values; uniform highp sampler2D u_rows;
uniform int u_rowCount; uniform ivec2 u_range;
uniform vec2 u_x; uniform vec2 u_y; uniform float u_gain; uniform float u_width; uniform vec2 u_viewport;
flat out vec4 v_color;
ivec2 place(highp sampler2D t, int k) { int columns = textureSize(t, 0).x; return ivec2(k % columns, k / columns); }
vec2 valueAt(int column, int row) { int k = column * u_rowCount + row; return texelFetch(u_values, place(u_values, k), 0).xy; }
vec4 rowAt(int row) { return texelFetch(u_rows, place(u_rows, row), 0); }
bool isGap(vec2 v) { return v.x > 1e37; }
float yOf(float base, float value) { return (base + u_gain * value) * u_y.x + u_y.y; }
vec4 colorOf(vec4 row) {
  float rgb = row.y;
  return vec4(mod(rgb, 256.0), mod(floor(rgb / 256.0), 256.0), floor(rgb / 65536.0), row.z) / 255.0;
}
vec4 onScreen(vec2 p) { return vec4(p.x * 2.0 / u_viewport.x - 1.0, 1.0 - p.y * 2.0 / u_viewport.y, 0.0, 1.0); }
`;

/** Columns from smallest to largest value, on whole pixels across, with smooth ends. Six vertices per row and column. */
export const SPANS: ShaderPair = {
  vertex: `${HEAD}${SIGNALS}
out float v_y; flat out vec2 v_ends;
void main() {
  int quad = gl_VertexID / 6;
  int corner = gl_VertexID - quad * 6;
  int row = quad / u_range.y;
  int column = u_range.x + quad - row * u_range.y;
  vec2 v = valueAt(column, row);
  vec4 look = rowAt(row);
  v_color = colorOf(look);
  v_y = 0.0;
  v_ends = vec2(0.0);
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (isGap(v)) return;
  vec2 before = quad == row * u_range.y ? v : valueAt(column - 1, row);
  if (isGap(before)) before = v;
  float top = yOf(look.x, max(v.y, before.x)) - u_width * 0.5;
  float bottom = yOf(look.x, min(v.x, before.y)) + u_width * 0.5;
  float left = floor(u_x.x * float(column) + u_x.y + 0.5);
  float right = max(floor(u_x.x * float(column + 1) + u_x.y + 0.5), left + 1.0);
  v_ends = vec2(top, bottom);
  v_y = (corner == 2 || corner == 4 || corner == 5) ? bottom + 1.0 : top - 1.0;
  gl_Position = onScreen(vec2((corner == 1 || corner == 2 || corner == 4) ? right : left, v_y));
}`,
  fragment: `${HEAD}
flat in vec4 v_color; in float v_y; flat in vec2 v_ends; out vec4 color;
void main() {
  float a = v_color.a * clamp(v_y + 0.5 - v_ends.x, 0.0, 1.0) * clamp(v_ends.y - v_y + 0.5, 0.0, 1.0);
  if (a <= 0.0) discard;
  color = vec4(v_color.rgb * a, a);
}`,
};

/** Samples joined by lines. Six vertices per row and pair of neighbours. */
export const SAMPLES: ShaderPair = {
  vertex: `${HEAD}${SIGNALS}
out float v_across;
void main() {
  int quad = gl_VertexID / 6;
  int corner = gl_VertexID - quad * 6;
  int row = quad / u_range.y;
  int column = u_range.x + quad - row * u_range.y;
  vec2 v = valueAt(column, row);
  vec2 w = valueAt(column + 1, row);
  vec4 look = rowAt(row);
  v_color = colorOf(look);
  v_across = 0.0;
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  if (isGap(v) || isGap(w)) return;
  vec2 p = vec2(u_x.x * float(column) + u_x.y, yOf(look.x, v.x));
  vec2 q = vec2(u_x.x * float(column + 1) + u_x.y, yOf(look.x, w.x));
  vec2 along = normalize(q - p);
  float side = (corner == 2 || corner == 4 || corner == 5) ? 1.0 : -1.0;
  bool atEnd = corner == 1 || corner == 2 || corner == 4;
  v_across = side * (u_width * 0.5 + 1.0);
  vec2 offset = vec2(-along.y, along.x) * v_across + along * (atEnd ? 0.35 : -0.35) * u_width;
  gl_Position = onScreen((atEnd ? q : p) + offset);
}`,
  fragment: `${HEAD}
flat in vec4 v_color; in float v_across; uniform float u_width; out vec4 color;
void main() {
  float a = v_color.a * clamp(u_width * 0.5 + 0.5 - abs(v_across), 0.0, 1.0) * min(u_width, 1.0);
  if (a <= 0.0) discard;
  color = vec4(v_color.rgb * a, a);
}`,
};
