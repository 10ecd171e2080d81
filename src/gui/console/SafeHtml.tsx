/**
 * HTML of a kernel (tables of data frames, mostly) as elements of our own: only names on the list, none of their styles, scripts, forms or
 * addresses. Nothing of it is ever parsed into this document.
 */
import { createElement, Fragment, useMemo, type ReactNode } from 'react';
import css from './Console.module.css';

/** What may be there; the contents of anything else are shown without it. */
const ALLOWED: ReadonlySet<string> = new Set(
  (
    'table thead tbody tfoot tr th td caption div p span b strong i em u s sub sup small code pre kbd samp ul ol li dl dt dd h1 h2 ' +
    'h3 h4 h5 h6 blockquote br hr details summary'
  ).split(' '),
);
/** What is left out with all that is in it. */
const DROPPED: ReadonlySet<string> = new Set(
  'script style template iframe object embed svg math link meta head title form input button select textarea noscript'.split(
    ' ',
  ),
);
const EMPTY: ReadonlySet<string> = new Set(['br', 'hr']);
const MOST_NODES = 20_000;

export function SafeHtml({ html }: { readonly html: string }) {
  const nodes = useMemo(() => safeNodes(html), [html]);
  return (
    <div className={css.html} tabIndex={0} role="group" aria-label="Formatted output">
      {nodes}
    </div>
  );
}

function safeNodes(html: string): ReactNode {
  const budget = { left: MOST_NODES };
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const nodes = childrenOf(parsed.body, budget);
  if (budget.left > 0) return nodes;
  return (
    <>
      {nodes}
      <p>… the rest is left out.</p>
    </>
  );
}

function childrenOf(parent: Node, budget: { left: number }): readonly ReactNode[] {
  const made: ReactNode[] = [];
  for (const child of parent.childNodes) {
    if (budget.left <= 0) break;
    budget.left -= 1;
    const node = nodeOf(child, made.length, budget);
    if (node !== null) made.push(node);
  }
  return made;
}

/** Blanks between the parts of a table are no text. */
const TABLE_PARTS: ReadonlySet<string> = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr']);

function nodeOf(node: Node, key: number, budget: { left: number }): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) {
    const parent = node.parentNode?.nodeName.toLowerCase() ?? '';
    return TABLE_PARTS.has(parent) ? null : node.textContent;
  }
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (DROPPED.has(name)) return null;
  if (name === 'img')
    return <Image key={key} source={node.getAttribute('src') ?? ''} text={node.getAttribute('alt')} />;
  if (EMPTY.has(name)) return createElement(name, { key });
  const children = childrenOf(node, budget);
  if (!ALLOWED.has(name)) return <Fragment key={key}>{children}</Fragment>;
  return createElement(name, { key, ...spansOf(node, name) }, ...children);
}

/** How many columns and rows a cell reaches over. */
function spansOf(element: Element, name: string): Readonly<Record<string, number>> {
  if (name !== 'td' && name !== 'th') return {};
  const read = (attribute: string): number => Math.min(1000, Math.max(1, Number(element.getAttribute(attribute)) || 1));
  return { colSpan: read('colspan'), rowSpan: read('rowspan') };
}

/** Only pictures that come with the text: no address is ever asked. */
function Image({ source, text }: { readonly source: string; readonly text: string | null }) {
  if (!/^data:image\/(png|jpeg|gif|svg\+xml);base64,/.test(source)) return null;
  return <img className={css.picture} src={source} alt={text ?? ''} />;
}
