/** Templates in memory, packed to the channels where they are not zero, unwhitened when first asked for (spec/data.md 8.1). */
import type { Channels, Template, Templates } from './dataset.ts';
import type { SparseMatrix } from './readers/whitening.ts';

/** One template as stored, whitened: `values` is [channel][sample] over `channelIds`. */
export interface PackedTemplate {
  readonly channelIds: Int32Array;
  readonly values: Float32Array | Float64Array;
}

export interface TemplateSource {
  readonly sampleCount: number;
  /** True when every template has its own list of channels (template_ind.npy). */
  readonly sparse: boolean;
  readonly localChannelCount: number;
  /** undefined for a template that is NaN everywhere. */
  readonly packed: readonly (PackedTemplate | undefined)[];
  /** Inverse whitening; undefined for the identity. */
  readonly inverse: SparseMatrix | undefined;
  readonly scaling: number;
  readonly closestChannelCount: number;
  readonly defaultThreshold: number;
}

/**
 * Unwhitened: `values` is [channel][sample] over `channelIds`, `amplitudes` their peak-to-peak. For dense templates the channels nearest to
 * the peak, ascending; for sparse ones those stored, as stored.
 */
interface Unwhitened {
  readonly channelIds: Int32Array;
  readonly values: Float32Array;
  readonly amplitudes: Float64Array;
}

/** Makes the Templates of a dataset. Each template is computed once, at first use. */
export function templateStore(source: TemplateSource, channels: Channels): Templates {
  const cache = new Map<number, Template | undefined>();
  const nearest = new Map<number, Int32Array>();
  const nearestOf = (channelId: number): Int32Array => {
    const known = nearest.get(channelId) ?? nearestChannels(channels, channelId, source.closestChannelCount);
    nearest.set(channelId, known);
    return known;
  };
  const unwhiten = unwhitenerFor(source, channels.count, nearestOf);
  const whole = (templateId: number): Template | undefined => {
    if (cache.has(templateId)) return cache.get(templateId);
    const packed = source.packed[templateId];
    const template = packed === undefined ? undefined : makeTemplate(templateId, source.sampleCount, unwhiten(packed));
    cache.set(templateId, template);
    return template;
  };
  return {
    count: source.packed.length,
    sampleCount: source.sampleCount,
    sparse: source.sparse,
    localChannelCount: source.localChannelCount,
    get: (templateId, threshold = source.defaultThreshold) => {
      const template = whole(templateId);
      return template === undefined || source.sparse || threshold <= 0 ? template : above(template, threshold);
    },
    peakToPeak: (templateId) => whole(templateId)?.amplitudes[0] ?? 0,
    onChannels: (templateId, channelIds) => onChannels(whole(templateId), source.sampleCount, channelIds),
  };
}

type Unwhiten = (packed: PackedTemplate) => Unwhitened;

function unwhitenerFor(
  source: TemplateSource,
  channelCount: number,
  nearestOf: (channelId: number) => Int32Array,
): Unwhiten {
  const { inverse, sampleCount } = source;
  if (inverse?.full === true) {
    const product = new FullProduct(inverse, sampleCount, source.scaling);
    if (source.sparse) return (packed) => product.start(packed).on(packed.channelIds);
    return (packed) => product.start(packed).on(nearestOf(product.peakChannel()));
  }
  const product = new SparseProduct(source, channelCount);
  if (source.sparse) return (packed) => product.run(packed);
  return (packed) => {
    const reached = product.run(packed);
    return restrict(reached, sampleCount, nearestOf(peakChannel(reached)));
  };
}

/** The rows of the given channels; zeros on channels that it does not have. */
function restrict(all: Unwhitened, sampleCount: number, channelIds: Int32Array): Unwhitened {
  const values = new Float32Array(channelIds.length * sampleCount);
  const amplitudes = new Float64Array(channelIds.length);
  channelIds.forEach((channelId, slot) => {
    const from = all.channelIds.indexOf(channelId);
    if (from < 0) return;
    values.set(all.values.subarray(from * sampleCount, (from + 1) * sampleCount), slot * sampleCount);
    amplitudes[slot] = all.amplitudes[from];
  });
  return { channelIds, values, amplitudes };
}

/**
 * One template after the other times a matrix without zeros, channel by channel, and only on channels that are asked for: on a probe of
 * hundreds of channels nearly all of the product would be thrown away.
 */
class FullProduct {
  private readonly inverse: SparseMatrix;
  private readonly sampleCount: number;
  private readonly scaling: number;
  /** Stored channels of the present template, padded to a multiple of four with zeros: their values, and where their weights begin. */
  private stored = new Float64Array(0);
  private rows = new Int32Array(0);
  private sizes = new Float64Array(0);
  /** Channels of the present template that are known, with their rows. */
  private known = new Map<number, { readonly row: Float32Array; readonly amplitude: number }>();
  private readonly sums: Float64Array;

  constructor(inverse: SparseMatrix, sampleCount: number, scaling: number) {
    this.inverse = inverse;
    this.sampleCount = sampleCount;
    this.scaling = scaling;
    this.sums = new Float64Array(sampleCount);
  }

  start({ channelIds, values }: PackedTemplate): this {
    const { sampleCount, inverse } = this;
    const count = channelIds.length;
    const padded = Math.ceil(count / 4) * 4;
    this.stored = new Float64Array(padded * sampleCount);
    this.stored.set(values);
    // Padding rows hold zeros, so any weight does.
    this.rows = Int32Array.from({ length: padded }, (_, k) => (k < count ? channelIds[k] * inverse.size : 0));
    this.sizes = Float64Array.from({ length: padded }, (_, k) => rangeOf(this.stored, k * sampleCount, sampleCount));
    this.known = new Map();
    return this;
  }

  on(channelIds: Int32Array): Unwhitened {
    const values = new Float32Array(channelIds.length * this.sampleCount);
    const amplitudes = new Float64Array(channelIds.length);
    channelIds.forEach((channelId, slot) => {
      const { row, amplitude } = this.channel(channelId);
      values.set(row, slot * this.sampleCount);
      amplitudes[slot] = amplitude;
    });
    return { channelIds, values, amplitudes };
  }

  /**
   * Channel of the largest peak-to-peak, the first of equals; 0 of an empty template. That of a weighted sum is at most the sum of those of
   * its parts: channels are computed by decreasing limit, until the next limit is below what was found.
   */
  peakChannel(): number {
    const limits = this.limits();
    const order = Int32Array.from(limits.keys()).sort((a, b) => limits[b] - limits[a]);
    let best = 0;
    let largest = 0;
    for (const channelId of order) {
      // A little room for rounding, so that no equal is missed.
      if (limits[channelId] * (1 + 1e-5) < largest) break;
      const { amplitude } = this.channel(channelId);
      if (amplitude > largest || (amplitude === largest && largest > 0 && channelId < best)) best = channelId;
      largest = Math.max(largest, amplitude);
    }
    return best;
  }

  /** For each channel, what its peak-to-peak cannot exceed. */
  private limits(): Float64Array {
    const { size, values: weights } = this.inverse;
    const limits = new Float64Array(size);
    for (let k = 0; k < this.rows.length; k++) {
      const scale = this.sizes[k] * Math.abs(this.scaling);
      const row = this.rows[k];
      for (let channelId = 0; channelId < size; channelId++)
        limits[channelId] += scale * Math.abs(weights[row + channelId]);
    }
    return limits;
  }

  private channel(channelId: number): { readonly row: Float32Array; readonly amplitude: number } {
    const known = this.known.get(channelId);
    if (known !== undefined) return known;
    this.multiply(channelId);
    const row = new Float32Array(this.sampleCount);
    for (let s = 0; s < row.length; s++) row[s] = this.sums[s] * this.scaling;
    const computed = { row, amplitude: Math.fround(rangeOf(row, 0, row.length)) };
    this.known.set(channelId, computed);
    return computed;
  }

  /** Four stored channels at a time: each sum is loaded and stored a quarter as often. */
  private multiply(channelId: number): void {
    const { stored, rows, sums, sampleCount } = this;
    const weights = this.inverse.values;
    sums.fill(0);
    for (let k = 0; k < rows.length; k += 4) {
      const a = weights[rows[k] + channelId];
      const b = weights[rows[k + 1] + channelId];
      const c = weights[rows[k + 2] + channelId];
      const d = weights[rows[k + 3] + channelId];
      const ka = k * sampleCount;
      const kb = ka + sampleCount;
      const kc = kb + sampleCount;
      const kd = kc + sampleCount;
      for (let s = 0; s < sampleCount; s++) {
        sums[s] += a * stored[ka + s] + b * stored[kb + s] + c * stored[kc + s] + d * stored[kd + s];
      }
    }
  }
}

/** Templates times a matrix with zeros (diagonal ones are usual), or times none. */
class SparseProduct {
  private readonly source: TemplateSource;
  private readonly sums: Float64Array;
  /** Position in the answer of each channel, -1 when it has none. */
  private readonly slots: Int32Array;
  constructor(source: TemplateSource, channelCount: number) {
    this.source = source;
    this.sums = new Float64Array(source.inverse === undefined ? 0 : channelCount * source.sampleCount);
    this.slots = new Int32Array(channelCount);
  }

  /** On all channels where the result may differ from zero, ascending for dense templates, as stored for sparse ones. */
  run(packed: PackedTemplate): Unwhitened {
    const { inverse, sampleCount, scaling } = this.source;
    const channelIds = inverse === undefined ? packed.channelIds : this.reached(packed, inverse);
    const size = channelIds.length * sampleCount;
    const values = new Float32Array(size);
    if (inverse === undefined) {
      for (let k = 0; k < size; k++) values[k] = packed.values[k] * scaling;
    } else {
      this.sums.fill(0, 0, size);
      this.multiply(packed, inverse);
      for (let k = 0; k < size; k++) values[k] = this.sums[k] * scaling;
    }
    return { channelIds, values, amplitudes: peakToPeaks(values, channelIds.length, sampleCount) };
  }

  /** Channels on which the result may differ from zero, ascending for dense templates, as stored for sparse ones; fills `slots`. */
  private reached(packed: PackedTemplate, inverse: SparseMatrix): Int32Array {
    this.slots.fill(-1);
    if (this.source.sparse) {
      packed.channelIds.forEach((channelId, slot) => {
        this.slots[channelId] = slot;
      });
      return packed.channelIds;
    }
    for (const channelId of packed.channelIds) {
      for (let k = inverse.start[channelId]; k < inverse.start[channelId + 1]; k++) this.slots[inverse.columns[k]] = 0;
    }
    const reached: number[] = [];
    for (let channelId = 0; channelId < this.slots.length; channelId++) {
      if (this.slots[channelId] === 0) this.slots[channelId] = reached.push(channelId) - 1;
    }
    return Int32Array.from(reached);
  }

  private multiply(packed: PackedTemplate, inverse: SparseMatrix): void {
    const { sampleCount } = this.source;
    const { sums, slots } = this;
    packed.channelIds.forEach((channelId, column) => {
      const from = column * sampleCount;
      for (let k = inverse.start[channelId]; k < inverse.start[channelId + 1]; k++) {
        const slot = slots[inverse.columns[k]];
        if (slot < 0) continue;
        const weight = inverse.values[k];
        const to = slot * sampleCount;
        for (let sample = 0; sample < sampleCount; sample++) sums[to + sample] += weight * packed.values[from + sample];
      }
    });
  }
}

/** Largest minus smallest value of each row of [channel][sample], in float32 as the reference has it. */
function peakToPeaks(values: Float32Array, channelCount: number, sampleCount: number): Float64Array {
  const amplitudes = new Float64Array(channelCount);
  for (let channel = 0; channel < channelCount; channel++) {
    amplitudes[channel] = Math.fround(rangeOf(values, channel * sampleCount, sampleCount));
  }
  return amplitudes;
}

/** Largest minus smallest of `count` values from `first` on; 0 of none. */
function rangeOf(values: Float32Array | Float64Array, first: number, count: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let k = first; k < first + count; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
  }
  return count === 0 ? 0 : high - low;
}

/** Channels by decreasing amplitude. */
function makeTemplate(
  templateId: number,
  sampleCount: number,
  { channelIds, amplitudes, values }: Unwhitened,
): Template {
  // Array.prototype.sort is stable: channels of equal amplitude keep their order (ascending when dense, as stored when sparse).
  const slots = Array.from(channelIds.keys()).sort((a, b) => amplitudes[b] - amplitudes[a]);
  const width = slots.length;
  const waveform = new Float32Array(sampleCount * width);
  slots.forEach((slot, column) => {
    for (let sample = 0; sample < sampleCount; sample++) {
      waveform[sample * width + column] = values[slot * sampleCount + sample];
    }
  });
  return {
    templateId,
    channelIds: Int32Array.from(slots, (slot) => channelIds[slot]),
    amplitudes: Float64Array.from(slots, (slot) => amplitudes[slot]),
    waveform,
  };
}

/** Channel of the largest amplitude, the first of equals; channel 0 of an empty template. */
function peakChannel({ channelIds, amplitudes }: Unwhitened): number {
  let best = -1;
  amplitudes.forEach((amplitude, slot) => {
    if (amplitude > (best < 0 ? 0 : amplitudes[best])) best = slot;
  });
  return best < 0 ? 0 : channelIds[best];
}

/** The channels nearest to one, itself included, on its shank, ascending. Equal distances go to the smaller id (spec/data.md 8.1 step 4). */
export function nearestChannels(channels: Channels, channelId: number, count: number): Int32Array {
  const { positions, shanks } = channels;
  const distance = Float64Array.from({ length: channels.count }, (_, other) => {
    const dx = positions[2 * other] - positions[2 * channelId];
    const dy = positions[2 * other + 1] - positions[2 * channelId + 1];
    return dx * dx + dy * dy;
  });
  const order = Array.from(distance.keys()).sort((a, b) => distance[a] - distance[b]);
  const near = order.slice(0, count).filter((other) => shanks[other] === shanks[channelId]);
  return Int32Array.from(near).sort();
}

/** The channels whose amplitude reaches a fraction of the peak. They come first, because amplitudes decrease. */
function above(template: Template, threshold: number): Template {
  const limit = threshold * template.amplitudes[0];
  const all = template.channelIds.length;
  const kept = template.amplitudes.filter((amplitude) => amplitude >= limit).length;
  if (kept === all) return template;
  const sampleCount = template.waveform.length / all;
  const waveform = new Float32Array(sampleCount * kept);
  for (let sample = 0; sample < sampleCount; sample++) {
    waveform.set(template.waveform.subarray(sample * all, sample * all + kept), sample * kept);
  }
  return {
    templateId: template.templateId,
    channelIds: template.channelIds.slice(0, kept),
    amplitudes: template.amplitudes.slice(0, kept),
    waveform,
  };
}

function onChannels(template: Template | undefined, sampleCount: number, channelIds: ArrayLike<number>): Float32Array {
  const width = channelIds.length;
  const waveform = new Float32Array(sampleCount * width);
  if (template === undefined) return waveform;
  const columns = template.channelIds.length;
  for (let c = 0; c < width; c++) {
    const column = template.channelIds.indexOf(channelIds[c]);
    if (column < 0) continue;
    for (let sample = 0; sample < sampleCount; sample++) {
      waveform[sample * width + c] = template.waveform[sample * columns + column];
    }
  }
  return waveform;
}
