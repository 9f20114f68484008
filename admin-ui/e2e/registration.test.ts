import type { Browser, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { receiveMail, type MailBox } from './mailbox';
import { Desk } from './registering';
import { browse, type Stand, start } from './stand';

// From a pass of nobody to a pass of somebody: cards on a virtual reader, through
// the real card service, bridge, back end and database to the real browser.

/** Passes from the counter's stock: an ordinary one, and one that is made for the social tariff. */
const ordinary = { number: '0900000020405', printed: '09000 00020 405', chip: '047E2EEA053B80' };
const tariff = { number: '0900000074519', printed: '09000 00074 519', chip: '044AC54A8E6180' };
const taken = { chip: '04363CDAEE3880' };
const newcomer = 'eid-1.8-new';
/** Genuine, and out of date. */
const outOfDate = 'eid-1.1';
const voucher = '2009000011';

// Every screen on the way is judged at each width and in each light.
vi.setConfig({ testTimeout: 240_000 });

let stand: Stand;
let browser: Browser;
let box: MailBox;
let desk: Desk;

beforeAll(async () => {
  box = await receiveMail();
  stand = await start({ mailPort: box.port });
  browser = await browse({ camera: true });
  await stand.query(
    `INSERT INTO voucher (number, voucher_type_id, max_uses, used, created_at)
     SELECT $1, id, 1, 0, now() FROM voucher_type WHERE card_system_id = 2`,
    [voucher],
  );
  await stand.query(
    `UPDATE organizer SET is_school = true WHERE name ILIKE '%test%' AND id IN (SELECT counter_id FROM card WHERE uitpas_number = $1)`,
    [ordinary.number],
  );
});

afterAll(async () => {
  await stand.close();
  await browser.close();
  box.close();
});

beforeEach(async () => {
  desk = await Desk.open(browser, stand);
});

afterEach(() => desk.close());

describe('somebody new', () => {
  it('with a pass on the reader, an eID in it and a voucher is in the database', async () => {
    const { page } = desk;
    await stand.reader.insert(1, ordinary.chip);
    await desk.see('Deze pas is nog van niemand');
    await desk.judge('registration-unregistered');
    await page.getByRole('link', { name: 'Pas registreren' }).click();
    await desk.see('Wie is het?');
    await desk.see(ordinary.printed);
    await desk.judge('registration-person');

    await stand.reader.insertEid(0, outOfDate);
    await desk.see('Echt, maar let op');
    await desk.see('Deze identiteitskaart is vervallen.');
    await desk.judge('registration-eid-expired');
    await stand.reader.clear();
    await page.getByRole('button', { name: 'eID niet gebruiken' }).click();
    await stand.reader.insertEid(0, newcomer);
    await desk.see('Nagekeken en echt');
    await expect.poll(() => desk.value('Voornaam')).toBe('Élise');
    await page.getByRole('img', { name: 'Foto van de persoon' }).waitFor();
    await desk.judge('registration-eid');
    expect(await desk.kept()).not.toMatch(/Dubois|Coupure|94\.05\.17|data:image/);
    await desk.goOn();
    await desk.see('Hoe bereiken we de persoon?');
    await desk.fill('E-mailadres', 'elise@voorbeeld.example');
    await desk.judge('registration-contact');
    await desk.goOn();
    await desk.check('Tekende de voorwaarden op papier');
    await desk.judge('registration-consents');
    await desk.goOn();
    await desk.see('€ 5,00');
    await desk.judge('registration-pay');
    await page.getByLabel('Nummer van de voucher').fill(voucher);
    await page.keyboard.press('Enter');
    await desk.see('Gereserveerd tot');
    await desk.see('Er is niets te betalen.');
    await desk.judge('registration-voucher');
    await desk.press(/^Pas registreren/);
    await desk.see('heeft een pas');
    await desk.judge('registration-sold');

    const [row] = await stand.query(
      `SELECT p.first_name, p.verified_at IS NOT NULL AS verified, c.uitpas_number AS number, r.price_cents::int AS cents,
         r.voucher_number AS voucher, f.source AS photo
       FROM registration r JOIN passholder p ON p.id = r.passholder_id JOIN card c ON c.id = r.card_id
       LEFT JOIN passholder_picture f ON f.passholder_id = p.id WHERE c.uitpas_number = $1`,
      [ordinary.number],
    );
    expect(row).toEqual({
      first_name: 'Élise',
      verified: true,
      number: ordinary.number,
      cents: 0,
      voucher,
      photo: 'EID',
    });
    expect(await desk.kept()).not.toContain('elise');

    await desk.press(/^Ongedaan maken/);
    await desk.see('De registratie is geannuleerd');
    expect(await statusOf(ordinary.number)).toBe('LOCAL_STOCK');
    expect(await stand.query('SELECT used FROM voucher WHERE number = $1', [voucher])).toEqual([{ used: 0 }]);
  });

  it('is registered by keyboard alone', async () => {
    const { page } = desk;
    const { keyboard } = page;
    await desk.tabTo(/pas- of rijksregisternummer|Typ/i).catch(() => undefined);
    await page.evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
    });
    await keyboard.press('n');
    await desk.see('Welke pas krijgt de persoon?');
    await desk.judge('registration-pass');
    // She is faster than the answer about the pass, which says of which region it is.
    const known = desk.holdBack('**/api/v1/identifications');
    await desk.type(ordinary.number);
    await keyboard.press('Enter');
    await page.getByText('Bezig').first().waitFor({ state: 'attached' });
    known();
    await desk.see('Wie is het?');
    await desk.type('Toetsen');
    await desk.tabTo(/Familienaam/);
    await desk.type('Bord');
    await keyboard.press('Tab');
    await desk.type('05061980');
    await desk.tabTo(/Vrouw|Geslacht/);
    await keyboard.press('Space');
    await desk.tabTo(/Straat en nummer/);
    await desk.type('Korenmarkt 1');
    await desk.tabTo(/Gemeente/);
    await desk.type('mariak');
    await page.getByRole('option', { name: /Mariakerke.*Gent/ }).waitFor();
    await desk.judge('registration-place');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    expect(await desk.value('Postcode')).toBe('9030');
    await keyboard.press('Enter');
    await desk.see('Hoe bereiken we de persoon?');
    await desk.tabTo(/E-mailadres/);
    await desk.type('toetsen@voorbeeld.example');
    await keyboard.press('Enter');
    await desk.see('Waarmee gaat de persoon akkoord?');
    await desk.tabTo(/op papier/);
    await keyboard.press('Space');
    await keyboard.press('Enter');
    await desk.see('Hoe wordt');
    await keyboard.press('Enter');
    await desk.see('Kies hoe er betaald is.');
    await expect.poll(() => desk.focused()).toMatch(/Contant/);
    await keyboard.press('Space');
    await keyboard.press('Enter');
    await desk.see('heeft een pas');
    await keyboard.press('Enter');
    await desk.see('Welke pas krijgt de persoon?');
    await takeAllBack();
  });
});

describe('a household', () => {
  it('is saved at once, with one address and one payment', async () => {
    const { page } = desk;
    await desk.beginWith(ordinary.chip);
    await desk.fillPerson({ first: 'Ouder', last: 'Gezin', born: '03041985' });
    await desk.goOn();
    await desk.fill('E-mailadres', 'gezin@voorbeeld.example');
    await desk.goOn();
    await desk.check('Tekende de voorwaarden op papier');
    await desk.check('Mails over de pas zelf');
    await desk.goOn();
    await desk.press('Nog iemand van het gezin');
    await desk.see('Nieuwe pas 2 van 2');
    await desk.fill('Nummer van de pas', ordinary.number);
    await desk.see('Deze pas is al voor iemand anders van dit gezin');
    await desk.goOn();
    await expect.poll(() => desk.focused()).toMatch(/Nummer van de pas/);
    await stand.reader.insert(1, tariff.chip);
    await desk.see(tariff.printed);
    await desk.goOn();
    await desk.see('Wie is het?');
    expect(await desk.value('Straat en nummer')).toBe('Korenmarkt 1');
    expect(await desk.value('Gemeente')).toBe('Gent');
    expect(await desk.value('Familienaam')).toBe('Gezin');
    await desk.fill('Voornaam', 'Kind');
    await desk.day('01092018');
    await desk.judge('registration-household');
    await desk.goOn();
    await desk.see('Hoe bereiken we de persoon?');
    expect(await desk.value('E-mailadres')).toBe('gezin@voorbeeld.example');
    await desk.goOn();
    await desk.see('Wie jonger is dan 16, krijgt geen berichten.');
    await desk.goOn();
    await desk.see('heeft de toestemming van een ouder nodig');
    await desk.judge('registration-child');
    await desk.check('Een ouder of voogd geeft toestemming');
    await desk.goOn();
    await page.getByText('Bankkaart').click();
    await desk.judge('registration-household-pay');
    await desk.press('Kind Gezin weglaten');
    await desk.see('Kind Gezin is weggelaten');
    await desk.see('Pas registreren € 5,00');
    await desk.press('Ongedaan maken');
    await desk.press(/^2 passen registreren/);
    await desk.see('2 passen geregistreerd');
    await desk.judge('registration-household-sold');
    const rows = await stand.query(
      `SELECT r.price_cents::int AS cents, r.payment, p.street, p.city, p.email,
         (SELECT count(*)::int FROM consent c WHERE c.passholder_id = p.id AND c.given) AS consents
       FROM registration r JOIN passholder p ON p.id = r.passholder_id
       WHERE r.voided_at IS NULL AND r.household_id IS NOT NULL ORDER BY cents DESC`,
    );
    const home = { payment: 'CARD', street: 'Korenmarkt 1', city: 'Gent', email: 'gezin@voorbeeld.example' };
    expect(rows).toEqual([
      { cents: 500, ...home, consents: 2 },
      { cents: 100, ...home, consents: 2 },
    ]);

    await page.getByRole('link', { name: 'Kassa van de dag' }).click();
    await page.getByRole('table').waitFor();
    await desk.see('€ 6,00');
    await desk.judge('registration-day');
    await desk.press(/^Ontvangstbewijs .* annuleren/);
    await desk.see('je geeft');
    await desk.judge('registration-void');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Annuleren' }).click();
    await desk.see('De registratie is geannuleerd');
    await desk.see('geannuleerd');
    await expect.poll(() => page.getByText('€ 6,00').count()).toBe(0);
    await takeAllBack();
  });
});

describe('what the person takes along', () => {
  it('is a receipt to open and to mail, and a sheet with the digital pass', async () => {
    const { page } = desk;
    await page.goto(`${stand.url}/register`);
    await page.getByText('Digitale pas', { exact: true }).click();
    await desk.goOn();
    await desk.see('Kies van welke regio de pas is.');
    await page.getByRole('radio', { name: 'Paspartoe' }).check({ force: true });
    await desk.judge('registration-digital');
    await desk.goOn();
    await desk.fillPerson({ first: 'Dig', last: 'Itaal', born: '05061980' });
    await desk.goOn();
    await desk.fill('E-mailadres', 'digitaal@voorbeeld.example');
    await desk.goOn();
    await desk.check('Gaat digitaal akkoord met de voorwaarden');
    await desk.goOn();
    await desk.see('Wat kost het?');
    await page.getByText('Contant', { exact: true }).click();
    // The back end saves it, and its answer is lost on the way.
    const lost = async (route: Route) => {
      await route.fetch();
      await route.abort('connectionreset');
    };
    await page.route('**/api/v1/registrations', lost, { times: 1 });
    await desk.press(/^Pas registreren/);
    await desk.see('Nog geen antwoord');
    await desk.judge('registration-unanswered');
    await desk.press('Opnieuw proberen');
    await desk.see('heeft een pas');
    expect(await stand.query("SELECT 1 FROM passholder WHERE first_name = 'Dig'")).toHaveLength(1);
    await desk.judge('registration-sold-digital');
    for (const paper of ['Ontvangstbewijs', 'Pas op papier']) {
      const opened = desk.context.waitForEvent('page');
      const sent = page.waitForResponse((answer) => /receipt|pass-sheet/.test(answer.url()));
      await page.getByRole('button', { name: paper, exact: true }).click();
      const answer = await sent;
      expect(answer.status(), paper).toBe(200);
      expect(answer.headers()['content-type'], paper).toBe('application/pdf');
      await (await opened).close();
    }
    await page.getByRole('button', { name: 'Mailen' }).click();
    await desk.see('De mail is onderweg naar');
    const came = () => box.mails.find((one) => one.includes('To: <digitaal@voorbeeld.example>'));
    await expect.poll(() => came() !== undefined, { timeout: 20_000 }).toBe(true);
    const mail = came();
    expect(mail?.match(/filename=[^;]*?\.pdf/g)).toHaveLength(2);
    await takeAllBack();
  });
});

describe('a photo', () => {
  it('comes from a camera or a file, cut by hand, and is kept with the person', async () => {
    const { page } = desk;
    await desk.beginWith(ordinary.chip);
    await desk.fillPerson({ first: 'Foto', last: 'Graaf', born: '05061980' });
    await page.locator('input[type=file]').setInputFiles({
      name: 'brief.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('geen foto'),
    });
    await desk.see('geen foto die we kunnen lezen');
    await page.locator('input[type=file]').setInputFiles({
      name: 'groot.png',
      mimeType: 'image/png',
      buffer: await aPicture(3000, 2000),
    });
    await desk.see('Foto bijsnijden');
    await desk.judge('registration-crop');
    await page.getByLabel('Dichterbij').focus();
    for (let press = 0; press < 8; press++) await page.keyboard.press('ArrowRight');
    await desk.press('Kwartslag draaien');
    await desk.press('Foto gebruiken');
    const photo = page.getByRole('img', { name: 'Foto van de persoon' });
    const fromFile = await photo.getAttribute('src');
    expect(fromFile).toMatch(/^data:image\/jpeg/);
    await desk.press('Foto weghalen');
    await expect.poll(() => photo.count()).toBe(0);
    expect(await desk.focused()).toMatch(/Foto nemen/);

    await desk.press('Foto nemen');
    await desk.see('Zet het gezicht in het midden');
    await desk.judge('registration-camera');
    await page.getByRole('dialog').getByRole('button', { name: 'Foto nemen' }).click();
    await desk.see('Foto bijsnijden');
    await desk.press('Nieuwe foto nemen');
    await desk.see('Zet het gezicht in het midden');
    await page.getByRole('dialog').getByRole('button', { name: 'Foto nemen' }).click();
    await desk.press('Foto gebruiken');
    await expect.poll(() => photo.getAttribute('src')).not.toBe(fromFile);
    await desk.judge('registration-photo');
    expect(await desk.kept()).not.toContain('data:image');
    await desk.toThePrice();
    await desk.sell();
    const [kept] = await stand.query(
      'SELECT source, media_type AS type, length(content) < 200000 AS small FROM passholder_picture ORDER BY taken_at DESC LIMIT 1',
    );
    expect(kept).toEqual({ source: 'WEBCAM', type: 'image/jpeg', small: true });
    await takeAllBack();
  });

  it('is refused in words where the browser gives no camera', async () => {
    await desk.close();
    const strict = await browse();
    desk = await Desk.open(strict, stand);
    await desk.beginWith(ordinary.chip);
    await desk.press('Foto nemen');
    await desk.see('De browser geeft de camera niet');
    await desk.judge('registration-camera-denied');
    await desk.page.keyboard.press('Escape');
    await desk.see('Wie is het?');
    await strict.close();
  });
});

describe('what is typed', () => {
  it('survives a reload without its secrets, and a stray click asks', async () => {
    const { page } = desk;
    await desk.beginWith(ordinary.chip);
    await desk.fillPerson({ first: 'Blijft', last: 'Staan', born: '07081990', insz: '90080757002' });
    expect(await desk.kept()).toContain('Blijft');
    expect(await desk.kept()).not.toContain('90080757002');
    await page.reload();
    await desk.see('Je gaat verder waar je was');
    expect(await desk.value('Voornaam')).toBe('Blijft');
    expect(await desk.value('Rijksregisternummer')).toBe('');
    // Enter goes on with it, and does not begin anew.
    expect(await desk.focused()).toMatch(/Voornaam/);
    await desk.judge('registration-resumed');

    await stand.reader.insert(1, taken.chip);
    await desk.see('Deze pas is niet voor een nieuwe registratie');
    await desk.judge('registration-other-pass');
    await desk.press('Verder registreren');
    await page.getByRole('link', { name: /^OpenBalie/ }).click();
    await desk.see('Deze pas is nog niet geregistreerd');
    await desk.judge('registration-leave');
    await desk.press('Hier blijven');
    expect(await desk.value('Voornaam')).toBe('Blijft');
    await page.goBack();
    await desk.see('Welke pas krijgt de persoon?');
    await expect.poll(() => page.url()).toMatch(/register$/);
    await page.goBack();
    await desk.see('Deze pas is nog niet geregistreerd');
    await desk.press('Hier blijven');
    await desk.goOn();
    await desk.see('Wie is het?');
    expect(await desk.value('Voornaam')).toBe('Blijft');
    await desk.context.clearCookies({ name: 'openbalie_session' });
    await desk.fill('Straat en nummer', 'Korenmarkt 2');
    await desk.see('Je bent niet meer aangemeld');
    await desk.judge('registration-signed-out');
    await desk.signInAgain();
    await desk.see('Je gaat verder waar je was');
    expect(await desk.value('Straat en nummer')).toBe('Korenmarkt 2');

    await page.getByRole('link', { name: /^OpenBalie/ }).click();
    await desk.press('Weggooien');
    await desk.see('Hou de pas tegen de lezer');
    expect(await desk.kept()).not.toContain('Blijft');
  });
});

async function statusOf(number: string) {
  const [card] = await stand.query('SELECT status FROM card WHERE uitpas_number = $1', [number]);
  return card?.status;
}

/** Voids what was sold through the till of the day, so that the passes are in stock again. */
async function takeAllBack() {
  const { page } = desk;
  await page.goto(`${stand.url}/registrations`);
  await page.getByRole('table').waitFor();
  const open = page.getByRole('button', { name: /^Ontvangstbewijs .* annuleren/ });
  for (let left = await open.count(); left > 0; left--) {
    await open.first().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Annuleren' }).click();
    await expect.poll(() => open.count()).toBe(left - 1);
  }
  expect(
    await stand.query(
      "SELECT 1 FROM registration WHERE voided_at IS NULL AND channel = 'COUNTER' AND day = current_date AND organizer_id = (SELECT counter_id FROM card WHERE uitpas_number = $1)",
      [ordinary.number],
    ),
  ).toEqual([]);
}

/** A picture of this size, drawn by the browser. */
async function aPicture(width: number, height: number): Promise<Buffer> {
  const url = await desk.page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [w, h];
      const context = canvas.getContext('2d');
      if (context) {
        context.fillStyle = '#0b6e4f';
        context.fillRect(0, 0, w, h);
        context.fillStyle = '#f3d2b3';
        context.arc(w / 2, h / 2, h / 4, 0, 7);
        context.fill();
      }
      return canvas.toDataURL('image/png');
    },
    [width, height] as const,
  );
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
