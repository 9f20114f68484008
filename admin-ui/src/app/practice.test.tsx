import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeEid } from '@/shared/eid/inserted-eid';
import { setOutcome } from '@/shared/identify/outcome';
import { forgetRecent } from '@/shared/recent/recent';
import { App } from './app';
import { an, FakeBackend, FakeBridge, me } from './fake-backend';
import { queryClient } from './query-client';
import { router } from './router';

const text = (nl: string) => ({ nl, fr: nl, de: nl, en: nl });

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  FakeBridge.install();
  FakeBridge.capabilities.push('simulate');
  FakeBridge.answers.set('simulate.list', {
    readers: [],
    cards: [
      { id: 'ordinary', kind: 'pass', labels: text('Gewone pas'), chipNumber: '04784CDAEE3880' },
      { id: 'eid-new', kind: 'eid', labels: text('Nog geen pas'), notes: text('Élise komt er een vragen.') },
      { id: 'mobib', kind: 'other', labels: text('MOBIB-kaart') },
    ],
  });
  FakeBridge.answers.set('simulate.tap', { readerId: 'r' });
  queryClient.clear();
  localStorage.clear();
  sessionStorage.clear();
});

afterEach(() => {
  closeEid();
  forgetRecent();
  setOutcome(undefined);
});

function practise() {
  const about = { sandbox: true, version: '1', login: { name: 'UiTiD' }, bridge: { port: 24787 } };
  const sample = {
    uitpasNumber: '0900000095902',
    chipNumber: '04784CDAEE3880',
    label: text('Gewone pas'),
    note: text('Van Bram.'),
  };
  backend.on('GET /api/v1/me', () => ({ body: { ...me, sandbox: true } }));
  backend.on('GET /api/v1/about', () => ({ body: about }));
  backend.on('GET /api/v1/sandbox/samples', () => ({ body: [sample] }));
}

async function open(reader: string) {
  window.history.replaceState({}, '', '/');
  router.history.replace('/');
  const user = userEvent.setup();
  render(<App />);
  await act(() => router.load());
  await screen.findByRole('button', { name: `Kaartlezer: ${reader}` });
  return user;
}

/** The browser of the tests keeps popovers hidden: this one is made an ordinary part, and told that it opened. */
async function openTray() {
  await screen.findByRole('button', { name: 'Oefenkaarten' });
  const tray = document.querySelector<HTMLElement>('[popover][aria-label="Oefenkaarten"]')!;
  tray.removeAttribute('popover');
  tray.hidePopover = () => fireEvent(tray, Object.assign(new Event('toggle'), { newState: 'closed' }));
  fireEvent(tray, Object.assign(new Event('toggle'), { newState: 'open' }));
  await screen.findByText('MOBIB-kaart');
  return within(tray);
}

const taps = () =>
  FakeBridge.current!.asked.filter(({ method }) => method === 'simulate.tap').map(({ params }) => params);

describe('the tray of practice cards', () => {
  beforeEach(practise);

  test('holds every kind, and is accessible', async () => {
    await open('Lezer klaar');
    const tray = await openTray();
    for (const name of ['Passen', 'Identiteitskaarten', 'Andere kaarten']) {
      expect(within(tray.getByRole('region', { name })).getAllByRole('button')).toHaveLength(1);
    }
    const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations).toEqual([]);
  });

  test('lays a pass on the reader as long as a hand would', async () => {
    const user = await open('Lezer klaar');
    await user.click((await openTray()).getByRole('button', { name: /^Gewone pas/ }));
    expect(taps()).toEqual([{ chipNumber: '04784CDAEE3880', holdMs: 900 }]);
    expect(screen.queryByText('MOBIB-kaart')).toBeNull();
  });

  test('finds a card by a word, with or without its accents, and takes the first with Enter', async () => {
    const user = await open('Lezer klaar');
    const tray = await openTray();
    await user.type(tray.getByRole('textbox', { name: 'Zoek een oefenkaart' }), 'elise');
    expect(tray.getAllByRole('button').map((button) => button.textContent)).toEqual([
      'Nog geen pasÉlise komt er een vragen.',
    ]);
    await user.keyboard('{Enter}');
    expect(taps()).toEqual([{ cardId: 'eid-new', holdMs: 0 }]);
  });

  test('finds a pass by a part of its number, and says when there is none', async () => {
    const user = await open('Lezer klaar');
    const tray = await openTray();
    const line = tray.getByRole('textbox');
    await user.type(line, '95 902');
    expect(tray.getByRole('button').textContent).toContain('Gewone pas');
    await user.type(line, '9');
    expect(tray.getByRole('status').textContent).toBe('Geen oefenkaart met «95 9029».');
  });

  test('is walked with the arrow keys', async () => {
    const user = await open('Lezer klaar');
    const tray = await openTray();
    expect(document.activeElement).toBe(tray.getByRole('textbox'));
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('MOBIB-kaart');
    await user.keyboard('{ArrowUp}{ArrowUp}');
    expect(document.activeElement).toBe(tray.getByRole('textbox'));
  });

  test('leaves an eID in the reader until it is taken out', async () => {
    const user = await open('Lezer klaar');
    await user.click((await openTray()).getByRole('button', { name: /^Nog geen pas/ }));
    act(() => {
      FakeBridge.current!.reader({ id: 'r', name: 'Lezer', state: 'present' });
    });
    await user.click(await screen.findByRole('button', { name: 'eID eruit' }));
    expect(FakeBridge.current!.asked.at(-1)).toEqual({ method: 'simulate.lift', params: { readerId: 'r' } });
    act(() => {
      FakeBridge.current!.reader({ id: 'r', name: 'Lezer', state: 'empty' });
    });
    await waitFor(() => {
      expect(screen.queryByRole('button', { name: 'eID eruit' })).toBeNull();
    });
  });
});

test('a simulated reader does not count where people are real', async () => {
  await open('Oefenlezer');
  act(() => {
    FakeBridge.current!.present('04784CDAEE3880');
    FakeBridge.current!.card({ kind: 'eid' });
  });
  await new Promise((done) => setTimeout(done, 50));
  expect(backend.asked('POST /api/v1/identifications')).toEqual([]);
  expect(backend.asked(`GET /api/v1/passholders/${an.id}`)).toEqual([]);
  expect(FakeBridge.current!.asked.filter(({ method }) => method !== 'readers.list')).toEqual([]);
});
