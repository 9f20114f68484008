import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findings, overflow } from './findings';
import { browse, signIn, type Stand, start } from './stand';

// Every screen is judged by axe, at every width, light and dark. With
// OPENBALIE_SHOTS=folder each is also drawn there, for people to judge.

const shots = process.env.OPENBALIE_SHOTS;

// Colours do not depend on the width, and the layout not on the colours: in the dark the ends are enough.
const schemes = [
  { colorScheme: 'light', widths: [1440, 1024, 390] },
  { colorScheme: 'dark', widths: [1440, 390] },
] as const;

let stand: Stand;
let browser: Browser;

beforeAll(async () => {
  stand = await start();
  browser = await browse();
  if (shots) mkdirSync(shots, { recursive: true });
});

afterAll(async () => {
  await stand.close();
  await browser.close();
});

afterEach(() => stand.reader.clear());

describe.each(schemes)('in $colorScheme', ({ colorScheme, widths }) => {
  it.each(widths)('every screen is accessible at %i pixels', async (width) => {
    const { context, page, judge } = await opened(width, colorScheme);
    const tap = async (chip: string, heading: string | RegExp) => {
      await stand.reader.insert(0, chip);
      await page.getByRole('heading', { name: heading }).first().waitFor();
      await stand.reader.clear();
    };

    await page.goto(stand.url);
    await page.getByRole('heading', { name: 'Welkom aan de balie' }).waitFor();
    await judge('sign-in');
    await signIn(page, stand.url, 'clerk@openbalie.example');
    const counter = page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ });
    await counter.waitFor();
    await judge('counters');
    await counter.click();
    await page.getByRole('heading', { name: 'Hou de pas tegen de lezer' }).waitFor();
    await page.getByText('Vandaag bij').waitFor();
    await judge('home');
    await page.getByRole('button', { name: 'Oefenkaarten' }).click();
    await page.getByText('Kansentarief verlopen').waitFor();
    await judge('practice');
    await page.keyboard.press('Escape');

    await tap('04363CDAEE3880', 'Godelieve Maertens');
    await page.getByRole('button', { name: /^Punt/ }).first().waitFor();
    await judge('profile');
    await page.goto(`${page.url()}/points`);
    await page.getByRole('heading', { name: 'Puntenhistoriek' }).waitFor();
    await page.getByRole('table').or(page.getByRole('list')).first().waitFor();
    await judge('points');

    await tap('04B00412F15284', 'Deze pas is geblokkeerd');
    await judge('blocked');
    await tap('047E2EEA053B80', 'Deze pas is nog van niemand');
    await judge('unregistered');
    await tap('04D0AB6AF85C80', /groepspas/i);
    await judge('group-pass');
    await tap('04AAAAAAAAAA80', 'We kennen deze pas niet');
    await judge('unknown');

    await stand.bridge.stop();
    await page.goto(stand.url);
    await page.getByRole('heading', { name: 'Typ het nummer van de pas' }).waitFor();
    await judge('no-bridge');
    await stand.bridge.start();
    await context.close();
  });

  it.each(widths)('every screen about a person is accessible at %i pixels', async (width) => {
    const { context, page, judge } = await opened(width, colorScheme);
    await signIn(page, stand.url, 'coordinator@openbalie.example');
    await page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ }).click();
    await page.getByRole('heading', { name: 'Hou de pas tegen de lezer' }).waitFor();
    await stand.reader.insert(0, '04363CDAEE3880');
    await page.getByRole('heading', { name: 'Godelieve Maertens' }).first().waitFor();
    await stand.reader.clear();
    const person = page.url();
    const see = async (path: string, heading: string, name: string) => {
      await page.goto(`${person}${path}`);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      await judge(name);
    };

    if (width < 600) await page.getByRole('button', { name: 'Pas en gegevens tonen' }).click();
    await page.getByText('Notitie', { exact: true }).click();
    await page.getByText('Foto', { exact: true }).click();
    await page.getByText('Alleen voor collega’s').waitFor();
    await judge('manage');
    await page.getByRole('button', { name: 'Verhuisd of overleden' }).click();
    await page.getByText('Dit stopt:').waitFor();
    await judge('leave');
    await page.keyboard.press('Escape');
    await see('/edit', 'Gegevens aanpassen', 'edit');
    const [system] = await stand.query(`SELECT id FROM card_system WHERE name = 'UiTPAS Gent'`);
    await see(`/tariff/${String(system?.id)}`, 'Tarief bij', 'tariff');
    await see('/associations', 'Verenigingen', 'associations');
    await see('/family', 'Gezin', 'family');
    await see('/record', 'Historiek van het dossier', 'record');
    await see('/privacy', 'Privacy', 'privacy');
    await see('/merge', 'Dubbel dossier samenvoegen', 'merge-find');
    const find = page.getByLabel('Zoek op naam of pasnummer');
    await find.fill('0900000095902');
    await find.press('Enter');
    await page.getByRole('link', { name: 'Vergelijken met Bram' }).click();
    await page.getByText('Wat er gebeurt').waitFor();
    await judge('merge');
    await page.goto(`${stand.url}/privacy`);
    await page.getByText('Niets te beantwoorden').waitFor();
    await judge('privacy-requests');
    await context.close();
  });
});

/** A page at a width, and what judges it: axe, its own width, and people who look at pictures. */
async function opened(width: number, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({
    locale: 'nl-BE',
    timezoneId: 'Europe/Brussels',
    colorScheme,
    reducedMotion: 'reduce',
    viewport: { width, height: width < 600 ? 844 : 900 },
  });
  const page = await context.newPage();
  const judge = async (name: string) => {
    expect.soft(await findings(page), `${name} at ${String(width)} in ${colorScheme}`).toEqual([]);
    expect
      .soft(await page.title(), `${name} names its tab`)
      .toMatch(/^(?!.*(Godelieve|Maertens|Bram)).+ · OpenBalie$/);
    expect.soft(await overflow(page), `${name} at ${String(width)} scrolls sideways`).toBe(0);
    if (shots)
      await page.screenshot({
        path: join(shots, `${name}-${String(width)}-${colorScheme}.png`),
        fullPage: true,
      });
  };
  return { context, page, judge };
}
