/** A cache with a limit in bytes: the least recently used values go first. */
export class ByteLru<V> {
  readonly maxBytes: number;
  private used = 0;
  /** A Map keeps insertion order, so its first key is the one not used for longest. */
  private readonly entries = new Map<string, { readonly value: V; readonly bytes: number }>();

  /** `maxBytes` is the sum of the sizes given to `set`. */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.used;
  }

  /** Number of values held now. */
  get size(): number {
    return this.entries.size;
  }

  /** The value, which counts as used now; undefined when it is not (or no longer) held. */
  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** Holds a value of the given size. One that is larger than the whole cache is not held at all. */
  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.maxBytes) return;
    this.entries.set(key, { value, bytes });
    this.used += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.used <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.used -= entry.bytes;
  }

  clear(): void {
    this.entries.clear();
    this.used = 0;
  }
}
