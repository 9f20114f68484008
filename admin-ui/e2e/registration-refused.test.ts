import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Desk } from './registering';
import { browse, type Stand, start } from './stand';

// Every no that a clerk can meet while somebody is registered: it says why, at
// the field that it is about, and what was typed stays.

vi.setConfig({ testTimeout: 240_000 });

const free = '0900000020405';
const known = { insz: '83030201540' };
const vouchers = {
  free: '2009000011',
  used: '2009000029',
  expired: '2109000010',
  early: '2209000019',
  elsewhere: '2009000037',
  kept: '2009000045',
};

let stand: Stand;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  stand = await start();
  browser = await browse();
  await stand.query(
    `INSERT INTO voucher_type (id, card_system_id, name, prefix, valid, created_at)
     VALUES (gen_random_uuid(), 2, 'Vorig jaar', '210', '[2020-01-01,2021-01-01)', now()),
            (gen_random_uuid(), 2, 'Volgend jaar', '220', daterange(current_date + 30, current_date + 60), now())`,
  );
  await stand.query(
    `INSERT INTO voucher (number, voucher_type_id, max_uses, used, created_at)
     SELECT v.number, t.id, 1, v.used, now()
     FROM (VALUES ($1, 2, '200', 0), ($2, 2, '200', 1), ($3, 2, '210', 0), ($4, 2, '220', 0), ($5, 101, '200', 0), ($6, 2, '200', 0))
       v (number, system, prefix, used)
     JOIN voucher_type t ON t.card_system_id = v.system AND t.prefix = v.prefix`,
    Object.values(vouchers),
  );
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

beforeEach(async () => {
  desk = await Desk.open(browser, stand);
});

afterEach(() => desk.close());

describe('a pass', () => {
  it('that cannot be given says why', async () => {
    const [atRegion] = await stand.query(
      "SELECT uitpas_number AS number FROM card WHERE card_system_id = 2 AND status = 'STOCK' LIMIT 1",
    );
    const [onItsWay] = await stand.query(
      "SELECT uitpas_number AS number FROM card WHERE card_system_id = 2 AND status = 'SENT' LIMIT 1",
    );
    const [elsewhere] = await stand.query(
      "SELECT uitpas_number AS number FROM card WHERE card_system_id = 101 AND status = 'LOCAL_STOCK' LIMIT 1",
    );
    const [foreign] = await stand.query(
      `UPDATE card SET status = 'LOCAL_STOCK', counter_id = (SELECT counter_id FROM card WHERE uitpas_number = $1)
       WHERE id = (SELECT id FROM card WHERE card_system_id = 102 AND status = 'STOCK' AND substr(uitpas_number, 12, 1) = '0' LIMIT 1)
       RETURNING uitpas_number AS number`,
      [free],
    );
    const refusals: [number: unknown, because: RegExp][] = [
      ['', /Scan de nieuwe pas, of typ het nummer/],
      ['0900000020406', /klopt niet/],
      ['0900009999906', /Deze pas kennen we niet/],
      ['0900000067513', /al van iemand/],
      ['0900000002312', /geblokkeerd of vernietigd/],
      [atRegion?.number, /ligt niet in de voorraad van je balie/],
      [onItsWay?.number, /ligt niet in de voorraad van je balie/],
      [elsewhere?.number, /ligt niet in de voorraad van je balie/],
      [foreign?.number, /hoort bij een andere regio/],
    ];
    await desk.page.goto(`${stand.url}/register`);
    await desk.see('Welke pas krijgt de persoon?');
    for (const [number, because] of refusals) {
      await desk.fill('Nummer van de pas', String(number));
      await desk.goOn();
      await expect
        .poll(() => desk.because('Nummer van de pas'), { message: String(number) })
        .toMatch(because);
    }
    await desk.judge('registration-refused-pass');
    await desk.fill('Nummer van de pas', free);
    await desk.goOn();
    await desk.see('Wie is het?');
  });
});

describe('a person', () => {
  it('who is half filled in, wrong or known already, is not saved', async () => {
    const { page } = desk;
    await desk.beginWithNumber(free);
    await desk.goOn();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await desk.judge('registration-refused-person');

    await desk.fillPerson({ first: 'Bram', last: 'De Wachter', born: '02031983', insz: '83030201541' });
    await desk.goOn();
    expect(await desk.because('Rijksregisternummer')).toMatch(/klopt niet/);
    await desk.fill('Rijksregisternummer', '90041200204');
    await page.keyboard.press('Tab');
    await desk.see('past niet bij de geboortedatum');

    await desk.fill('Rijksregisternummer', known.insz);
    await desk.see('Deze persoon is al geregistreerd');
    await desk.goOn();
    expect(await desk.because('Rijksregisternummer')).toMatch(/heeft al een pas/);
    await desk.judge('registration-known');
    expect(await page.getByRole('link', { name: 'Profiel openen' }).getAttribute('href')).toMatch(
      /passholders/,
    );

    await desk.fill('Rijksregisternummer', '');
    await desk.see('Is het deze persoon?');
    await desk.judge('registration-doubles');
    await desk.press('Het is iemand anders');
    await desk.see('Nagekeken: het is iemand anders');

    await desk.fill('Postcode', '0999');
    await desk.fill('Gemeente', 'Nergens');
    await desk.goOn();
    expect(await desk.because('Postcode')).toMatch(/bestaat niet/);
    await desk.fill('Postcode', '9000');
    await desk.fill('Gemeente', 'Oostende');
    await page.keyboard.press('Escape');
    await desk.goOn();
    expect(await desk.because('Gemeente')).toMatch(/hoort niet bij postcode 9000/);
    await desk.judge('registration-refused-place');
    await desk.fill('Gemeente', 'oostend');
    await page
      .getByRole('option', { name: /^Oostende/ })
      .first()
      .click();
    expect(await desk.value('Postcode')).toBe('8400');
    await desk.goOn();
    await desk.see('Hoe bereiken we de persoon?');

    await desk.fill('E-mailadres', 'bram@');
    await page.getByLabel('Telefoon of gsm').fill('12');
    await desk.goOn();
    await expect.poll(() => desk.because('E-mailadres')).toMatch(/e-mail/i);
    expect(await desk.because('Telefoon of gsm')).toMatch(/nummer/i);
    await desk.judge('registration-refused-contact');
    await desk.fill('E-mailadres', 'bram@voorbeeld.example');
    await page.getByLabel('Telefoon of gsm').fill('0470 12 34 56');
    await desk.goOn();

    await desk.see('Waarmee gaat de persoon akkoord?');
    await desk.goOn();
    await page.locator('[aria-invalid=true], .text-stop-ink').first().waitFor();
    await desk.judge('registration-refused-consents');
    await desk.check('Gaat digitaal akkoord met de voorwaarden');
    await desk.goOn();
    await desk.see('Wat kost het?');
    await desk.press(/^Pas registreren/);
    await desk.see('Kies hoe er betaald is.');
    await desk.judge('registration-refused-payment');
    expect(await stand.query('SELECT status FROM card WHERE uitpas_number = $1', [free])).toEqual([
      { status: 'LOCAL_STOCK' },
    ]);
  });

  it('who is a minor needs a parent from the age that the region set', async () => {
    await stand.query('UPDATE card_system SET adult_age = 12, optin_age = 11 WHERE id = 2');
    const { page } = desk;
    await desk.beginWithNumber(free);
    await desk.fillPerson({ first: 'Dertien', last: 'Jaar', born: '01012013' });
    await desk.goOn();
    await desk.check('Heeft geen e-mailadres');
    await desk.goOn();
    await desk.see('Waarmee gaat de persoon akkoord?');
    expect(await page.getByLabel('Een ouder of voogd geeft toestemming').count()).toBe(0);
    await stand.query('UPDATE card_system SET adult_age = 18, optin_age = 16 WHERE id = 2');
    await desk.check('Tekende de voorwaarden op papier');
    await desk.goOn();
    await desk.see('heeft de toestemming van een ouder nodig');
    await desk.check('Een ouder of voogd geeft toestemming');
    await desk.goOn();
    await desk.see('Wat kost het?');
  });
});

describe('a social tariff', () => {
  it('is for residents, said where the address is', async () => {
    await desk.beginWithNumber('0900000074519');
    await desk.fillPerson({ first: 'Van', last: 'Elders', born: '05061980' });
    await desk.fill('Postcode', '8400');
    await expect.poll(() => desk.value('Gemeente')).toBe('Oostende');
    await desk.goOn();
    expect(await desk.because('Gemeente')).toMatch(/alleen voor wie in deze regio woont/);
    await desk.judge('registration-refused-tariff');
    await desk.fill('Postcode', '9000');
    await expect.poll(() => desk.value('Gemeente')).toBe('Gent');
    await desk.goOn();
    await desk.see('Hoe bereiken we de persoon?');
  });
});

describe('a voucher', () => {
  it('that does not count says which of the reasons it is', async () => {
    const { page } = desk;
    const other = await Desk.open(browser, stand);
    const refusals: [number: string, because: RegExp][] = [
      ['2009999999', /kennen we niet/],
      [vouchers.used, /al gebruikt/],
      [vouchers.expired, /was geldig tot en met/],
      [vouchers.early, /geldt pas vanaf/],
      [vouchers.elsewhere, /andere regio/],
    ];
    await desk.beginWithNumber(free);
    await desk.fillPerson({ first: 'Bon', last: 'Nummer', born: '05061980' });
    await desk.toThePrice();
    for (const [number, because] of refusals) {
      await page.getByLabel('Nummer van de voucher').fill(number);
      await desk.press('Voucher gebruiken');
      await expect.poll(() => desk.because('Nummer van de voucher'), { message: number }).toMatch(because);
    }
    await desk.judge('registration-voucher-refused');
    await page.getByLabel('Nummer van de voucher').fill(vouchers.kept);
    await desk.press('Voucher gebruiken');
    await desk.see('Gereserveerd tot');

    // A colleague cannot take what is kept here; once it is let go, she can.
    await other.beginWithNumber('0900000074519');
    await other.fillPerson({ first: 'Collega', last: 'Nummer', born: '05061981' });
    await other.toThePrice();
    await other.page.getByLabel('Nummer van de voucher').fill(vouchers.kept);
    await other.press('Voucher gebruiken');
    expect(await other.because('Nummer van de voucher')).toMatch(/bij een registratie die bezig is/);
    const letGo = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await desk.press('Voucher weghalen');
    await letGo;
    await other.press('Voucher gebruiken');
    await other.see('Gereserveerd tot');
    await other.close();
  });
});

describe('a mail', () => {
  it('cannot leave where no mail server is set up, and the page says so', async () => {
    const { page } = desk;
    await desk.beginWithNumber(free);
    await desk.fillPerson({ first: 'Geen', last: 'Post', born: '05061980' });
    await desk.goOn();
    await desk.fill('E-mailadres', 'post@voorbeeld.example');
    await desk.goOn();
    await desk.check('Tekende de voorwaarden op papier');
    await desk.check('Mails over de pas zelf');
    await desk.goOn();
    await desk.see('Wat kost het?');
    await desk.sell();
    expect(await page.getByText('De mail vertrekt').count()).toBe(0);
    await page.getByRole('button', { name: 'Mailen' }).click();
    await desk.see('Op deze server is nog geen mail ingesteld');
    await desk.judge('registration-no-mail');
  });
});
