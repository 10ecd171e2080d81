/** Elements of any window: `instanceof` knows only those of its own, and a panel may be in another one. */

const isNode = (target: EventTarget | null): target is Node => target !== null && 'nodeType' in target;
const isElement = (node: Node | null): node is Element => node !== null && node.nodeType === 1;

/** The element that an event is for; null for a window or a document. */
export function elementOf(target: EventTarget | null): Element | null {
  if (!isNode(target)) return null;
  return isElement(target) ? target : target.parentElement;
}

export const isHtml = (element: Element | null): element is HTMLElement => element !== null && 'innerText' in element;

/** Copies text; rejects when the browser refuses. `from` is in the window that has the focus, which alone may do so. */
export async function copyText(from: Element, text: string): Promise<void> {
  const { navigator } = from.ownerDocument.defaultView ?? globalThis;
  await navigator.clipboard.writeText(text);
}
