/** Px from the end within which one is at the end. */
const NEAR_END = 24;
/** How long after a wheel, a key or a press a scroll may be its doing. */
const INTENT_MS = 2000;

/**
 * Keeps the end of a scroller in sight until a person scrolls up, and again once they are back. The browser scrolls up too, by itself: when
 * something above goes away, or when what is there becomes shorter before more comes.
 */
export class FollowEnd {
  private view: HTMLElement | null = null;
  private atEnd = true;
  private lastTop = 0;
  private meantAt = Number.NEGATIVE_INFINITY;

  /** Follows the size of what is in `view`: pictures have their height only once they are there. Returns how to stop. */
  watch(view: HTMLElement, content: HTMLElement): () => void {
    this.view = view;
    const observer = new ResizeObserver(() => this.follow());
    observer.observe(content);
    observer.observe(view);
    return () => observer.disconnect();
  }

  /** A person is about to scroll. */
  means(): void {
    this.meantAt = performance.now();
  }

  /** The scroller, after it has scrolled. */
  scrolled({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void {
    const isUp = scrollTop < this.lastTop;
    this.lastTop = scrollTop;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.atEnd = true;
    else if (isUp && performance.now() - this.meantAt < INTENT_MS) this.atEnd = false;
  }

  /** Goes to the end and stays there. */
  go(): void {
    this.atEnd = true;
    this.follow();
  }

  private follow(): void {
    if (this.view !== null && this.atEnd) this.view.scrollTop = this.view.scrollHeight;
  }
}
