import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe finds on the page, as sentences, once its heading is there and its colours stand still. What is gone a
 * moment later was a page that still drew itself.
 */
export async function findings(page: Page): Promise<string[]> {
  await page.locator('h1').filter({ visible: true }).first().waitFor();
  await page.evaluate(axe);
  const first = await found(page);
  if (first.length === 0) return first;
  await page.waitForTimeout(1000);
  return found(page);
}

async function found(page: Page): Promise<string[]> {
  await page.evaluate(async () => {
    const short = (one: Animation) => Number(one.effect?.getComputedTiming().endTime) < 1000;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one.playState === 'running' && short(one))
        .map(({ finished }) => finished),
    );
  });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap((rule) =>
    rule.nodes.map(
      ({ html, any, all, none }) =>
        `${rule.id}: ${[...any, ...all, ...none].map(({ message }) => message).join(' ')} ${html.slice(0, 200)}`,
    ),
  );
}

/** How many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
