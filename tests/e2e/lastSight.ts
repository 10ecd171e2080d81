/** What stood in the windows of a test: printed when it fails, for machines that nobody looks at. */
import type { BrowserContext, Page } from 'playwright-core';

let open: BrowserContext[] = [];
let seen: string[] = [];

/** Remembers what its pages show from the moment in which it is closed. */
export function watch(context: BrowserContext): void {
  open.push(context);
  const close = context.close.bind(context);
  context.close = async (options) => {
    if (open.includes(context)) seen.push(...(await sights(context)));
    open = open.filter((other) => other !== context);
    await close(options);
  };
}

/** Of what is closed already only this test's windows are of interest. */
export function forgetClosed(): void {
  seen = [];
}

export async function lastSight(): Promise<string> {
  const now = await Promise.all(open.map(sights));
  return ['In the windows at the end:', ...seen, ...now.flat()].join('\n  ');
}

const sights = async (context: BrowserContext): Promise<readonly string[]> =>
  await Promise.all(context.pages().map(sight));

const PATIENCE_MS = 2000;

async function sight(page: Page): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('a page that does not answer'), PATIENCE_MS));
  return await Promise.race([page.evaluate(describePage, SHOWN).catch(String), late]);
}

/** What is said of a page, by CSS selector; the status bar is the last line of the window. */
const SHOWN = {
  dialogs: '[role=dialog], [role=alertdialog]',
  menus: '[role=menu]',
  alerts: '[role=alert]',
  'status bar': '#root footer:not([role=none])',
};

/** Runs in the page. */
function describePage(shown: Readonly<Record<string, string>>): string {
  const { activeElement: focus, title } = document;
  const parts = Object.entries(shown).map(([name, selector]) => {
    const elements = [...document.querySelectorAll<HTMLElement>(selector)];
    const texts = elements.map(({ innerText }) => innerText.replaceAll(/\s*\n\s*/g, ' | ').slice(0, 400));
    return `${name}: ${texts.filter((text) => text !== '').join(' // ') || 'none'}`;
  });
  const focused = `focus: ${focus?.tagName.toLowerCase() ?? 'none'} ${focus?.getAttribute('aria-label') ?? ''}`;
  return [`"${title}"`, focused.trim(), ...parts].join('; ');
}
