/** Undoes something: removes a listener, frees a buffer. Calling it twice does nothing more. */
export type Dispose = () => void;

/** Collects disposers and runs them once, last added first. */
export class Scope {
  private disposers: Dispose[] = [];
  /** Registers `dispose` and returns it, so that it can also be called early. */
  add(dispose: Dispose): Dispose {
    this.disposers.push(dispose);
    return dispose;
  }
  dispose(): void {
    const disposers = this.disposers.reverse();
    this.disposers = [];
    for (const dispose of disposers) dispose();
  }
}

/** A typed list of listeners. One listener that throws does not keep the others from being called. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();
  listen(listener: (value: T) => void): Dispose {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  emit(value: T): void {
    const errors: unknown[] = [];
    const snapshot = Array.from(this.listeners);
    for (const listener of snapshot) {
      try {
        listener(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
