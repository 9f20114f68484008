import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { expect } from 'vitest';
import { findings, overflow } from './findings';
import { clerkContext, signIn, type Stand } from './stand';

const shots = process.env.OPENBALIE_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

const coordinator = 'coordinator@openbalie.example';

/** Somebody as a clerk fills her in. */
export interface Newcomer {
  first: string;
  last: string;
  /** As 31121999. */
  born: string;
  insz?: string;
}

/** A clerk at the desk of one counter, and what she does to register people. */
export class Desk {
  readonly page: Page;
  readonly context: BrowserContext;
  private readonly stand: Stand;

  private constructor(page: Page, stand: Stand) {
    this.page = page;
    this.context = page.context();
    this.stand = stand;
  }

  /** Signs a coordinator in, or somebody else, at the counter of the official test data. */
  static async open(browser: Browser, stand: Stand, email = coordinator): Promise<Desk> {
    const context = await clerkContext(browser);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const desk = new Desk(page, stand);
    await signIn(page, stand.url, email);
    await page.getByRole('button', { name: /\[TEST\] UiTPAS Organisatie/ }).click();
    await desk.see('Hou de pas tegen de lezer');
    await page.getByRole('button', { name: /Lezer klaar/ }).waitFor();
    return desk;
  }

  /** Ends it; nothing that was registered stays. */
  async close() {
    await this.stand.reader.clear();
    await this.context.close();
  }

  async see(text: string | RegExp) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  async press(name: string | RegExp) {
    await this.page.getByRole('button', { name }).first().click();
  }

  goOn() {
    return this.press('Verder');
  }

  async fill(label: string, text: string) {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  check(label: string) {
    return this.page.getByLabel(label).check();
  }

  value(label: string) {
    return this.page.getByLabel(label, { exact: true }).inputValue();
  }

  /** Begins with a pass from stock that is laid on the reader. */
  async beginWith(chip: string) {
    await this.stand.reader.insert(1, chip);
    await this.page.getByRole('link', { name: 'Pas registreren' }).click();
    await this.see('Wie is het?');
    await this.stand.reader.clear();
  }

  /** Begins with a number that is typed. */
  async beginWithNumber(number: string) {
    await this.page.goto(`${this.stand.url}/register`);
    await this.see('Welke pas krijgt de persoon?');
    await this.fill('Nummer van de pas', number);
    await this.goOn();
    await this.see('Wie is het?');
  }

  async fillPerson(who: Newcomer) {
    await this.fill('Voornaam', who.first);
    await this.fill('Familienaam', who.last);
    await this.day(who.born);
    if (who.insz) await this.fill('Rijksregisternummer', who.insz);
    await this.page.getByText('Vrouw', { exact: true }).click();
    await this.fill('Straat en nummer', 'Korenmarkt 1');
    await this.fill('Postcode', '9000');
    await expect.poll(() => this.value('Gemeente')).toBe('Gent');
  }

  /** Types a date of birth, as 31121999. */
  async day(digits: string) {
    await this.page.getByRole('spinbutton').first().click();
    await this.page.keyboard.type(digits);
  }

  /** From the person to the money, of somebody without an e-mail address who signed. */
  async toThePrice() {
    await this.goOn();
    await this.see('Hoe bereiken we de persoon?');
    await this.check('Heeft geen e-mailadres');
    await this.goOn();
    await this.see('Waarmee gaat de persoon akkoord?');
    await this.check('Tekende de voorwaarden op papier');
    await this.goOn();
    await this.see('Wat kost het?');
  }

  /** Registers somebody who pays cash. */
  async sell() {
    await this.page.getByText('Contant', { exact: true }).click();
    await this.press(/^Pas registreren/);
    await this.see('heeft een pas');
  }

  /** What is said against a field, once it says it is wrong. */
  async because(label: string): Promise<string> {
    const field = this.page.getByLabel(label).first();
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    return field.evaluate((input) =>
      (input.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.innerText ?? '')
        .join(' '),
    );
  }

  /** All that this tab keeps. */
  kept(): Promise<string> {
    return this.page.evaluate(() =>
      JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]),
    );
  }

  /** Keeps the next answer from there back, until the function that this gives is called. */
  holdBack(url: string): () => void {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = async (route: Route) => {
      await released;
      await route.continue();
    };
    void this.page.route(url, hold, { times: 1 });
    return release;
  }

  /** Signs the same person in once more, wherever she is. */
  async signInAgain() {
    await this.page.getByRole('link', { name: /^Aanmelden/ }).click();
    await this.page.getByLabel('E-mail').fill(coordinator);
    await this.page.getByLabel('Wachtwoord').fill('sandbox');
    await this.page.getByRole('button', { name: 'Aanmelden' }).click();
  }

  /** What has the focus, by its name. */
  focused(): Promise<string> {
    return this.page.evaluate(focusedName);
  }

  /** Walks with Tab to what has this name, as who has no mouse. */
  async tabTo(name: RegExp) {
    for (let step = 0; step < 40; step++) {
      if (name.test(await this.focused())) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not lead to ${String(name)}`);
  }

  async type(text: string) {
    await this.page.keyboard.type(text, { delay: 70 });
  }

  /** Looks at the screen at every width and in every light. */
  async judge(name: string) {
    const { page } = this;
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
        if (shots)
          await page.screenshot({ path: join(shots, `${name}-${String(width)}-${colorScheme}.png`) });
      }
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1440, height: 900 });
  }
}

// Runs in the page.
function focusedName(): string {
  const active = document.activeElement as HTMLInputElement | null;
  if (!active) return '';
  const by = active.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const named = by.map((id) => document.getElementById(id)?.innerText ?? '').join(' ');
  const label = active.labels?.[0]?.innerText ?? '';
  return [named, label, active.getAttribute('aria-label') ?? '', active.innerText].find(Boolean) ?? '';
}
