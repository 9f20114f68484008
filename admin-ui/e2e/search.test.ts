import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { browse, clerkContext, signIn, type Stand, start } from './stand';

// Finding people, and doing one thing to many: through the real back end, which
// does the work on its own, to the database.

const counter = 'Bibliotheek De Lettertuin';
const region = 101;
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
  await signIn(page, stand.url, 'coordinator@openbalie.example');
  await page.getByRole('button', { name: counter }).click();
  await page.getByRole('link', { name: 'Zoeken' }).click();
  await see('Typ wat je weet');
});

afterEach(() => context.close());

describe('somebody is found', () => {
  it('by a name without its accents and with a mistake', async () => {
    const [one] = await members("AND p.name ~ '[éèëïöü]'");
    const plain = one.name.normalize('NFD').replace(/\p{M}/gu, '');
    await ask(`${one.first_name} ${plain.slice(0, -1)}`);
    await see('gezocht op naam');
    await page
      .getByRole('link', { name: `${one.first_name} ${one.name}` })
      .first()
      .waitFor();
    expect(page.url()).toBe(`${stand.url}/search`);
    await judge('search-found');
  });

  it('by street, e-mail, telephone and filters, and a wrong guess is put right', async () => {
    const [one] = await members("AND p.email <> '' AND p.street <> '' AND p.phone_number <> ''");
    for (const typed of [one.email, one.phone_number, `${one.name} ${belgian(one.born)}`]) {
      await ask(typed);
      await page
        .getByRole('link', { name: `${one.first_name} ${one.name}` })
        .first()
        .waitFor();
    }
    await ask('Kerkstraat');
    await see('gezocht op straat');
    await page.getByRole('button', { name: 'Liever op naam' }).click();
    await see('gezocht op naam');
    await page
      .getByRole('searchbox')
      .or(page.getByLabel(/^Naam, nummer/))
      .fill('');
    await page.getByRole('button', { name: 'Meer filters' }).click();
    await page.getByLabel('Vereniging').selectOption({ label: 'Zwemclub De Waterratten' });
    await page.getByRole('button', { name: 'Zoeken', exact: true }).click();
    await see('gezocht met de filters');
    await page.getByRole('table').waitFor();
    await judge('search-filters');
  });

  it('by many numbers at once; those of nobody are told and can be copied', async () => {
    const some = await members('');
    const numbers = some.slice(0, 3).map(({ number }) => number);
    await ask([...numbers, '0998100000992', '1234567890123'].join(' '));
    await see('gezocht op 5 nummers');
    await see('3 mensen');
    await page
      .getByText(/kan niet bestaan|kunnen niet bestaan|van niemand/)
      .first()
      .waitFor();
    await judge('search-numbers');
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stand.url });
    await page.getByRole('button', { name: 'Deze nummers kopiëren' }).first().click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/0998100000992|1234567890123/);
    await page.getByLabel('Alle getoonde kiezen').check();
    await see('3 gekozen');
    await ask(some[3].number);
    await see('1 persoon');
    await page.getByLabel('Alle getoonde kiezen').check();
    await see('4 gekozen');
    await judge('search-chosen');
    await page.getByRole('button', { name: 'Voor deze mensen' }).click();
    await judge('search-acts');
  });
});

describe('many at once', { timeout: 180_000 }, () => {
  it('renews the social tariffs that end soon: tried, done, and there on the profile', async () => {
    await page.getByRole('link', { name: 'Kansentarief dat afloopt' }).click();
    await page.getByLabel('Wanneer?').selectOption({ label: 'Binnen 14 dagen' });
    await see(/\d+ mensen/);
    await judge('expiring');
    const [first] = await ending();
    await page.getByLabel(`${first.first_name} ${first.name} kiezen`).waitFor();
    await page.getByRole('button', { name: /^Voor \d+ verlengen/ }).click();
    await see('Kansentarief verlengen');
    await page.getByText('Een andere dag').click();
    await page.getByLabel(/^Grond/).fill('OCMW');
    await judge('bulk-renew');
    await page.getByRole('button', { name: 'Eerst proberen' }).click();
    await see('Er is nog niets veranderd.');
    await judge('bulk-tried');
    expect((await ending())[0].id).toBe(first.id);

    await page.reload();
    await see('Er is nog niets veranderd.');
    await page.getByRole('button', { name: /^Nu echt doen/ }).click();
    await see(/Gedaan voor \d+/);
    await judge('bulk-done');
    const [row] = await stand.query(
      `SELECT (upper(t.valid) - 1)::text AS until, t.ground FROM social_tariff t
       WHERE t.passholder_id = $1 AND t.card_system_id = $2 ORDER BY upper(t.valid) DESC LIMIT 1`,
      [first.id, region],
    );
    const year = new Date().getFullYear() + 1;
    expect(row).toMatchObject({ ground: 'OCMW' });
    expect(String(row?.until)).toContain(String(year));
    await page.goto(`${stand.url}/passholders/${first.id}`);
    await see(new RegExp(`${year}`));
  });

  it('takes a list along, with a purpose, that a spreadsheet reads', async () => {
    const some = (await members('')).slice(0, 2);
    await ask(some.map(({ number }) => number).join(' '));
    await see('2 mensen');
    await page.getByLabel('Alle getoonde kiezen').check();
    await page.getByRole('button', { name: 'Voor deze mensen' }).click();
    await page.getByRole('menuitem', { name: 'Lijst meenemen' }).click();
    await see('De 2 gekozen mensen');
    await page.getByRole('button', { name: 'Lijst maken' }).click();
    await see('Zeg waarvoor de lijst dient.');
    await judge('bulk-export');
    await page.getByLabel('Waarvoor dient de lijst?').fill('Uitnodiging voor het buurtfeest');
    await page.getByRole('button', { name: 'Lijst maken' }).click();
    await see('De lijst is klaar: 2 mensen');
    const csv = await download('Lijst als CSV');
    const [head, ...rows] = csv.toString('utf8').replace('\uFEFF', '').trim().split('\r\n');
    const column = head?.split(';').indexOf('uitpasNumber') ?? -1;
    expect(rows.map((row) => row.split(';')[column]).sort()).toEqual(some.map(({ number }) => number).sort());
    expect((await download('Lijst als Excel')).subarray(0, 2).toString()).toBe('PK');
    await judge('bulk-list');
    const [audit] = await stand.query(
      `SELECT count(*)::int AS people FROM audit WHERE action = 'passholder.exported' AND subject_id = ANY ($1)`,
      [some.map(({ id }) => id)],
    );
    expect(audit).toEqual({ people: 4 });
  });

  it('takes people over from a file, and says what is wrong with a row', async () => {
    await page.goto(`${stand.url}/bulk`);
    await page.getByRole('link', { name: /Overnemen uit een ander systeem/ }).click();
    await see('Een bestand met een rij per persoon');
    await page.getByText('Welke kolommen?').click();
    await judge('bulk-import');
    const lines = [
      'firstName;name;dateOfBirth;street;postalCode;city;points',
      'Zoë;Overgenomen;1990-08-07;Dorpsstraat 1;9395;Denderrode;7',
      'Fout;Overgenomen;geen datum;Dorpsstraat 1;9395;Denderrode;7',
    ];
    const file = { name: 'mensen.csv', mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) };
    await page.locator('input[type=file]').setInputFiles(file);
    await see('mensen.csv');
    await page.getByRole('button', { name: 'Eerst proberen' }).click();
    await see('Het kan voor 1');
    await see('«dateOfBirth»');
    await judge('bulk-import-tried');
    await page.getByRole('button', { name: 'Nu echt doen, voor 1' }).click();
    await see('Gedaan voor 1');
    const rows = await stand.query(
      `SELECT p.first_name, (a.posted_in - a.posted_out)::int AS points FROM passholder p JOIN account a ON a.id = p.id WHERE p.name = 'Overgenomen'`,
    );
    expect(rows).toEqual([{ first_name: 'Zoë', points: 7 }]);
    const report = await download('Verslag als CSV');
    expect(report.toString('utf8')).toMatch(/3;FAILED;bulk-value/);
  });

  it('goes on where it was after a power cut and when the page is left, and stops when it is told to', async () => {
    await page.goto(`${stand.url}/bulk/new/import`);
    await see('Een bestand met een rij per persoon');
    await page.locator('input[type=file]').setInputFiles(crowd(12_000));
    await page.getByRole('button', { name: 'Eerst proberen' }).click();
    await see('van 12.000');
    if (shots) await page.screenshot({ path: join(shots, 'bulk-running-1440-light.png') });

    const order = page.url();
    await begun();
    await stand.server.kill();
    await see('Even geen verbinding');
    if (shots) await page.screenshot({ path: join(shots, 'bulk-away-1440-light.png') });
    await page.close();
    await stand.server.restart();
    const [halfway] = await stand.query('SELECT done FROM bulk WHERE id = $1', [order.split('/').at(-1)]);
    expect(halfway?.done).toBeGreaterThan(0);
    page = await context.newPage();
    await page.goto(order);
    await page.getByText('Het kan voor 12.000').waitFor({ timeout: 90_000 });
    await see('Er is nog niets veranderd.');
    const [double] = await stand.query(
      `SELECT count(*)::int AS rows, count(*) FILTER (WHERE state = 'DONE')::int AS done FROM bulk_row WHERE bulk_id = $1`,
      [order.split('/').at(-1)],
    );
    expect(double).toEqual({ rows: 12_000, done: 12_000 });

    await page.goto(`${stand.url}/bulk/new/import`);
    await page.locator('input[type=file]').setInputFiles(crowd(30_000));
    await page.getByRole('button', { name: 'Eerst proberen' }).click();
    await see('van 30.000');
    await page.getByRole('link', { name: 'Veel mensen tegelijk' }).click();
    await see('Lopende en afgelopen bulkacties');
    await see('Bezig');
    await page.reload();
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('button', { name: 'Stoppen' }).click();
    await see('Er is nog niets veranderd.');
    await see('Gestopt');
    await see('niet aan de beurt gekomen');
    await page.getByRole('link', { name: 'Veel mensen tegelijk' }).click();
    await see('Lopende en afgelopen bulkacties');
    await judge('bulk');
    if (shots) await page.screenshot({ path: join(shots, 'bulk-stopped-1440-light.png') });
    const [none] = await stand.query(`SELECT count(*)::int AS n FROM passholder WHERE name = 'Proefpersoon'`);
    expect(none).toEqual({ n: 0 });
  });

  it('is not for a counter without the right, which is said', async () => {
    await context.close();
    context = await clerkContext(browser);
    page = await context.newPage();
    await signIn(page, stand.url, 'clerk@openbalie.example');
    await page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ }).click();
    await see('Hou de pas tegen de lezer');
    await page.goto(`${stand.url}/bulk`);
    await see('Veel mensen tegelijk: nu niet voor jou');
    await judge('bulk-closed');
    await page.goto(`${stand.url}/expiring`);
    await see('Kansentarief dat afloopt: nu niet voor jou');
  });
});

interface Member {
  id: string;
  first_name: string;
  name: string;
  number: string;
  email: string;
  phone_number: string;
  born: string;
}

/** Some people of the region who have a pass in use. */
async function members(where: string): Promise<[Member, Member, Member, Member, ...Member[]]> {
  const rows = await stand.query(
    `SELECT p.id, p.first_name, p.name, p.email, p.phone_number, p.date_of_birth::text AS born, c.uitpas_number AS number
     FROM passholder p JOIN card c ON c.passholder_id = p.id AND c.status = 'ACTIVE'
     WHERE c.card_system_id = $1 ${where} ORDER BY p.id LIMIT 20`,
    [region],
  );
  return rows as unknown as [Member, Member, Member, Member];
}

/** Those whose social tariff ends within two weeks, soonest first. */
async function ending() {
  const rows = await stand.query(
    `SELECT p.id, p.first_name, p.name FROM social_tariff t JOIN passholder p ON p.id = t.passholder_id
     JOIN membership m ON m.passholder_id = p.id AND m.card_system_id = t.card_system_id AND m.status = 'ACTIVE'
     WHERE t.card_system_id = $1 AND upper(t.valid) - 1 BETWEEN current_date AND current_date + 14
     AND NOT EXISTS (SELECT 1 FROM social_tariff later WHERE later.passholder_id = t.passholder_id
                     AND later.card_system_id = t.card_system_id AND later.valid >> t.valid)
     ORDER BY upper(t.valid), p.name, p.first_name, p.id`,
    [region],
  );
  return rows as unknown as [{ id: string; first_name: string; name: string }];
}

/** A file with so many people who are not there yet. */
function crowd(people: number) {
  const lines = Array.from(
    { length: people },
    (_, n) => `Nummer ${n};Proefpersoon;1990-08-07;9395;Denderrode`,
  );
  const text = ['firstName;name;dateOfBirth;postalCode;city', ...lines].join('\n');
  return { name: 'velen.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

/** Waits until the newest order has done some of its rows. */
async function begun() {
  await expect
    .poll(
      async () => (await stand.query('SELECT done FROM bulk ORDER BY created_at DESC LIMIT 1'))[0]?.done,
      {
        timeout: 30_000,
      },
    )
    .toBeGreaterThan(0);
}

/** «2/3/1983» of «1983-03-02». */
function belgian(day: string): string {
  return day.split('-').reverse().join('/');
}

async function ask(typed: string) {
  await page.getByLabel(/^Naam, nummer/).fill(typed);
  await page.keyboard.press('Enter');
}

async function download(name: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ]);
  return readFileSync(await file.path());
}

async function see(text: string | RegExp) {
  await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 15_000 });
}

/** Looks at the screen narrow and wide, and in every light. */
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
