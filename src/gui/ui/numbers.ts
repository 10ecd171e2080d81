/** Numbers as people read them (look.md 3 and 6): thin groups, true minus, fixed decimals. */
const GROUPS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `13,986`; a true minus for negative numbers. */
export function grouped(value: number): string {
  return GROUPS.format(value).replace('-', '−');
}

/** Fixed decimals, a true minus, no separators. */
export function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('-', '−');
}

/** `1 cluster`, `36 clusters`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `13:41` or `14:02:11` in local time. */
export function clock(at: number, seconds = false): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** `22 November, 13:55`; English whatever the system's language, as every other text here. */
export function dayAndClock(at: number): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' }).format(new Date(at));
  return `${day}, ${clock(at)}`;
}

/** `20 s`, `12 min`, `1.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}
