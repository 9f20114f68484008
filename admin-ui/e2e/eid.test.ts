import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './registering';
import { browse, type Stand, start } from './stand';

// Practice eIDs in a virtual reader, through the real card service, bridge and
// back end to the real browser.

/** Practice eIDs; the first is a passholder's in the sample data. */
const eid = {
  bram: 'eid-1.8',
  moved: 'eid-1.7-hybrid',
  nobody: 'eid-1.8-new',
  forged: 'eid-forged',
  expired: 'eid-1.1',
  inactive: 'eid-inactive',
};
const bram = { chip: '04784CDAEE3880', insz: '83030201540' };
const other = { number: '0900000067513', name: 'Godelieve Maertens' };
/** Slow enough to be looked at, and pulled, half way. */
const slow = 700;

let stand: Stand;
let browser: Browser;
let desk: Desk;
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
  desk = await Desk.open(browser, stand, 'clerk@openbalie.example');
  page = desk.page;
});

afterEach(() => desk.close());

describe('an eID put in at home', () => {
  it('fills the screen, is verified, and finds its passholder', async () => {
    await stand.reader.insertEid(0, eid.bram);
    await panel().waitFor();
    await desk.see('Nagekeken en echt');
    await expect.poll(() => panel().getByRole('img', { name: 'Foto' }).evaluate(isDrawn)).toBe(true);
    await panel()
      .getByRole('link', { name: /Pashouder openen/ })
      .waitFor();
    await desk.judge('eid-found');

    await page.keyboard.press('Enter');
    await page.waitForURL(/\/passholders\//);
    await page
      .getByRole('heading', { name: /De Wachter/ })
      .first()
      .waitFor();
    await expect.poll(() => panel().count()).toBe(0);
  });

  it('leaves no trace in the browser, nor on the way there', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Nagekeken en echt');
    const name = await panel().getByRole('heading').first().innerText();
    const kept = await page.evaluate(() =>
      JSON.stringify([
        Object.entries(localStorage),
        Object.entries(sessionStorage),
        location.href,
        history.state as unknown,
        document.title,
      ]),
    );
    expect(kept).not.toContain(bram.insz);
    expect(kept).not.toContain(name);
    expect(asked.filter((url) => url.includes(bram.insz))).toEqual([]);
    expect(await page.locator('body').innerText()).not.toContain(bram.insz);

    await page.keyboard.press('Escape');
    await desk.see('Hou de pas tegen de lezer');
    expect(await page.content()).not.toContain(name);
  });

  it('of somebody we do not know says so', async () => {
    await stand.reader.insertEid(0, eid.nobody);
    await desk.see('Nog geen pashouder');
    await desk.judge('eid-nobody');
  });

  it('says what our own data have otherwise', async () => {
    await stand.reader.insertEid(0, eid.moved);
    await desk.see(/Anders dan bij ons:/);
  });

  it('that is out of date is said to be genuine, and out of date', async () => {
    await stand.reader.insertEid(0, eid.expired);
    await desk.see('Echt, maar let op');
    await desk.judge('eid-expired');
  });

  it('with a wrong signature is shown, and not believed', async () => {
    await stand.reader.insertEid(0, eid.forged);
    await desk.see('Gelezen, niet bevestigd');
    await panel().getByText('Wat is nagekeken').click();
    await desk.judge('eid-forged');
  });

  it('pulled half way leaves nothing, and is read when it is put back', async () => {
    await stand.reader.insertEid(0, eid.bram, slow);
    const heading = panel().getByRole('heading').first();
    await heading.waitFor();
    const name = await heading.innerText();
    await desk.judge('eid-reading');
    await stand.reader.clear();
    await desk.see('De eID is te vroeg weggenomen');
    expect(await page.content()).not.toContain(name);
    await desk.judge('eid-pulled');

    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Nagekeken en echt');
  });

  it('taken out at the end stays until the clerk is done, or hides it', async () => {
    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Nagekeken en echt');
    await page.keyboard.press('F8');
    await expect.poll(() => page.locator('[data-private]').count()).toBe(1);
    await desk.judge('eid-hidden');
    await page.keyboard.press('F8');
    await stand.reader.clear();
    await desk.see('De eID is uit de lezer');
    await desk.judge('eid-removed');
    await page.keyboard.press('F8');
    await desk.see('Hou de pas tegen de lezer');
  });

  it('that is not activated is named', async () => {
    await stand.reader.insertEid(0, eid.inactive);
    await desk.see('Deze eID is nog niet geactiveerd');
    await desk.judge('eid-inactive');
  });

  it('is read in the tab that is looked at, and in no other', async () => {
    const second = await desk.context.newPage();
    await second.goto(stand.url);
    await second.getByRole('heading', { name: 'Hou de pas tegen de lezer' }).waitFor();
    await second.bringToFront();
    await stand.reader.insertEid(0, eid.bram);
    await second.getByText('Nagekeken en echt').waitFor();
    expect(await panel().count()).toBe(0);
  });

  it('waits to be asked for after a reload', async () => {
    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Nagekeken en echt');
    await page.reload();
    await desk.see(/Er zit een eID in/);
    expect(await panel().count()).toBe(0);
    await desk.judge('eid-left');
    await page.getByRole('button', { name: 'eID lezen' }).click();
    await desk.see('Nagekeken en echt');
  });
});

describe('an eID put in on a profile', () => {
  it('of somebody else says so, and the profile stays', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type(other.number);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: other.name }).waitFor();
    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Deze eID is van iemand anders');
    await page.getByRole('heading', { name: other.name }).waitFor();
    await desk.judge('eid-other');
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { name: /De Wachter/ })
      .first()
      .waitFor();
  });

  it('of this person says so', async () => {
    await stand.reader.insert(1, bram.chip);
    await page.getByRole('heading', { name: /De Wachter/ }).waitFor();
    await stand.reader.insertEid(0, eid.bram);
    await desk.see('Dit is de eID van deze pashouder');
    await desk.judge('eid-same');
    await page.keyboard.press('Escape');
    await expect.poll(() => panel().count()).toBe(0);
  });
});

it('is not read where this computer may not, and says whom to ask', async () => {
  await stand.bridge.stop();
  await stand.bridge.start({ maxScope: 'card.uid' });
  await page.reload();
  await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
  await stand.reader.insertEid(0, eid.bram);
  await desk.see('Deze computer leest geen eID’s');
  await desk.see(/Vraag je IT-dienst/);
  await desk.judge('eid-scope');
  await stand.bridge.stop();
  await stand.bridge.start();
});

function panel() {
  return page.getByRole('region', { name: /^Identiteitskaart/ });
}

function isDrawn(image: Element) {
  return image instanceof HTMLImageElement && image.naturalWidth > 0;
}
