/** What a spike of a unit looks like on the probe: raw units, noise-free. */
import { DemoRandom } from './random.ts';
import { SAMPLE_RATE, SPIKE_SAMPLE, TEMPLATE_SAMPLES } from './plan.ts';
import type { Probe } from './probe.ts';
import type { DemoUnit } from './units.ts';
import { driftSteps } from './units.ts';

/** A waveform on the channels where it is worth drawing. */
export interface UnitWaveform {
  readonly channels: Int32Array;
  /** [channel][sample], TEMPLATE_SAMPLES samples, the spike's own sample at SPIKE_SAMPLE. */
  readonly data: Float32Array;
}

/** Samples before which a waveform is zero: as in Kilosort, whose 61 samples are padded to 82 so that the trough is centred. */
export const FIRST_SAMPLE = 21;
/** Share of the peak below which a channel is left out. */
const FAINT = 0.02;
/** µm per sample by which a spike spreads over the probe. */
const SPREAD_UM_PER_SAMPLE = 18;
const MS_PER_SAMPLE = 1000 / SAMPLE_RATE;

/** The waveform of a unit displaced by `shift` µm in depth. */
function unitWaveform(seed: number, probe: Probe, unit: DemoUnit, shift: number): UnitWaveform {
  return unit.kind === 'noise' ? noiseWaveform(seed, probe, unit) : spikeWaveform(probe, unit, shift);
}

/** Gives each waveform once per unit and displacement; `state` is the displacement plus driftSteps(unit). */
export function waveformBank(
  seed: number,
  probe: Probe,
  units: readonly DemoUnit[],
): (unitId: number, state: number) => UnitWaveform {
  const bank: UnitWaveform[][] = units.map(() => []);
  return (unitId, state) => {
    const unit = units[unitId];
    const known = bank[unitId][state];
    if (known !== undefined) return known;
    const made = unitWaveform(seed, probe, unit, state - driftSteps(unit));
    bank[unitId][state] = made;
    return made;
  };
}

function spikeWaveform(probe: Probe, unit: DemoUnit, shift: number): UnitWaveform {
  const distances = Array.from({ length: probe.count }, (_, c) =>
    Math.hypot(probe.x[c] - unit.x, probe.y[c] - unit.y - shift, unit.offPlane),
  );
  const nearest = Math.min(...distances);
  const decay = (distance: number): number => Math.exp(-(distance - unit.offPlane) / unit.decay);
  const channels = Int32Array.from(
    distances.flatMap((distance, c) => (decay(distance) >= FAINT * decay(nearest) ? [c] : [])),
  );
  const data = new Float32Array(channels.length * TEMPLATE_SAMPLES);
  channels.forEach((channel, i) => {
    const distance = distances[channel];
    const delay = (distance - nearest) / SPREAD_UM_PER_SAMPLE;
    const size = unit.trough * decay(distance);
    for (let t = FIRST_SAMPLE; t < TEMPLATE_SAMPLES; t++)
      data[i * TEMPLATE_SAMPLES + t] = size * taper(t) * phases(unit, t - SPIKE_SAMPLE - delay);
  });
  return { channels, data };
}

/** The three phases of an extracellular spike, trough -1 at 0; `at` in samples. */
function phases(unit: DemoUnit, at: number): number {
  const ms = (at * MS_PER_SAMPLE) / unit.width;
  return unit.forewave * bell((ms + 0.24) / 0.09) - bell(ms / 0.1) + unit.afterwave * bell((ms - 0.36) / 0.2);
}

const bell = (z: number): number => Math.exp(-0.5 * z * z);

/** Brings the ends of the window smoothly to zero over 8 samples. */
export function taper(sample: number): number {
  const inside = Math.min(sample - FIRST_SAMPLE, TEMPLATE_SAMPLES - 1 - sample);
  return inside <= 0 ? 0 : inside >= 8 ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * inside) / 8);
}

/** Noise: an electrical artefact alike on all channels, or a swing of random size on each. */
function noiseWaveform(seed: number, probe: Probe, unit: DemoUnit): UnitWaveform {
  const random = new DemoRandom(seed, `noise unit ${unit.unitId}`);
  const everywhere = random.uniform() < 0.5;
  const cycles = random.between(0.04, 0.12);
  const channels = Int32Array.from({ length: probe.count }, (_, c) => c);
  const data = new Float32Array(channels.length * TEMPLATE_SAMPLES);
  for (const channel of channels) {
    const size = -0.5 * unit.trough * (everywhere ? random.between(0.9, 1.1) : random.gaussian());
    const phase = everywhere ? 0 : random.between(-1, 1);
    for (let t = FIRST_SAMPLE; t < TEMPLATE_SAMPLES; t++) {
      const at = t - SPIKE_SAMPLE;
      const swing = Math.cos(2 * Math.PI * cycles * at + phase) * Math.exp(-Math.abs(at) / 14);
      data[channel * TEMPLATE_SAMPLES + t] = size * taper(t) * swing;
    }
  }
  return { channels, data };
}
