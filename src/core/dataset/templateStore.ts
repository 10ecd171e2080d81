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

/** Unwhitened: `values` is [channel][sample] over `channelIds`, `amplitudes` their peak-to-peak. */
interface Unwhitened {
  readonly channelIds: Int32Array;
  readonly values: Float32Array;
  readonly amplitudes: Float64Array;
}

/** Makes the Templates of a dataset. Each template is computed once, at first use. */
export function templateStore(source: TemplateSource, channels: Channels): Templates {
  const cache = new Map<number, Template | undefined>();
  const nearest = new Map<number, Int32Array>();
  const unwhitener = new Unwhitener(source, channels.count);
  const nearestOf = (channelId: number): Int32Array => {
    const known = nearest.get(channelId) ?? nearestChannels(channels, channelId, source.closestChannelCount);
    nearest.set(channelId, known);
    return known;
  };
  const whole = (templateId: number): Template | undefined => {
    if (cache.has(templateId)) return cache.get(templateId);
    const packed = source.packed[templateId];
    const template =
      packed === undefined ? undefined : makeTemplate(templateId, source, unwhitener.run(packed), nearestOf);
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

/** Multiplies templates with the inverse whitening matrix, restricted to the stored channels for sparse ones. */
class Unwhitener {
  private readonly source: TemplateSource;
  private readonly sums: Float64Array;
  /** Position in the answer of each channel, -1 when it has none. */
  private readonly slots: Int32Array;
  constructor(source: TemplateSource, channelCount: number) {
    this.source = source;
    this.sums = new Float64Array(source.inverse === undefined ? 0 : channelCount * source.sampleCount);
    this.slots = new Int32Array(channelCount);
  }

  run(packed: PackedTemplate): Unwhitened {
    const { inverse, sampleCount, scaling } = this.source;
    const channelIds = inverse === undefined ? packed.channelIds : this.reached(packed, inverse);
    const size = channelIds.length * sampleCount;
    const values = new Float32Array(size);
    if (inverse === undefined) {
      for (let k = 0; k < size; k++) values[k] = packed.values[k] * scaling;
    } else {
      this.sums.fill(0, 0, size);
      if (inverse.full && !this.source.sparse) this.multiplyFull(packed, inverse);
      else this.multiply(packed, inverse);
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

  /** The same for a matrix without zeros, four source channels at a time: each sum is loaded and stored a quarter as often. */
  private multiplyFull(packed: PackedTemplate, inverse: SparseMatrix): void {
    const { sampleCount } = this.source;
    const { sums } = this;
    const { size } = inverse;
    const weights = inverse.values;
    const count = packed.channelIds.length;
    const padded = Math.ceil(count / 4) * 4;
    const stored = new Float64Array(padded * sampleCount);
    stored.set(packed.values);
    // Padding rows hold zeros, so any weight does.
    const rows = Int32Array.from({ length: padded }, (_, k) => (k < count ? packed.channelIds[k] * size : 0));
    for (let target = 0; target < size; target++) {
      const to = target * sampleCount;
      for (let k = 0; k < padded; k += 4) {
        const a = weights[rows[k] + target];
        const b = weights[rows[k + 1] + target];
        const c = weights[rows[k + 2] + target];
        const d = weights[rows[k + 3] + target];
        const ka = k * sampleCount;
        const kb = ka + sampleCount;
        const kc = kb + sampleCount;
        const kd = kc + sampleCount;
        for (let s = 0; s < sampleCount; s++) {
          sums[to + s] += a * stored[ka + s] + b * stored[kb + s] + c * stored[kc + s] + d * stored[kd + s];
        }
      }
    }
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
    let low = Infinity;
    let high = -Infinity;
    for (let k = channel * sampleCount; k < (channel + 1) * sampleCount; k++) {
      if (values[k] < low) low = values[k];
      if (values[k] > high) high = values[k];
    }
    amplitudes[channel] = sampleCount === 0 ? 0 : Math.fround(high - low);
  }
  return amplitudes;
}

function makeTemplate(
  templateId: number,
  source: TemplateSource,
  unwhitened: Unwhitened,
  nearestOf: (channelId: number) => Int32Array,
): Template {
  const { channelIds, amplitudes, values } = unwhitened;
  const slotOf = new Map<number, number>();
  channelIds.forEach((channelId, slot) => slotOf.set(channelId, slot));
  const candidates = source.sparse ? channelIds : nearestOf(peakChannel(unwhitened));
  const amplitudeOf = (channelId: number): number => {
    const slot = slotOf.get(channelId);
    return slot === undefined ? 0 : amplitudes[slot];
  };
  // Array.prototype.sort is stable: channels of equal amplitude keep their order (ascending when dense, as stored when sparse).
  const order = Array.from(candidates).sort((a, b) => amplitudeOf(b) - amplitudeOf(a));
  const waveform = new Float32Array(source.sampleCount * order.length);
  order.forEach((channelId, column) => {
    const slot = slotOf.get(channelId);
    if (slot === undefined) return;
    for (let sample = 0; sample < source.sampleCount; sample++) {
      waveform[sample * order.length + column] = values[slot * source.sampleCount + sample];
    }
  });
  return {
    templateId,
    channelIds: Int32Array.from(order),
    amplitudes: Float64Array.from(order, amplitudeOf),
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
