/** Walks through what was run before; what is being typed is kept at the end. */

export class History {
  private entries: readonly string[];
  private readonly most: number;
  /** Where it is; `entries.length` = at what is being typed. */
  private at: number;
  private typed = '';

  constructor(entries: readonly string[] = [], most = 1000) {
    this.entries = entries.slice(-most);
    this.most = most;
    this.at = this.entries.length;
  }

  get all(): readonly string[] {
    return this.entries;
  }

  /** Puts older entries before those that there are. */
  prepend(older: readonly string[]): void {
    const before = this.entries.length;
    this.entries = [...older, ...this.entries].slice(-this.most);
    this.at += this.entries.length - before;
  }

  /** Adds what was run, unless it is what was run last. */
  add(code: string): void {
    if (this.entries.at(-1) !== code) this.entries = [...this.entries, code].slice(-this.most);
    this.at = this.entries.length;
    this.typed = '';
  }

  /** The entry before (-1) or after (1); null when there is none. `text` is what the field shows now. */
  step(direction: -1 | 1, text: string): string | null {
    const next = this.at + direction;
    if (next < 0 || next > this.entries.length) return null;
    if (this.at === this.entries.length) this.typed = text;
    this.at = next;
    return next === this.entries.length ? this.typed : this.entries[next];
  }
}
