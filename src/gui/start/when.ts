import { clock, dayAndClock } from '../ui/numbers.ts';

const DAY_MS = 24 * 3600 * 1000;
const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** When something was, as seen `now`: `today, 13:41`, `yesterday, 13:41`, `22 November, 13:55`, `22 November 2023`. */
export function whenSeen(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0) return `today, ${clock(at)}`;
  if (days === 1) return `yesterday, ${clock(at)}`;
  const year = new Date(at).getFullYear();
  if (year === new Date(now).getFullYear()) return dayAndClock(at);
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return day.format(new Date(at));
}
