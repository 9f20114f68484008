import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { Desk } from './registering';
import { browse, type Stand, start } from './stand';

const bram = { chip: '04784CDAEE3880', number: '0900000095902', name: 'Bram De Wachter' };
const godelieve = { chip: '04363CDAEE3880', number: '0900000067513', name: 'Godelieve Maertens' };
const fresh = { chip: '047E2EEA053B80', number: '0900000020405' };
const lotte = { number: '0900004518404', name: 'Lotte Verhelst' };
const group = { chip: '04D0AB6AF85C80', name: 'Buurtwerking De Brug (testgroep)', turns: 500 };

const voucher = '2009000022';

let stand: Stand;
let browser: Browser;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  stand = await start();
  browser = await browse();
  await stand.query(
    `INSERT INTO voucher (number, voucher_type_id, max_uses, used, created_at)
     SELECT $1, t.id, 1, 0, now() FROM voucher_type t JOIN card_system s ON s.id = t.card_system_id
     WHERE s.name = 'UiTPAS Gent' LIMIT 1`,
    [voucher],
  );
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

beforeEach(async () => {
  desk = await Desk.open(browser, stand);
  page = desk.page;
});

afterEach(() => desk.close());

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
  const hold = async () => {
    await page.getByLabel('Voucher').fill(voucher);
    await page.getByRole('button', { name: 'Voucher gebruiken' }).click();
    await page.getByText(/Gereserveerd tot/).waitFor();
  };
  await hold();
  await page.getByText('Met deze voucher verandert de prijs hier niet.').first().waitFor();
  await page.getByRole('button', { name: 'Weghalen' }).click();
  await stand.query(
    `INSERT INTO price_row (id, price_list_id, position, reason, voucher_type_id, cents)
     SELECT gen_random_uuid(), l.id, -1, 'LOSS_THEFT', v.voucher_type_id, 0
     FROM voucher v JOIN voucher_type t ON t.id = v.voucher_type_id JOIN price_list l ON l.card_system_id = t.card_system_id
     WHERE v.number = $1`,
    [voucher],
  );
  await hold();
  await page.getByTestId('price').getByText('Gratis').waitFor();
  await judge();
  await page.getByRole('button', { name: 'Pas vervangen' }).click();
  await see('De nieuwe pas is klaar');
  expect(await statuses()).toEqual({ [bram.number]: 'BLOCKED', [fresh.number]: 'ACTIVE' });
  expect(await used()).toBe(1);

  await page.keyboard.press('Control+z');
  await page.getByText('De verkoop is teruggenomen').waitFor();
  await see(bram.name);
  expect(await statuses()).toEqual({ [bram.number]: 'ACTIVE', [fresh.number]: 'LOCAL_STOCK' });
  expect(await used()).toBe(0);
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
  await page.getByRole('link', { name: 'Terug naar de pashouder' }).click();
  await page.getByText('Ga je weg, dan is het kwijt.').waitFor();
  await page.getByRole('button', { name: 'Hier blijven' }).press('Enter');
  await see('Gegevens aanpassen');
  expect(await phone.inputValue()).toBe('0470 12 34 56');
  await judge();
  // Nothing lies over it on a tablet either.
  await page.setViewportSize({ width: 800, height: 900 });
  await page.getByRole('button', { name: 'Bewaren' }).click();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByText('De gegevens zijn bewaard.').waitFor();
  await see(bram.name);
  await page.keyboard.press('Control+z');
  await page.getByText('De gegevens zijn weer zoals ze waren.').waitFor();
  await page.getByRole('button', { name: 'Gegevens aanpassen' }).click();
  await see('Gegevens aanpassen');
  expect(await phone.inputValue()).toBe(before);
});

it('keeps what one typed when a colleague saves first', async () => {
  await open(bram, '/edit');
  await see('Gegevens aanpassen');
  await page.getByLabel('Telefoon').fill('0470 12 34 56');
  const colleague = await desk.context.newPage();
  await colleague.goto(page.url());
  await colleague.getByRole('textbox', { name: /^E-mail/ }).fill('bram@werk.example');
  await colleague.getByRole('button', { name: 'Bewaren' }).click();
  await colleague.getByText('De gegevens zijn bewaard.').waitFor();
  await colleague.close();

  await page.getByRole('button', { name: 'Bewaren' }).click();
  await page.getByText('Een collega paste dit intussen aan').waitFor();
  await page.getByText('leeg werd bram@werk.example').waitFor();
  expect(await page.getByLabel('Telefoon').inputValue()).toBe('0470 12 34 56');
  await judge();
  await page.getByRole('button', { name: 'Bewaren' }).click();
  await page.getByText('De gegevens zijn bewaard.').waitFor();
  const [row] = await stand.query('SELECT email, phone_number FROM passholder WHERE id = $1', [
    await idOf(bram),
  ]);
  expect(row).toEqual({ email: 'bram@werk.example', phone_number: '+32470123456' });
});

it('writes a note that only those with the right read', async () => {
  await open(bram);
  await page.getByText('Notitie', { exact: true }).click();
  const note = page.getByRole('textbox', { name: 'Notitie' });
  await note.fill('Komt met zijn zus.');
  await page.getByRole('button', { name: 'Notitie bewaren' }).click();
  await page.getByText('De notitie is bewaard.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('De notitie is bewaard.').nth(0).waitFor();
  await expect.poll(() => note.inputValue()).toBe('');
});

it('makes a person a member of another region with the card they have, and takes it back', async () => {
  await open(bram);
  await page.getByRole('button', { name: /^Lid maken van Paspartoe/ }).click();
  await see('Lid maken van Paspartoe');
  await page.getByTestId('price').waitFor();
  const cash = page.getByRole('radio', { name: 'Contant' });
  if (await cash.count()) await cash.check({ force: true });
  await judge();
  await page.getByRole('button', { name: 'Lid maken', exact: true }).click();
  await see('Lid van Paspartoe');
  expect(await memberOf(bram)).toContain('Paspartoe ACTIVE');
  await page.keyboard.press('Control+z');
  await page.getByText('De verkoop is teruggenomen').waitFor();
  expect(await memberOf(bram)).not.toContain('Paspartoe ACTIVE');
});

it('lets somebody who moved leave, saying what ends, and come back', async () => {
  await open(bram);
  await page.getByRole('button', { name: 'Verhuisd of overleden' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('lidmaatschap van UiTPAS Gent').waitFor();
  await dialog.getByText(/pas 09000 00095 902/).waitFor();
  await dialog.getByRole('button', { name: 'Stopzetten' }).click();
  await page.getByText('Alles is stopgezet.').waitFor();
  expect(await memberOf(bram)).toContain('UiTPAS Gent ENDED');
  await open(bram, '/record');
  await page.getByText('Verhuisd uit UiTPAS Gent').waitFor();
  await judge();
  await page.getByRole('button', { name: 'Ongedaan maken' }).first().click();
  await page.getByText('Alles loopt weer zoals voordien.').waitFor();
  expect(await memberOf(bram)).toContain('UiTPAS Gent ACTIVE');
  expect((await statuses())[bram.number]).toBe('ACTIVE');
});

it('grants a social tariff, suspends one, and undoes each the same day', async () => {
  const [system] = await stand.query(`SELECT id FROM card_system WHERE name = 'UiTPAS Gent'`);
  const standing = page.getByTestId('standing');
  const until = inWeeks(6);
  const undo = async () => {
    const before = await page.getByText('Ongedaan gemaakt').count();
    await page.getByRole('listitem').getByRole('button', { name: 'Ongedaan maken' }).first().click();
    await page.getByText('Ongedaan gemaakt').nth(before).waitFor();
  };

  await open(bram, `/tariff/${String(system?.id)}`);
  await page.getByText('Gewoon tarief').waitFor();
  await page.getByRole('button', { name: 'Toekennen' }).click();
  await page.getByLabel('Grond').fill('Verhoogde tegemoetkoming');
  await page
    .locator('form')
    .getByRole('button', { name: /^(Toekennen|Verlengen)$/ })
    .click();
  await page.getByText(/^Toegekend tot en met .* · Verhoogde tegemoetkoming/).waitFor();
  await undo();
  await page.getByText('Gewoon tarief').waitFor();

  await open(godelieve, `/tariff/${String(system?.id)}`);
  const before = (await standing.textContent()) ?? '';
  await page.getByRole('button', { name: 'Schorsen' }).click();
  await page.getByRole('group', { name: 'Werkt weer vanaf' }).getByRole('spinbutton').first().click();
  await page.keyboard.type(until.digits);
  await page.locator('form').getByRole('button', { name: 'Schorsen' }).click();
  await expect.poll(() => standing.textContent()).toContain(`geschorst tot ${until.words}`);
  await judge();
  await undo();
  await expect.poll(() => standing.textContent()).toBe(before);
});

it('puts somebody in a family and in an association, and takes each back', async () => {
  await open(godelieve, '/family');
  await tap(bram.chip);
  await page.getByRole('button', { name: 'Bram toevoegen' }).click();
  await page.getByText('Bram hoort nu bij dit gezin.').waitFor();
  await page.getByRole('link', { name: bram.name }).waitFor();
  await judge();
  await page.getByRole('button', { name: 'Eruit halen' }).click();
  await page.getByText('Bram hoort niet meer bij dit gezin.').waitFor();
  await open(godelieve, '/associations');
  await page
    .getByRole('button', { name: /^Lid maken tot/ })
    .first()
    .click();
  await page.getByText(/^Lid van .* tot en met/).waitFor();
  await page.getByRole('button', { name: 'Stoppen' }).click();
  await page.getByText(/is gestopt/).waitFor();
});

it('makes two records of one person one, and parts them again', async () => {
  const [other] = await stand.query(
    `UPDATE passholder SET insz_cipher = NULL, insz_hash = NULL WHERE id = (
       SELECT m.passholder_id FROM membership m JOIN card_system s ON s.id = m.card_system_id
       JOIN card c ON c.passholder_id = m.passholder_id AND c.card_system_id = s.id
       WHERE m.status = 'ACTIVE' AND c.status = 'ACTIVE' AND s.name = 'UiTPAS Gent' AND m.passholder_id <> $1
       ORDER BY m.passholder_id DESC LIMIT 1)
     RETURNING id, first_name, (SELECT uitpas_number FROM card WHERE passholder_id = passholder.id LIMIT 1)`,
    [await idOf(bram)],
  );
  await open(bram, '/merge');
  const find = page.getByLabel('Zoek op naam of pasnummer');
  await find.fill(String(other?.uitpas_number));
  await find.press('Enter');
  await page.getByRole('link', { name: `Vergelijken met ${String(other?.first_name)}` }).click();
  await page.getByText('Wat er gebeurt').waitFor();
  await judge();
  await page.getByRole('button', { name: 'Samenvoegen' }).click();
  await page.getByText('De twee dossiers zijn nu één.').waitFor();
  await see(bram.name);
  const into = async () =>
    (await stand.query('SELECT merged_into FROM passholder WHERE id = $1', [other?.id]))[0]?.merged_into;
  expect(await into()).toBe(await idOf(bram));
  await page.goto(`${stand.url}/passholders/${String(other?.id)}`);
  await page.getByText('Dit dossier is samengevoegd met een ander.').waitFor();
  await open(bram, '/record');
  await page.getByRole('button', { name: 'Weer scheiden' }).click();
  await page.getByText('De twee dossiers zijn weer apart.').waitFor();
  expect(await into()).toBeNull();
});

it('hands over everything about a person, and forgets somebody who asks', async () => {
  const [person] = await stand.query(
    `SELECT p.id, p.first_name || ' ' || p.name AS name FROM passholder p JOIN membership m ON m.passholder_id = p.id
     JOIN card_system s ON s.id = m.card_system_id WHERE s.name = 'UiTPAS Gent' AND p.erased_at IS NULL
     AND p.deceased_on IS NULL ORDER BY p.id DESC LIMIT 1`,
  );
  const name = String(person?.name);
  await page.goto(`${stand.url}/passholders/${String(person?.id)}/privacy`);
  await see('Privacy');
  await page
    .getByText(/Karim Amrani · profiel/)
    .first()
    .waitFor();
  for (const [button, type] of [
    ['Leesbaar, om af te drukken', 'html'],
    ['Voor een ander programma (JSON)', 'json'],
  ] as const) {
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const text = await readFile(await (await file).path(), 'utf8');
    expect(text, type).toContain(name.split(' ').at(-1));
  }
  const note = async () => {
    await page.getByLabel(/^Waarom, of hoe gevraagd/).fill('Per brief gevraagd.');
    await page.getByRole('button', { name: 'Vraag noteren voor later' }).click();
    await page.getByText('De vraag is genoteerd.').waitFor();
  };
  await note();
  await judge();

  await page.goto(`${stand.url}/privacy`);
  await page.getByRole('button', { name: 'Weigeren' }).click();
  const refusing = page.getByRole('dialog', { name: 'Vraag weigeren' });
  await refusing.getByText('Schrijf eerst waarom.').waitFor();
  await refusing.getByLabel('Waarom niet?').fill('De persoon was het niet zelf.');
  await judge();
  await refusing.getByRole('button', { name: 'Weigeren' }).click();
  await page.getByText('Niets te beantwoorden').waitFor();
  await page.getByRole('tab', { name: 'Geweigerd' }).click();
  await page.getByText('De persoon was het niet zelf.').waitFor();

  await page.goto(`${stand.url}/passholders/${String(person?.id)}/privacy`);
  await note();
  await page.goto(`${stand.url}/privacy`);
  await page.getByText('Per brief gevraagd.').waitFor();
  await judge();
  await page.getByRole('button', { name: 'Nu wissen' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Voorgoed wissen' }).click();
  await page.getByText('De persoon is gewist.').waitFor();
  const [gone] = await stand.query(
    'SELECT first_name, name, erased_at IS NOT NULL AS erased FROM passholder WHERE id = $1',
    [person?.id],
  );
  expect(gone).toEqual({ first_name: '', name: '', erased: true });
  expect(await stand.query('SELECT * FROM ledger_fault')).toEqual([]);
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
  await page.getByText('1 nummer is van niemand').waitFor();
  await page.getByText('0900009999906', { exact: true }).waitFor();
  await page.getByRole('link', { name: bram.name }).waitFor();
  expect(page.url()).toBe(`${stand.url}/search`);
});

it('closes the record of somebody who died, and opens it again after a mistake', async () => {
  const id = await idOf(lotte);
  const diedOn = async () =>
    (await stand.query('SELECT deceased_on FROM passholder WHERE id = $1', [id]))[0]?.deceased_on;
  await open(lotte);
  await page.getByRole('button', { name: 'Verhuisd of overleden' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Overleden' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Stopzetten' }).click();
  await page.getByText(/Overleden op \d/).waitFor();
  expect(await diedOn()).not.toBeNull();
  expect(await page.getByRole('button', { name: 'Punt geven' }).count()).toBe(0);
  await judge();

  await open(lotte, '/record');
  await page.getByRole('button', { name: 'Ongedaan maken' }).first().click();
  await page.getByText('Alles loopt weer zoals voordien.').waitFor();
  expect(await diedOn()).toBeNull();
});

it('renews a social tariff, ends it early, and lifts a suspension', async () => {
  const [gent] = await stand.query(`SELECT id FROM card_system WHERE name = 'UiTPAS Gent'`);
  const standing = page.getByTestId('standing');
  const form = page.locator('form');
  await open(lotte, `/tariff/${String(gent?.id)}`);
  await page.getByText('Gewoon tarief').waitFor();
  await page.getByRole('button', { name: 'Toekennen' }).click();
  await form
    .getByRole('button', { name: 'Toekennen' })
    .or(form.getByRole('button', { name: 'Verlengen' }))
    .click();
  await expect.poll(() => standing.textContent()).toMatch(/^Kansentarief tot en met/);
  const granted = await standing.textContent();

  await page.getByRole('button', { name: 'Verlengen' }).click();
  await form.getByRole('button', { name: 'Verlengen' }).click();
  await page.getByText(/^Verlengd tot en met/).waitFor();
  await expect.poll(() => standing.textContent()).not.toBe(granted);
  const renewed = await standing.textContent();
  await page.getByText('Het loopt al zo lang als het hier mag.').waitFor();
  await page.getByText('er is daarna al iets veranderd').waitFor(); // of the grant

  await page.getByRole('button', { name: 'Schorsen' }).click();
  await page.getByRole('group', { name: 'Werkt weer vanaf' }).getByRole('spinbutton').first().click();
  await page.keyboard.type(digitsOf(new Date(Date.now() + 30 * 86_400_000)));
  await form.getByRole('button', { name: 'Schorsen' }).click();
  await expect.poll(() => standing.textContent()).toMatch(/geschorst tot/);
  await page.getByRole('button', { name: 'Schorsing opheffen' }).click();
  await expect.poll(() => standing.textContent()).toBe(renewed);

  await page.getByRole('button', { name: 'Stoppen' }).click();
  await form.getByRole('button', { name: 'Stoppen' }).click();
  await page.getByText(/^Gestopt op/).waitFor();
  const [right] = await stand.query(
    `SELECT upper(valid) - 1 = (now() AT TIME ZONE 'Europe/Brussels')::date AS today
     FROM social_tariff WHERE passholder_id = $1 AND card_system_id = $2`,
    [await idOf(lotte), gent?.id],
  );
  expect(right).toEqual({ today: true });
  await judge();
});

it('says of a group pass whose it is and how many turns are left', async () => {
  await tap(group.chip);
  await see(`Groepspas ${group.name}`);
  await page.getByText('Tickets over').waitFor();
  await page.getByText(String(group.turns), { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /^Punt/ }).count()).toBe(0);
  await judge();
});

/** A day as one types it. */
function digitsOf(day: Date): string {
  return new Intl.DateTimeFormat('nl-BE', {
    timeZone: 'Europe/Brussels',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  })
    .format(day)
    .replace(/\D/g, '');
}

/** Opens somebody, or a page about them, by the address. */
async function open(person: typeof lotte, path = '') {
  await page.goto(`${stand.url}/passholders/${await idOf(person)}${path}`);
  await page.getByText(person.name).first().waitFor();
}

async function idOf({ number }: typeof lotte): Promise<string> {
  const [row] = await stand.query('SELECT passholder_id FROM card WHERE uitpas_number = $1', [number]);
  return String(row?.passholder_id);
}

/** Where somebody is a member, and how. */
async function memberOf(person: typeof bram): Promise<string[]> {
  const rows = await stand.query(
    `SELECT s.name || ' ' || m.status AS membership FROM membership m JOIN card_system s ON s.id = m.card_system_id
     WHERE m.passholder_id = $1`,
    [await idOf(person)],
  );
  return rows.map(({ membership }) => String(membership));
}

async function used(): Promise<unknown> {
  const [row] = await stand.query('SELECT used FROM voucher WHERE number = $1', [voucher]);
  return row?.used;
}

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

/** A day that many weeks from now, as it is typed and as it is said. */
function inWeeks(weeks: number) {
  const at = new Date(Date.now() + weeks * 7 * 86_400_000);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('nl-BE', { timeZone: 'Europe/Brussels', ...options }).format(at);
  const digits = part({ day: '2-digit', month: '2-digit', year: 'numeric' }).replace(/\D/g, '');
  return { digits, words: part({ day: 'numeric', month: 'long', year: 'numeric' }) };
}

async function statuses(): Promise<Record<string, unknown>> {
  const rows = await stand.query(
    'SELECT uitpas_number AS number, status FROM card WHERE uitpas_number = ANY($1)',
    [[bram.number, fresh.number]],
  );
  return Object.fromEntries(rows.map(({ number, status }) => [String(number), status]));
}
