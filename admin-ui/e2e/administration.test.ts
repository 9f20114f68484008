import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { browse, clerkContext, signIn, type Stand, start } from './stand';

// What a coordinator does before anybody can register: prices, vouchers, cards
// from the supplier to the counter, and how the card system works.

/** UiTPAS Gent. */
const system = { id: 2 };
const counter = /\[TEST\] UiTPAS Organisatie/;
const minutes = 60_000;

const shots = process.env.OPENBALIE_SHOTS;

let stand: Stand;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stand = await start();
  browser = await browse();
  if (shots) mkdirSync(shots, { recursive: true });
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

beforeEach(async () => {
  context = await clerkContext(browser);
  page = await context.newPage();
});

afterEach(() => context.close());

describe('a coordinator', () => {
  beforeEach(async () => {
    await signIn(page, stand.url, 'coordinator@openbalie.example');
    await page.getByRole('button', { name: counter }).click();
    await see('Hou de pas tegen de lezer');
    await page.getByRole('link', { name: 'Beheer' }).focus();
    await page.keyboard.press('Enter');
    await heading('Voorraad');
    await page.getByLabel('Kaartsysteem').selectOption(String(system.id));
    await see(/^Kaarten van UiTPAS Gent/);
  });

  it(
    'makes a price list, of which a gap is named',
    async () => {
      await section('Prijslijsten');
      await page.getByRole('button', { name: 'Nieuwe prijslijst' }).click();
      await heading('Nieuwe prijslijst');
      await page.getByLabel('Naam', { exact: false }).fill('Prijzen van het nieuwe jaar');
      await price('5,00', '18');
      await see('Voor één groep is er nog geen prijs');
      await see('Tot en met 17 jaar');
      await page.getByRole('button', { name: 'Prijslijst bewaren' }).press('Enter');
      expect(await lists()).toBe(0);
      await judge('administration-price-gap');

      await price('3,00');
      await see('Iedereen heeft een prijs');
      const preview = page.getByRole('table', { name: 'Wie betaalt wat' }).first();
      await preview.getByText('€ 3,00').first().waitFor();
      await preview.getByText('€ 5,00').first().waitFor();
      await judge('administration-price-list');
      await page.getByRole('button', { name: 'Prijslijst bewaren' }).press('Enter');
      await see('Prijslijst bewaard');
      expect(await lists()).toBe(1);

      await page.getByRole('link', { name: 'Prijzen van het nieuwe jaar', exact: true }).press('Enter');
      await page.getByRole('button', { name: 'Aanpassen' }).press('Enter');
      await heading('Prijslijst aanpassen');
      await page.getByLabel('Naam', { exact: false }).fill('Prijzen van mij');
      await stand.query(
        `UPDATE price_list SET name = 'Prijzen van de ander', version = version + 1 WHERE name LIKE 'Prijzen van%'`,
      );
      // Looking at another window and back brings no fresh list over what is typed.
      await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
      await page.getByRole('button', { name: 'Prijslijst bewaren' }).press('Enter');
      await see('Iemand anders bewaarde intussen ook');
      await judge('administration-price-conflict');
      expect(await page.getByLabel('Naam', { exact: false }).inputValue()).toBe('Prijzen van mij');
      await page.getByRole('button', { name: 'Mijn lijst in de plaats zetten' }).press('Enter');
      await page.getByRole('button', { name: 'Prijslijst bewaren' }).press('Enter');
      await heading('Prijslijsten');
      await page.getByRole('link', { name: 'Prijzen van mij', exact: true }).waitFor();
      expect(await lists()).toBe(1);
    },
    3 * minutes,
  );

  it(
    'makes a batch of vouchers and takes their numbers along',
    async () => {
      await section('Vouchers');
      await page.getByRole('button', { name: 'Nieuwe actie' }).press('Enter');
      await page.getByLabel('Naam van de actie').fill('Welkom in de stad');
      await page.getByLabel('Nummers beginnen met').fill('777');
      await page.keyboard.press('Enter');
      await heading('Welkom in de stad');
      await page.getByRole('button', { name: 'Vouchers maken' }).press('Enter');
      await page.getByLabel('Hoeveel vouchers').fill('25');
      await page.keyboard.press('Enter');
      await see('25 vouchers gemaakt');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: /^Nummers downloaden/ }).press('Enter');
      expect((await download).suggestedFilename()).toMatch(/^vouchers-welkom-in-de-stad.*\.csv$/);
      await page.keyboard.press('Escape');
      await see('25 gemaakt, 0 keer gebruikt');
      await judge('administration-vouchers');
      const [row] = await stand.query(`SELECT count(*)::int AS made FROM voucher WHERE number LIKE '777%'`);
      expect(row).toEqual({ made: 25 });
    },
    3 * minutes,
  );

  it(
    'brings cards from the supplier to the counter, and what is missing is named',
    async () => {
      const cards = ['09971000001', '09971000002', '09971000003'].map(cardNumber);
      const [first = '', second = ''] = cards;
      await judge('administration-stock');

      await page.getByRole('button', { name: 'Lijst invoeren' }).press('Enter');
      await page.getByLabel('Bestand', { exact: true }).setInputFiles({
        name: 'leverancier.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          [
            '"chip";"number";"pack"',
            ...cards.map((number, at) => `"04E2E00000000${String(at)}";"${number}";"E2E-1"`),
            `"04E2E000000009";"${first.slice(0, 12)}${String((Number(first[12]) + 1) % 10)}";"E2E-1"`,
          ].join('\r\n'),
        ),
      });
      await see('3 regels kunnen erin');
      await see('In één pak.');
      const refused = page.getByRole('table', { name: 'Regels die niet ingevoerd worden' });
      expect(await refused.getByRole('rowheader').allTextContents()).toEqual(['5']);
      expect(await held(cards)).toEqual([]);
      await judge('administration-import');
      await page.getByRole('button', { name: '3 regels invoeren' }).press('Enter');
      await see('3 kaarten ingevoerd');
      expect(await held(cards)).toEqual(['STOCK', 'STOCK', 'STOCK']);

      await page.getByRole('button', { name: 'Kaarten versturen' }).press('Enter');
      await page.getByLabel('Naar welke balie').selectOption({ label: await ownCounter() });
      await page.getByLabel('Hele pakken').check({ force: true });
      await see('E2E-1');
      await page.getByLabel('Op nummer').check({ force: true });
      for (const number of [first, second]) {
        await page.getByLabel('Nummer van de kaart').fill(number);
        await page.keyboard.press('Enter');
      }
      await judge('administration-send');
      await page.getByLabel('Opmerking').fill('Voor maandag');
      await page.keyboard.press('Enter');
      await see(/2 kaarten zijn onderweg/);
      expect(await held(cards)).toEqual(['SENT', 'SENT', 'STOCK']);

      await page.getByRole('link', { name: '2 kaarten ontvangen' }).press('Enter');
      await heading(/^2 kaarten voor/);
      await page.getByLabel('Hoeveel kaarten zitten erin?').fill('1');
      await see('Er is één kaart minder dan verstuurd werd');
      await page.getByLabel(printed(first)).press('Space');
      await judge('administration-receive');
      await page.getByRole('button', { name: 'Eén kaart in voorraad nemen' }).press('Enter');
      await see('Eén kaart kwam niet aan');
      expect(await held(cards)).toEqual(['LOCAL_STOCK', 'SENT', 'STOCK']);
      await judge('administration-missing');
      await page.getByRole('button', { name: `Toch gekomen ${printed(second)}` }).press('Enter');
      await see('Alles is aangekomen');
      expect(await held(cards)).toEqual(['LOCAL_STOCK', 'LOCAL_STOCK', 'STOCK']);
    },
    4 * minutes,
  );

  it(
    'looks a card up on the reader, takes it out of the stock and back',
    async () => {
      await page.getByRole('link', { name: 'Kaart opzoeken' }).press('Enter');
      await see('Leg een kaart op de lezer');
      await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
      await stand.reader.insert(0, '047E2EEA053B80');
      await see(printed('0900000020405'));
      await stand.reader.clear();
      await page.getByRole('button', { name: 'Uit de voorraad halen' }).press('Enter');
      await page.getByLabel('Waarom').selectOption('Defect');
      await page.getByRole('dialog').getByRole('button', { name: 'Uit de voorraad halen' }).press('Enter');
      await see('is uit de voorraad');
      expect(await held(['0900000020405'])).toEqual(['DELETED']);
      await page.keyboard.press('Control+z');
      await expect.poll(() => held(['0900000020405'])).toEqual(['LOCAL_STOCK']);
      await judge('administration-card');
    },
    3 * minutes,
  );

  it(
    'changes a setting while somebody else does, and loses nothing',
    async () => {
      await section('Instellingen');
      await page.getByLabel('Waarschuwen onder').fill('25');
      await page.keyboard.press('Enter');
      await see('Instellingen bewaard');
      expect(await settings()).toMatchObject({ low_stock: 25 });
      await judge('administration-settings');

      await stand.query('UPDATE card_system SET name = $2, version = version + 1 WHERE id = $1', [
        system.id,
        'UiTPAS Gent en omstreken',
      ]);
      await page.getByLabel('Volwassen vanaf').fill('17');
      const systems = page.getByLabel('Kaartsysteem', { exact: true });
      const leaving = [
        () => page.getByRole('link', { name: 'Vouchers' }).press('Enter'),
        () => systems.selectOption({ index: system.id === 1 ? 1 : 0 }),
      ];
      for (const leave of leaving) {
        await leave();
        await see('Wat je typte, is nog niet bewaard');
        await page.getByRole('button', { name: 'Hier blijven' }).press('Enter');
        await heading('Instellingen');
        await expect.poll(() => page.getByLabel('Volwassen vanaf').inputValue()).toBe('17');
        await expect.poll(() => systems.inputValue()).toBe(String(system.id));
      }
      await page.getByLabel('Volwassen vanaf').focus();
      await page.keyboard.press('Enter');
      await see('Iemand anders bewaarde intussen ook');
      await see('De ander paste aan: Naam.');
      await judge('administration-conflict');
      await page.getByRole('button', { name: 'Mijn aanpassingen erbij zetten' }).press('Enter');
      await page.getByRole('button', { name: 'Bewaren' }).press('Enter');
      await expect
        .poll(settings)
        .toMatchObject({ name: 'UiTPAS Gent en omstreken', adult_age: 17, low_stock: 25 });
      await page.getByText('Iemand anders bewaarde intussen ook').waitFor({ state: 'detached' });
      await see('Instellingen bewaard');
      await page.keyboard.press('Control+z');
      await expect.poll(settings).toMatchObject({ name: 'UiTPAS Gent en omstreken', adult_age: 18 });
    },
    3 * minutes,
  );

  it(
    'counts the drawer, adds numbers for digital passes and gives a group its pass',
    async () => {
      await place('stock/counts', 'Tellingen');
      await page.getByRole('button', { name: 'Telling invoeren' }).press('Enter');
      await page.getByLabel('Geteld').fill('0');
      await page.keyboard.press('Enter');
      await see('Leg het verschil kort uit');
      await judge('administration-count');
      await page.getByLabel('Hoe komt dat?').fill('De lade is gestolen.');
      await page.keyboard.press('Enter');
      await see('Telling bewaard');
      await page.getByRole('table').getByText('De lade is gestolen.').waitFor();
      expect(await stand.query('SELECT counted, note FROM stock_count')).toEqual([
        { counted: 0, note: 'De lade is gestolen.' },
      ]);

      await place('stock/numbers', 'Digitale nummers');
      await page.getByRole('button', { name: 'Nummers toevoegen' }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Eerste volgnummer').fill('500000');
      await dialog.getByLabel('Hoeveel nummers').fill('10');
      await page.keyboard.press('Enter');
      await see('hoort al bij een andere reeks');
      expect(await dialog.getByText('Er is intussen iets veranderd').count()).toBe(0);
      await judge('administration-range');
      await dialog.getByLabel('Eerste volgnummer').fill('700000');
      await page.keyboard.press('Enter');
      await see('10 nummers toegevoegd');
      await page.getByRole('row', { name: /09972 700000/ }).waitFor();

      await place('groups', 'Groepspassen');
      await page.getByRole('button', { name: 'Nieuwe groepspas' }).press('Enter');
      await page.getByLabel('Naam van de groep').press('Enter');
      await see('Vul dit in.');
      await judge('administration-group');
      await page.getByLabel('Naam van de groep').fill('Buurthuis De Lork');
      await page.getByLabel('Postcode').fill('9000');
      await page.getByLabel('Gemeente').fill('Gent');
      await page.getByLabel('Beurten per jaar').fill('20');
      await page.keyboard.press('Enter');
      await see('Buurthuis De Lork heeft een pas');
      await page.getByRole('button', { name: 'Aanpassen Buurthuis De Lork' }).press('Enter');
      await page.getByLabel('Beurten per jaar').fill('30');
      await page.keyboard.press('Enter');
      await see('nog 30 van 30');
    },
    3 * minutes,
  );

  it(
    'finds every other screen fit to be read',
    async () => {
      for (const [where, title] of [
        ['stock/shipments', 'Zendingen'],
        ['stock/counts', 'Tellingen'],
        ['stock/numbers', 'Digitale nummers'],
        ['groups', 'Groepspassen'],
      ] as const) {
        await place(where, title);
        await judge(`administration-${where.replace('/', '-')}`);
      }
    },
    3 * minutes,
  );
});

it('a clerk without the right sees whose it is', async () => {
  await signIn(page, stand.url, 'clerk@openbalie.example');
  await page.getByRole('button', { name: counter }).click();
  await see('Hou de pas tegen de lezer');
  expect(await page.getByRole('link', { name: 'Beheer' }).count()).toBe(0);
  await page.goto(`${stand.url}/administration/stock`);
  await see('Kaarten: nu niet voor jou');
});

/** Adds a line to a price list. */
async function price(euros: string, ageFrom = '') {
  await page.getByRole('button', { name: 'Regel toevoegen' }).press('Enter');
  await page.getByLabel('Leeftijd vanaf').fill(ageFrom);
  await page.getByLabel('Prijs in euro').fill(euros);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function lists() {
  const [row] = await stand.query(`SELECT count(*)::int AS n FROM price_list WHERE name LIKE 'Prijzen van%'`);
  return row?.n;
}

/** The statuses of the cards that exist among these numbers, in their order. */
async function held(numbers: string[]) {
  const rows = await stand.query(
    'SELECT status FROM card WHERE uitpas_number = ANY ($1) ORDER BY uitpas_number',
    [numbers],
  );
  return rows.map(({ status }) => status);
}

async function settings() {
  const [row] = await stand.query('SELECT name, adult_age, low_stock FROM card_system WHERE id = $1', [
    system.id,
  ]);
  return row;
}

/** This counter, as it stands in the list to send to. */
async function ownCounter() {
  const options = await page.getByLabel('Naar welke balie').getByRole('option').allTextContents();
  return options.find((option) => option.includes('[TEST] UiTPAS Organisatie')) ?? '';
}

/** The number of an ordinary card that begins with eleven digits. */
function cardNumber(serial: string) {
  const digits = `${serial}0`;
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, at) => {
      const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return `${digits}${String((10 - (sum % 10)) % 10)}`;
}

/** A number in the groups of its print. */
function printed(number: string) {
  return `${number.slice(0, 5)} ${number.slice(5, 10)} ${number.slice(10)}`;
}

/** Opens a screen of the administration by its address. */
async function place(where: string, title: string) {
  await page.goto(`${stand.url}/administration/${where}`);
  await heading(title);
  await page.getByRole('table').waitFor();
}

async function section(name: string) {
  await page.getByRole('navigation', { name: 'Beheer' }).getByRole('link', { name }).press('Enter');
  await heading(name);
}

async function heading(name: string | RegExp) {
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function see(text: string | RegExp) {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Looks at the screen wide and narrow, in every light. */
async function judge(name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: width < 600 ? 844 : 900 });
      await page.waitForFunction(() =>
        document.getAnimations().every(({ playState }) => playState === 'finished'),
      );
      const where = `${name} at ${String(width)} in ${colorScheme}`;
      expect.soft(await findings(page), where).toEqual([]);
      expect.soft(await overflow(page), `${where} scrolls sideways`).toBe(0);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
}
