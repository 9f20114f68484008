import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { browse, clerkContext, signIn, type Stand, start } from './stand';

/** Passes of the public test data set. */
const bram = {
  chip: '04784CDAEE3880',
  number: '0900000095902',
  insz: '83030201540',
  name: 'Bram De Wachter',
};
const godelieve = { chip: '04363CDAEE3880', number: '0900000067513', name: 'Godelieve Maertens' };
const blocked = '04B00412F15284';
const unregistered = '047E2EEA053B80';
const unknown = '04AAAAAAAAAA80';

const activity = '[TEST] Permanent aanbod';
const counter = /\[TEST\] UiTPAS Organisatie/;

let stand: Stand;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the page's own policy refused it: always a mistake of ours. */
const refused: string[] = [];

beforeAll(async () => {
  stand = await start();
  browser = await browse();
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

beforeEach(async () => {
  context = await clerkContext(browser);
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text());
  });
  await signIn(page, stand.url, 'clerk@openbalie.example');
  await page.getByRole('button', { name: counter }).click();
  await see('Hou de pas tegen de lezer');
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
});

afterEach(async () => {
  expect(refused).toEqual([]);
  await stand.reader.clear();
  await context.close();
});

it('takes a pass from the reader to a row in the ledger, and back', async () => {
  await stand.reader.insert(0, bram.chip);
  await see(bram.name);
  const before = await balance();

  await page.getByRole('button', { name: new RegExp(`^Punt geven.*${activity.slice(7)}`) }).click();
  await page.getByText(`1 punt gespaard voor ${activity}`).waitFor();
  await expect.poll(balance).toBe(before + 1);
  expect(await transfers(bram.number)).toMatchObject([{ amount: '1', reverses: null }]);

  await page
    .getByRole('status')
    .getByRole('button', { name: /Ongedaan maken/ })
    .click();
  await page.getByText('Het punt is teruggenomen.').waitFor();
  await expect.poll(balance).toBe(before);
  const [saved, taken] = await transfers(bram.number);
  expect(taken).toMatchObject({ amount: '1', reverses: saved?.id });
  expect(await stand.query('SELECT * FROM ledger_fault')).toEqual([]);
});

it('does the whole round by keyboard alone', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('0900 000 067 513');
  await page.keyboard.press('Enter');
  await see(godelieve.name);
  const before = await balance();

  await page.keyboard.press('p');
  await page.getByText(/punt(en)? gespaard voor/).waitFor();
  await expect.poll(balance).toBeGreaterThan(before);
  await page.keyboard.press('Control+z');
  await page.getByText('Het punt is teruggenomen.').waitFor();
  await expect.poll(balance).toBe(before);

  await page.keyboard.press('F8');
  await expect.poll(() => page.locator('[data-private]').count()).toBeGreaterThan(0);
});

it('finds a person by national number without leaving it anywhere', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.keyboard.press('/');
  await page.keyboard.type(bram.insz);
  await page.keyboard.press('Enter');
  await see(bram.name);
  expect(asked.filter((url) => url.includes(bram.insz))).toEqual([]);
  expect(page.url()).not.toContain(bram.insz);
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(stored).not.toContain(bram.insz);
});

it('takes a scan of a keyboard-wedge scanner in the home field', async () => {
  await page.keyboard.type(`${godelieve.number}\n`, { delay: 5 });
  await see(godelieve.name);
});

it.each([
  [blocked, 'Deze pas is geblokkeerd'],
  [unregistered, 'Deze pas is nog van niemand'],
  [unknown, 'We kennen deze pas niet'],
])('explains card %s', async (chip, title) => {
  await stand.reader.insert(0, chip);
  await see(title);
});

it('lets only the tab that is looked at act on a tap', async () => {
  const other = await context.newPage();
  await other.goto(stand.url);
  await other.getByRole('heading', { name: 'Hou de pas tegen de lezer' }).waitFor();
  await other.bringToFront();
  await stand.reader.insert(0, bram.chip);
  await other.getByRole('heading', { name: bram.name }).waitFor();
  expect(await page.getByRole('heading', { name: bram.name }).count()).toBe(0);
});

it('says in words that the card service stopped, and recovers by itself', async () => {
  await stand.reader.kill();
  await page.getByRole('button', { name: /Lezer antwoordt niet/ }).waitFor();
  await stand.reader.restart();
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor({ timeout: 20_000 });
  await stand.reader.insert(1, bram.chip);
  await see(bram.name);
});

it('says that the bridge is not running, and connects when it is', async () => {
  await stand.bridge.stop();
  await page.getByRole('button', { name: /Lezer niet verbonden/ }).waitFor();
  await stand.bridge.start();
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor({ timeout: 30_000 });
});

it('says that the bridge does not know this address', async () => {
  await stand.bridge.stop();
  await stand.bridge.start({ origin: 'https://another.example' });
  await page.reload();
  await page.getByRole('button', { name: /Adres onbekend/ }).waitFor();
  await stand.bridge.stop();
  await stand.bridge.start();
});

it('tells a person without rights so, and whom to ask', async () => {
  const stranger = await clerkContext(browser);
  const theirs = await stranger.newPage();
  await signIn(theirs, stand.url, 'nobody@openbalie.example');
  await theirs.getByRole('heading', { name: 'Je hebt nog geen balie' }).waitFor();
  await theirs.getByRole('strong').filter({ hasText: 'nobody@openbalie.example' }).waitFor();
  await theirs.getByRole('heading', { name: 'Aan wie vraag je het' }).waitFor();
  await stranger.close();
});

async function see(heading: string) {
  await page.getByRole('heading', { name: heading }).first().waitFor();
}

async function balance(): Promise<number> {
  return Number(await page.getByTestId('balance').first().innerText());
}

/** The transfers of this person's last check-in at the activity, in order. */
function transfers(uitpasNumber: string) {
  return stand.query(
    `SELECT t.id, t.amount, t.reverses FROM transfer t
      WHERE t.group_id = (SELECT c.id FROM checkin c JOIN activity a ON a.id = c.activity_id
                           WHERE c.uitpas_number = $1 AND a.title = $2 ORDER BY c.id DESC LIMIT 1)
      ORDER BY t.id`,
    [uitpasNumber, activity],
  );
}
