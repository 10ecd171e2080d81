/** Timing, tables, and what the machine is. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Value below which a share (0..1) of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Array.from(values).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[Math.round(share * (sorted.length - 1))];
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** `12.3 ms`, `1.25 s`; a dash for a number that does not exist. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || Number.isNaN(milliseconds)) return '–';
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0)} ms`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MB`;

/** Prints rows as a Markdown table with aligned columns; the first row is the head. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  process.stdout.write(`\n${title}\n\n${[line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n')}\n`);
}

/** One sentence: was the promise kept? */
export function verdict(kept: boolean, sentence: string): void {
  process.stdout.write(`\n${kept ? 'Kept' : 'Not kept'}: ${sentence}\n`);
}

/** `2 cores, 24 GB, linux x64, Node 20.20.2, load 0.3`. Other work on the machine, seen in its load, makes every number larger. */
export function machine(): string {
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const runtime = `${process.platform} ${process.arch}, Node ${process.versions.node}`;
  return `${os.availableParallelism()} cores, ${memory} GB, ${runtime}, load ${os.loadavg()[0].toFixed(1)}`;
}

/**
 * Drops the files of a folder from the page cache (GNU dd can, for files one may write), so that the next read is from the disk. False
 * where that is not possible.
 */
export function evict(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  return files
    .filter((file) => statSync(file).isFile())
    .every((file) => spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']).status === 0);
}

/** Brings the files of a folder into the page cache, as far as it has room. Always true. */
export function readOnce(folder: string): boolean {
  const buffer = Buffer.alloc(1 << 22);
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (!statSync(file).isFile()) continue;
    const descriptor = openSync(file, 'r');
    while (readSync(descriptor, buffer) > 0);
    closeSync(descriptor);
  }
  return true;
}

/** Memory of this process: now, and the most so far, in bytes. */
export function memory(): { readonly now: number; readonly most: number } {
  return { now: process.memoryUsage.rss(), most: process.resourceUsage().maxRSS * 1024 };
}
