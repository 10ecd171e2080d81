/** Wheel events of mice and touchpads as whole notches (spec/views.md 1.5 and 1.20). */

/** What is used of a WheelEvent. */
export interface WheelLike {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0 px, 1 lines, 2 pages. */
  readonly deltaMode: number;
  readonly timeStamp: number;
}

/** Browsers report 100 to 120 px for one notch of a wheel, and 3 lines. */
const NOTCH_PX = 110;
const NOTCH_LINES = 3;
/** A single event of this size comes from a wheel with notches. */
const SURE_PX = 60;
const PAUSE_MS = 400;

/** Collects the small steps of touchpads until they make a notch. */
export class WheelNotches {
  private rest = 0;
  private last = -Infinity;

  /** Whole notches that this event completes: positive is up (away from the user). */
  take(event: WheelLike): number {
    const delta = -(event.deltaY === 0 ? event.deltaX : event.deltaY);
    if (delta === 0) return 0;
    const paused = event.timeStamp - this.last > PAUSE_MS;
    this.last = event.timeStamp;
    if (event.deltaMode === 2) return Math.sign(delta);
    const notches = delta / (event.deltaMode === 1 ? NOTCH_LINES : NOTCH_PX);
    if (Math.abs(notches) * NOTCH_PX >= SURE_PX) {
      this.rest = 0;
      return Math.sign(notches) * Math.max(1, Math.round(Math.abs(notches)));
    }
    if (paused || Math.sign(this.rest) !== Math.sign(notches)) this.rest = 0;
    this.rest += notches;
    const whole = Math.trunc(this.rest);
    this.rest -= whole;
    return whole === 0 ? 0 : whole;
  }
}
