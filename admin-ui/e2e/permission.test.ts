import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browse, clerkContext, signIn, type Stand, start } from './stand';

// Since version 147 Chromium asks before a public page may speak with this
// computer. A hosted web app is such a page: its address is treated as public
// here. Without a person to ask, the browser says no.

const bram = { chip: '04784CDAEE3880', name: 'Bram De Wachter' };

let stand: Stand;

beforeAll(async () => {
  stand = await start();
});

afterAll(() => stand.close());

it('explains the refusal, with the rule to ask IT for, where no policy allows the bridge', async () => {
  const browser = await browse({ publicPort: new URL(stand.url).port });
  const page = await counterPage(browser);
  await page.getByRole('main').getByText('Je browser houdt de kaartlezer tegen').waitFor();
  await page
    .getByRole('main')
    .getByText(/LoopbackNetworkAllowedForUrls/)
    .waitFor();
  expect(await permission(page)).toBe('denied');
  await stand.reader.insert(0, bram.chip);
  await page.waitForTimeout(1_000);
  expect(await page.getByRole('heading', { name: bram.name }).count()).toBe(0);
  await stand.reader.clear();
  await browser.close();
});

it('connects silently where IT allows it by policy', async () => {
  const browser = await browse({ publicPort: new URL(stand.url).port, loopbackAllowedFor: [stand.url] });
  const page = await counterPage(browser);
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
  await stand.reader.insert(0, bram.chip);
  await page.getByRole('heading', { name: bram.name }).waitFor();
  expect(await permission(page)).toBe('granted');
  await browser.close();
});

function permission(page: Page): Promise<string> {
  return page.evaluate(
    async () => (await navigator.permissions.query({ name: 'loopback-network' as PermissionName })).state,
  );
}

async function counterPage(browser: Browser) {
  const context = await clerkContext(browser);
  const page = await context.newPage();
  await signIn(page, stand.url, 'clerk@openbalie.example');
  await page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ }).click();
  await page
    .getByRole('heading', { name: 'Hou de pas tegen de lezer' })
    .or(page.getByRole('heading', { name: 'Typ het nummer van de pas' }))
    .waitFor();
  return page;
}
