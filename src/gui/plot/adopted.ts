/** Tells when an element was moved into another document, as when a panel becomes a window of its own and back. */

const TAG = 'phy-document-watch';

/** Registers the element that watches, once per page, and makes one. */
function makeWatcher(document: Document, listener: () => void): HTMLElement {
  if (customElements.get(TAG) === undefined) {
    class DocumentWatch extends HTMLElement {
      listener: (() => void) | undefined;
      adoptedCallback(): void {
        this.listener?.();
      }
      connectedCallback(): void {
        this.listener?.();
      }
    }
    customElements.define(TAG, DocumentWatch);
  }
  const watcher = document.createElement(TAG);
  watcher.hidden = true;
  if ('listener' in watcher) watcher.listener = listener;
  return watcher;
}

/** Calls `listener` after `host` came into another document or back into the page. Returns what stops it. */
export function watchDocument(host: HTMLElement, listener: () => void): () => void {
  const watcher = makeWatcher(document, listener);
  host.append(watcher);
  return () => {
    if ('listener' in watcher) watcher.listener = undefined;
    watcher.remove();
  };
}
