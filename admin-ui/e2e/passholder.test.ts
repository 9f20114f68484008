import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { browse, clerkContext, signIn, type Stand, start } from './stand';

const bram = { chip: '04784CDAEE3880', number: '0900000095902', name: 'Bram De Wachter' };
const godelieve = { chip: '04363CDAEE3880', number: '0900000067513', name: 'Godelieve Maertens' };
const fresh = { chip: '047E2EEA053B80', number: '0900000020405' };
const counter = /\[TEST\] UiTPAS Organisatie/;

let stand: Stand;
let browser: Browser;
let context: BrowserContext;
let page: Page;

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
  await signIn(page, stand.url, 'coordinator@openbalie.example');
  await page.getByRole('button', { name: counter }).click();
  await see('Hou de pas tegen de lezer');
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
});

afterEach(async () => {
  await stand.reader.clear();
  await context.close();
});

it('replaces a lost card with a tapped one, and takes it back', async () => {
  await tap(bram.chip);
  await see(bram.name);
  await page.getByRole('button', { name: 'Vervangen' }).first().click();
  await see('Pas vervangen');
  await page.getByRole('radio', { name: 'Verloren' }).check({ force: true });
  await tap(godelieve.chip);
  await page.getByText('Deze pas is al van iemand').waitFor();
  await tap(fresh.chip);
  await page.getByText('Deze pas kan mee.').waitFor();
  await page.getByTestId('price').waitFor();
  await judge();
  const cash = page.getByRole('radio', { name: 'Contant' });
  if (await cash.count()) await cash.check({ force: true });
  await page.getByRole('button', { name: 'Pas vervangen' }).click();
  await see('De nieuwe pas is klaar');
  expect(await statuses()).toEqual({ [bram.number]: 'BLOCKED', [fresh.number]: 'ACTIVE' });

  await page.keyboard.press('Control+z');
  await page.getByText('De verkoop is teruggenomen').waitFor();
  await see(bram.name);
  expect(await statuses()).toEqual({ [bram.number]: 'ACTIVE', [fresh.number]: 'LOCAL_STOCK' });
});

it('blocks a card with its reason, and puts it back', async () => {
  await tap(bram.chip);
  await see(bram.name);
  await page.getByRole('button', { name: 'Blokkeren' }).first().click();
  await page.getByRole('dialog').getByRole('radio', { name: 'Gestolen' }).check({ force: true });
  await page.getByRole('dialog').getByRole('button', { name: 'Blokkeren' }).click();
  await page.getByText('De pas is geblokkeerd.').waitFor();
  await page
    .getByRole('status')
    .getByRole('button', { name: /Ongedaan maken/ })
    .click();
  await page.getByText('De pas werkt weer.').waitFor();
  expect((await statuses())[bram.number]).toBe('ACTIVE');
});

it('changes the details of a person, checked while one types, and takes it back', async () => {
  await tap(bram.chip);
  await see(bram.name);
  await page.getByRole('button', { name: 'Gegevens aanpassen' }).click();
  await see('Gegevens aanpassen');
  const phone = page.getByLabel('Telefoon');
  const before = await phone.inputValue();
  await phone.fill('12');
  await page.getByText('Kijk eerst na wat er aangeduid staat.').waitFor();
  await phone.fill('0470 12 34 56');
  await judge();
  await page.getByRole('button', { name: 'Bewaren' }).click();
  await page.getByText('De gegevens zijn bewaard.').waitFor();
  await see(bram.name);
  await page.keyboard.press('Control+z');
  await page.getByText('De gegevens zijn weer zoals ze waren.').waitFor();
  await page.getByRole('button', { name: 'Gegevens aanpassen' }).click();
  await see('Gegevens aanpassen');
  expect(await phone.inputValue()).toBe(before);
});

it('finds people by what one types, and says which numbers are nobody’s', async () => {
  await page.goto(`${stand.url}/search`);
  await see('Zoeken');
  await page.keyboard.type('Maertens Godeliefe');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: godelieve.name }).waitFor();
  await judge();
  await page.keyboard.press('/');
  const field = page.getByLabel(/^Naam, nummer/);
  await field.fill(`${bram.number} ${godelieve.number} 0900009999906`);
  await field.press('Enter');
  await page.getByText(/Van niemand: 0900009999906/).waitFor();
  await page.getByRole('link', { name: bram.name }).waitFor();
  expect(page.url()).toBe(`${stand.url}/search`);
});

async function tap(chip: string) {
  await stand.reader.clear();
  await stand.reader.insert(0, chip);
}

async function see(heading: string) {
  await page.getByRole('heading', { name: heading }).first().waitFor();
}

async function judge() {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await overflow(page)).toBe(0);
    expect(await findings(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function statuses(): Promise<Record<string, unknown>> {
  const rows = await stand.query(
    'SELECT uitpas_number AS number, status FROM card WHERE uitpas_number = ANY($1)',
    [[bram.number, fresh.number]],
  );
  return Object.fromEntries(rows.map(({ number, status }) => [String(number), status]));
}
