/** Templates in memory, packed to the channels where they are not zero, unwhitened when first asked for (spec/data.md 8.1). */
import type { Channels, StoredTemplate, Template, Templates } from './dataset.ts';
import type { ColumnLists } from './readers/whitening.ts';

export type PackedTemplate = StoredTemplate;

export interface TemplateSource {
  readonly sampleCount: number;
  /** True when every template has its own list of channels (template_ind.npy). */
  readonly sparse: boolean;
  readonly localChannelCount: number;
  /** undefined for a template that is NaN everywhere. */
  readonly packed: readonly (PackedTemplate | undefined)[];
  /** Inverse whitening; undefined for the identity. */
  readonly inverse: ColumnLists | undefined;
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
  const product = new Product(source, channels.count);
  const unwhiten = (packed: PackedTemplate): Unwhitened => {
    product.start(packed);
    return product.on(source.sparse ? packed.channelIds : nearestOf(product.peakChannel()));
  };
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
    stored: (templateId) => source.packed[templateId],
    unwhitened(stored, channelIds) {
      product.start(stored);
      return product.everywhere(channelIds);
    },
  };
}

/**
 * One template after the other times the inverse whitening, channel by channel, and only on channels that are asked for: on a probe of
 * hundreds of channels nearly all of the product would be thrown away.
 */
class Product {
  private readonly source: TemplateSource;
  /** Of the present template: its values, the position of each channel in it (-1 without), and the peak-to-peak by position. */
  private packed: PackedTemplate = { channelIds: new Int32Array(0), values: new Float32Array(0) };
  private readonly slotOf: Int32Array;
  private readonly sizes: Float64Array;
  private readonly limits: Float64Array;
  /** Channels of the present template that are known. */
  private known = new Map<number, { readonly row: Float32Array; readonly amplitude: number }>();
  /** Stored channels that a channel is a sum of, and their weights. */
  private readonly slots: Int32Array;
  private readonly weights: Float64Array;
  private readonly sums: Float64Array;

  constructor(source: TemplateSource, channelCount: number) {
    this.source = source;
    this.slotOf = new Int32Array(channelCount).fill(-1);
    this.slots = new Int32Array(channelCount);
    this.weights = new Float64Array(channelCount);
    this.sizes = new Float64Array(channelCount);
    this.limits = new Float64Array(channelCount);
    this.sums = new Float64Array(source.sampleCount);
  }

  start(packed: PackedTemplate): void {
    const { sampleCount } = this.source;
    for (const channelId of this.packed.channelIds) this.slotOf[channelId] = -1;
    packed.channelIds.forEach((channelId, slot) => {
      this.slotOf[channelId] = slot;
      this.sizes[slot] = rangeOf(packed.values, slot * sampleCount, sampleCount);
    });
    this.packed = packed;
    this.known = new Map();
  }

  on(channelIds: Int32Array): Unwhitened {
    const { sampleCount } = this.source;
    const values = new Float32Array(channelIds.length * sampleCount);
    const amplitudes = new Float64Array(channelIds.length);
    channelIds.forEach((channelId, slot) => {
      const { row, amplitude } = this.channel(channelId);
      values.set(row, slot * sampleCount);
      amplitudes[slot] = amplitude;
    });
    return { channelIds, values, amplitudes };
  }

  /** Without scaling, [sample][channel]. Sparse templates are nothing where they are not stored. */
  everywhere(channelIds: Int32Array): { readonly peakToPeak: number; readonly waveform: Float32Array } {
    const { sampleCount, scaling, sparse } = this.source;
    const has = (channelId: number): boolean => channelId >= 0 && (!sparse || this.slotOf[channelId] >= 0);
    const reached = sparse ? this.packed.channelIds : [this.peakChannel()];
    let peakToPeak = 0;
    for (const channelId of reached) peakToPeak = Math.max(peakToPeak, this.channel(channelId).amplitude);
    const width = channelIds.length;
    const waveform = new Float32Array(sampleCount * width);
    for (let c = 0; c < width; c++) {
      if (!has(channelIds[c])) continue;
      const { row } = this.channel(channelIds[c]);
      for (let s = 0; s < sampleCount; s++) waveform[s * width + c] = row[s] / scaling;
    }
    return { peakToPeak: peakToPeak / Math.abs(scaling), waveform };
  }

  /**
   * Channel of the largest peak-to-peak, the first of equals; 0 of an empty template. That of a weighted sum is at most the weighted sum of
   * those of its parts: channels are computed by decreasing limit, until the next limit is below what was found.
   */
  peakChannel(): number {
    const { limits } = this;
    for (let channelId = 0; channelId < limits.length; channelId++) limits[channelId] = this.limit(channelId);
    let best = 0;
    let largest = 0;
    for (;;) {
      const channelId = indexOfLargest(limits);
      // A little room for rounding, so that no equal is missed.
      if (limits[channelId] <= 0 || limits[channelId] * (1 + 1e-5) < largest) return largest === 0 ? 0 : best;
      limits[channelId] = -1;
      const { amplitude } = this.channel(channelId);
      if (amplitude > largest || (amplitude === largest && channelId < best)) best = channelId;
      largest = Math.max(largest, amplitude);
    }
  }

  /** What the peak-to-peak of a channel cannot exceed. */
  private limit(channelId: number): number {
    const count = this.collect(channelId);
    let limit = 0;
    for (let k = 0; k < count; k++) limit += Math.abs(this.weights[k]) * this.sizes[this.slots[k]];
    return limit * Math.abs(this.source.scaling);
  }

  private channel(channelId: number): { readonly row: Float32Array; readonly amplitude: number } {
    const known = this.known.get(channelId);
    if (known !== undefined) return known;
    const { sums } = this;
    const { scaling } = this.source;
    this.multiply(this.collect(channelId));
    const row = new Float32Array(sums.length);
    for (let s = 0; s < row.length; s++) row[s] = sums[s] * scaling;
    // In float32 as the reference has it.
    const computed = { row, amplitude: Math.fround(rangeOf(row, 0, row.length)) };
    this.known.set(channelId, computed);
    return computed;
  }

  /** Fills `slots` and `weights` for a channel; returns how many there are. */
  private collect(channelId: number): number {
    const { inverse } = this.source;
    if (inverse === undefined) return this.collectOne(channelId);
    return inverse.full ? this.collectAll(channelId, inverse) : this.collectSome(channelId, inverse);
  }

  private collectOne(channelId: number): number {
    this.slots[0] = this.slotOf[channelId];
    this.weights[0] = 1;
    return this.slots[0] < 0 ? 0 : 1;
  }

  /** A matrix without zeros: every stored channel takes part. */
  private collectAll(channelId: number, { size, values }: ColumnLists): number {
    const { channelIds } = this.packed;
    for (let slot = 0; slot < channelIds.length; slot++) {
      this.slots[slot] = slot;
      this.weights[slot] = values[channelId * size + channelIds[slot]];
    }
    return channelIds.length;
  }

  private collectSome(channelId: number, { start, rows, values }: ColumnLists): number {
    let count = 0;
    for (let k = start[channelId]; k < start[channelId + 1]; k++) {
      const slot = this.slotOf[rows[k]];
      if (slot < 0) continue;
      this.slots[count] = slot;
      this.weights[count++] = values[k];
    }
    return count;
  }

  /** Sum over the first `count` of `slots`, four at a time: each sum is loaded and stored a quarter as often. */
  private multiply(count: number): void {
    const { slots, weights, sums } = this;
    const { values } = this.packed;
    const { sampleCount } = this.source;
    sums.fill(0);
    let k = 0;
    for (; k + 4 <= count; k += 4) {
      const [a, b, c, d] = [weights[k], weights[k + 1], weights[k + 2], weights[k + 3]];
      const ka = slots[k] * sampleCount;
      const kb = slots[k + 1] * sampleCount;
      const kc = slots[k + 2] * sampleCount;
      const kd = slots[k + 3] * sampleCount;
      for (let s = 0; s < sampleCount; s++) {
        sums[s] += a * values[ka + s] + b * values[kb + s] + c * values[kc + s] + d * values[kd + s];
      }
    }
    for (; k < count; k++) {
      const weight = weights[k];
      const from = slots[k] * sampleCount;
      for (let s = 0; s < sampleCount; s++) sums[s] += weight * values[from + s];
    }
  }
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

/** Index of the largest value, the first of equals. */
function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** The channels nearest to one, itself included, on its shank, ascending. Equal distances go to the smaller id (spec/data.md 8.1 step 4). */
export function nearestChannels(channels: Channels, channelId: number, count: number): Int32Array {
  const { positions, shanks } = channels;
  const near: number[] = [];
  const distances: number[] = [];
  for (let other = 0; other < channels.count; other++) {
    const dx = positions[2 * other] - positions[2 * channelId];
    const dy = positions[2 * other + 1] - positions[2 * channelId + 1];
    const distance = dx * dx + dy * dy;
    let at = near.length;
    while (at > 0 && distances[at - 1] > distance) at--;
    if (at >= count) continue;
    near.splice(at, 0, other);
    distances.splice(at, 0, distance);
    near.length = Math.min(near.length, count);
    distances.length = near.length;
  }
  return Int32Array.from(near.filter((other) => shanks[other] === shanks[channelId])).sort();
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
