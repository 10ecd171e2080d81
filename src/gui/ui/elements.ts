/** Elements of any window: `instanceof Element` is false for those of a panel that was popped out. */

const isNode = (target: EventTarget): target is Node => 'nodeType' in target;
const isElement = (node: Node): node is Element => node.nodeType === 1;

/** The element that an event is about, or the nearest one around it, that matches; null when there is none. */
export function closestTo(target: EventTarget | null, selector: string): Element | null {
  if (target === null || !isNode(target)) return null;
  const element = isElement(target) ? target : target.parentElement;
  return element?.closest(selector) ?? null;
}
