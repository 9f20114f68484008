import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { browse, signIn, type Stand, start } from './stand';

// From a pass of nobody to a pass of somebody: cards on a virtual reader, through
// the real card service, bridge, back end and database to the real browser.

/** Two passes from the counter's stock. */
const stock = [
  { number: '0900000020405', printed: '09000 00020 405', chip: '047E2EEA053B80' },
  { number: '0900000074519', printed: '09000 00074 519', chip: '044AC54A8E6180' },
] as const;
const taken = { chip: '04363CDAEE3880' };
const known = { insz: '83030201540' };
const newcomer = 'eid-1.8-new';
const vouchers = { free: '2009000011', used: '2009000029', unknown: '2009999999' };

const shots = process.env.OPENBALIE_SHOTS;

let stand: Stand;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stand = await start();
  browser = await browse();
  if (shots) mkdirSync(shots, { recursive: true });
  await stand.query(
    `INSERT INTO voucher (number, voucher_type_id, max_uses, used, created_at)
     SELECT v.number, t.id, 1, v.used, now() FROM voucher_type t, (VALUES ($1, 0), ($2, 1)) v (number, used)
     WHERE t.card_system_id = 2`,
    [vouchers.free, vouchers.used],
  );
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

beforeEach(async () => {
  context = await browser.newContext({
    locale: 'nl-BE',
    timezoneId: 'Europe/Brussels',
    viewport: { width: 1440, height: 900 },
  });
  page = await context.newPage();
  await signIn(page, stand.url, 'coordinator@openbalie.example');
  await page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ }).click();
  await see('Hou de pas tegen de lezer');
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
});

afterEach(async () => {
  await stand.reader.clear();
  await context.close();
});

describe('somebody new', () => {
  it('with a pass on the reader, an eID in it and a voucher is in the database', async () => {
    await stand.reader.insert(1, stock[0].chip);
    await see('Deze pas is nog van niemand');
    await judge('registration-unregistered');
    await page.getByRole('link', { name: 'Pas registreren' }).click();
    await see('Wie is het?');
    await see(stock[0].printed);
    await judge('registration-person');

    await stand.reader.insertEid(0, newcomer);
    await see('eID nagekeken en echt');
    await expect.poll(() => page.getByLabel('Voornaam').inputValue()).toBe('Élise');
    await judge('registration-eid');
    expect(await kept()).not.toMatch(/Dubois|Coupure|94\.05\.17/);
    await goOn();
    await see('Hoe bereiken we de persoon?');
    await page.getByLabel('E-mailadres', { exact: true }).fill('elise@voorbeeld.example');
    await judge('registration-contact');
    await goOn();
    await page.getByLabel('Tekende de voorwaarden op papier').check();
    await judge('registration-consents');
    await goOn();
    await see('€ 5,00');
    await judge('registration-pay');

    await page.getByLabel('Nummer van de waardebon').fill(vouchers.used);
    await page.getByRole('button', { name: 'Bon gebruiken' }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await judge('registration-voucher-refused');
    await page.getByLabel('Nummer van de waardebon').fill(vouchers.free);
    await page.getByRole('button', { name: 'Bon gebruiken' }).click();
    await see('Vastgehouden tot');
    await see('Er is niets te betalen.');
    await judge('registration-voucher');
    await page.getByRole('button', { name: /^Pas registreren/ }).click();
    await see('heeft een pas');
    await judge('registration-sold');

    const [row] = await stand.query(
      `SELECT p.first_name, p.verified_at IS NOT NULL AS verified, c.uitpas_number AS number, r.price_cents::int AS cents, r.voucher_number AS voucher
       FROM registration r JOIN passholder p ON p.id = r.passholder_id JOIN card c ON c.id = r.card_id
       WHERE c.uitpas_number = $1`,
      [stock[0].number],
    );
    expect(row).toEqual({
      first_name: 'Élise',
      verified: true,
      number: stock[0].number,
      cents: 0,
      voucher: vouchers.free,
    });
    expect(await kept()).not.toContain('elise');

    await page.getByRole('button', { name: /^Ongedaan maken/ }).click();
    await see('De registratie is geannuleerd');
    const [card] = await stand.query('SELECT status FROM card WHERE uitpas_number = $1', [stock[0].number]);
    expect(card).toEqual({ status: 'LOCAL_STOCK' });
  });

  it('is registered by keyboard alone', async () => {
    await page.locator('#content').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('n');
    await see('Welke pas krijgt de persoon?');
    await judge('registration-pass');
    await typeIn('Nummer van de pas', stock[0].number);
    await page.keyboard.press('Enter');
    await see('Wie is het?');
    await fillPerson({ first: 'Toetsen', last: 'Bord', born: '05061980', insz: '' });
    await page.keyboard.press('Enter');
    await see('Hoe bereiken we de persoon?');
    await typeIn('E-mailadres', 'toetsen@voorbeeld.example');
    await page.keyboard.press('Enter');
    await see('Waarmee gaat de persoon akkoord?');
    await page.getByLabel('Tekende de voorwaarden op papier').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await see('Hoe wordt');
    await page.getByLabel('Contant').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await see('heeft een pas');
    await takeBack();
  });
});

describe('a household', () => {
  it('is saved at once, with one address and one payment', async () => {
    await stand.reader.insert(1, stock[0].chip);
    await page.getByRole('link', { name: 'Pas registreren' }).click();
    await see('Wie is het?');
    await stand.reader.clear();
    await fillPerson({ first: 'Ouder', last: 'Gezin', born: '03041985' });
    await goOn();
    await page.getByLabel('Heeft geen e-mailadres').check();
    await goOn();
    await page.getByLabel('Tekende de voorwaarden op papier').check();
    await goOn();
    await page.getByRole('button', { name: 'Nog iemand van het gezin' }).click();
    await see('Nieuwe pas 2 van 2');
    await stand.reader.insert(1, stock[1].chip);
    await see(stock[1].printed);
    await goOn();
    await see('Wie is het?');
    expect(await page.getByLabel('Straat en nummer').inputValue()).toBe('Korenmarkt 1');
    await page.getByLabel('Voornaam').fill('Kind');
    await day('01092018');
    await judge('registration-household');
    await goOn();
    await goOn();
    await goOn();
    await page.getByLabel('Een ouder of voogd geeft toestemming').check();
    await goOn();
    await page.getByText('Bankkaart').click();
    await judge('registration-household-pay');
    await page.getByRole('button', { name: /^2 passen registreren/ }).click();
    await see('2 passen geregistreerd');
    const rows = await stand.query(
      'SELECT count(DISTINCT household_id)::int AS households, sum(price_cents)::int AS cents FROM registration WHERE voided_at IS NULL AND household_id IS NOT NULL',
    );
    expect(rows).toEqual([{ households: 1, cents: 800 }]);
    await page.getByRole('link', { name: 'Kassa van de dag' }).click();
    await page.getByRole('table').waitFor();
    await judge('registration-day');
    await takeBack();
  });
});

describe('a refusal', () => {
  it('of the pass, the person, the voucher and the money says why, where it is', async () => {
    await page.getByRole('link', { name: 'Nieuwe pas' }).click();
    await goOn();
    await see('Scan de nieuwe pas, of typ het nummer dat erop staat.');
    await page.getByLabel('Nummer van de pas').fill('0900000067513');
    await goOn();
    await see('Deze pas is al van iemand.');
    await judge('registration-refused-pass');
    await page.getByLabel('Nummer van de pas').fill(stock[1].number);
    await goOn();
    await see('Wie is het?');
    await goOn();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await judge('registration-refused-person');
    await fillPerson({ first: 'Bram', last: 'De Wachter', born: '02031983', insz: known.insz });
    await see('Deze persoon is al geregistreerd');
    await judge('registration-known');
    await page.getByLabel('Rijksregisternummer').fill('');
    await see('Is het deze persoon?');
    await judge('registration-doubles');
    await page.getByRole('button', { name: 'Het is iemand anders' }).click();
    await goOn();
    await goOn();
    await goOn();
    await see('Waarmee gaat de persoon akkoord?');
    await goOn();
    await see('voorwaarden');
    await page.getByLabel('Gaat digitaal akkoord met de voorwaarden').check();
    await goOn();
    await page.getByLabel('Nummer van de waardebon').fill(vouchers.unknown);
    await page.getByRole('button', { name: 'Bon gebruiken' }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await page.getByRole('button', { name: /^Pas registreren/ }).click();
    await see('Kies hoe er betaald is.');
    await judge('registration-refused-payment');
  });
});

describe('what is typed', () => {
  it('survives a reload without its secrets, and a stray click asks', async () => {
    await stand.reader.insert(1, stock[0].chip);
    await page.getByRole('link', { name: 'Pas registreren' }).click();
    await see('Wie is het?');
    await stand.reader.clear();
    await fillPerson({ first: 'Blijft', last: 'Staan', born: '07081990', insz: '90080757002' });
    expect(await kept()).toContain('Blijft');
    expect(await kept()).not.toContain('90080757002');
    await page.reload();
    await see('Je gaat verder waar je was');
    expect(await page.getByLabel('Voornaam').inputValue()).toBe('Blijft');
    expect(await page.getByLabel('Rijksregisternummer').inputValue()).toBe('');
    await judge('registration-resumed');

    await stand.reader.insert(1, taken.chip);
    await see('Deze pas is niet voor een nieuwe registratie');
    await judge('registration-other-pass');
    await page.getByRole('button', { name: 'Verder registreren' }).click();
    await page.getByRole('link', { name: /^OpenBalie/ }).click();
    await see('Deze pas is nog niet geregistreerd');
    await judge('registration-leave');
    await page.getByRole('button', { name: 'Hier blijven' }).click();
    expect(await page.getByLabel('Voornaam').inputValue()).toBe('Blijft');
    await page.getByRole('link', { name: /^OpenBalie/ }).click();
    await page.getByRole('button', { name: 'Weggooien' }).click();
    await see('Hou de pas tegen de lezer');
    expect(await kept()).not.toContain('Blijft');
  });
});

async function fillPerson(who: { first: string; last: string; born: string; insz?: string }) {
  await page.getByLabel('Voornaam').fill(who.first);
  await page.getByLabel('Familienaam').fill(who.last);
  await day(who.born);
  if (who.insz) await page.getByLabel('Rijksregisternummer').fill(who.insz);
  await page.getByText('Vrouw', { exact: true }).click();
  await page.getByLabel('Straat en nummer').fill('Korenmarkt 1');
  await page.getByLabel('Postcode').fill('9000');
  await expect.poll(() => page.getByLabel('Gemeente').inputValue()).toBe('Gent');
}

/** Types a date of birth, as 31121999. */
async function day(digits: string) {
  await page.getByRole('spinbutton').first().click();
  await page.keyboard.type(digits);
}

async function typeIn(label: string, text: string) {
  await page.getByLabel(label, { exact: true }).focus();
  await page.keyboard.type(text, { delay: 70 });
}

async function goOn() {
  await page.getByRole('button', { name: 'Verder' }).click();
}

async function takeBack() {
  const ids = await stand.query(
    'SELECT id FROM registration WHERE voided_at IS NULL AND channel = $1 AND day = current_date ORDER BY id DESC',
    ['COUNTER'],
  );
  expect(ids.length).toBeGreaterThan(0);
  await page
    .getByRole('button', { name: /^Ongedaan maken/ })
    .first()
    .click();
  await see('De registratie is geannuleerd');
}

/** All that this tab keeps. */
function kept() {
  return page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]));
}

async function see(text: string | RegExp) {
  await page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Looks at the screen at every width and in every light. */
async function judge(name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1440, 1024, 390]) {
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
