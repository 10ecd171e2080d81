/** An automated audit of a page with axe-core, and what a person sees who walks through it with the keyboard. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { AxeResults, RunOptions } from 'axe-core';
import { repo } from './harness.ts';

const source = readFileSync(join(repo, 'node_modules/axe-core/axe.min.js'), 'utf8');
/**
 * The toolkit's focus guards are hidden from screen readers and hand the focus on at once; `walk` proves that it never rests on one.
 */
const GUARDS = '[data-base-ui-focus-guard]';

/** Serious and critical findings, one sentence each; empty when there is none. */
export async function findings(page: Page): Promise<readonly string[]> {
  // Fades are over: half-transparent text would be measured.
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
  await page.evaluate(`${source};0`);
  const options: RunOptions = { resultTypes: ['violations'] };
  const results: AxeResults = await page.evaluate(
    `axe.run({ exclude: [[${JSON.stringify(GUARDS)}]] }, ${JSON.stringify(options)})`,
  );
  const grave = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}. ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

export interface Stop {
  /** `button "Undo"` */
  readonly name: string;
  /** Something on screen shows where the focus is. */
  readonly isSeen: boolean;
  readonly isGuard: boolean;
}

/** Where the focus is; null while nothing has it. */
export async function focusStop(page: Page): Promise<Stop | null> {
  return await page.evaluate(() => {
    const active = document.activeElement;
    if (active === null || active === document.body) return null;
    const probe = document.createElement('i');
    probe.style.color = 'var(--focus)';
    document.body.append(probe);
    const focusColor = getComputedStyle(probe).color;
    probe.remove();
    const ringed = (style: CSSStyleDeclaration): boolean =>
      (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) ||
      (style.borderTopStyle !== 'none' && style.borderTopColor === focusColor);
    // A field shows its focus on the box around it, a plot on a layer over its picture.
    const around = [active, active.parentElement, active.parentElement?.parentElement];
    const isSeen =
      around.some((element) => element instanceof Element && ringed(getComputedStyle(element))) ||
      ['::before', '::after'].some((part) => ringed(getComputedStyle(active, part)));
    const label = active.getAttribute('aria-label') ?? active.textContent.replaceAll(/\s+/g, ' ').trim();
    const kind = active.getAttribute('role') ?? active.tagName.toLowerCase();
    return {
      name: `${kind} "${label.slice(0, 60)}"`,
      isSeen,
      isGuard: active.hasAttribute('data-base-ui-focus-guard'),
    };
  });
}

/** Presses Tab until the focus comes round again; every stop once, in order. */
export async function walk(page: Page, most = 200): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab');
    // A guard hands the focus on with the next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const stop = await focusStop(page);
    // Beyond the last control the focus is in the browser's own bars once.
    if (stop === null) continue;
    const isRound = await page.evaluate((first) => {
      const active = document.activeElement;
      if (first && active !== null) active.setAttribute('data-walk-start', '');
      return !first && active?.hasAttribute('data-walk-start') === true;
    }, stops.length === 0);
    if (isRound) break;
    stops.push(stop);
  }
  await page.evaluate(() => document.querySelector('[data-walk-start]')?.removeAttribute('data-walk-start'));
  return stops;
}

/** Controls on screen that Tab should reach: named as `walk` names them. */
export async function controls(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = [
      ...document.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [tabindex="0"]'),
    ];
    const reachable = found.filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled, [data-base-ui-focus-guard]') &&
        element.checkVisibility() &&
        element.closest('[inert], [aria-hidden="true"]') === null,
    );
    return reachable.map((element) => {
      const label = element.getAttribute('aria-label') ?? element.textContent.replaceAll(/\s+/g, ' ').trim();
      return `${element.getAttribute('role') ?? element.tagName.toLowerCase()} "${label.slice(0, 60)}"`;
    });
  });
}
