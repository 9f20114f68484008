import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setOutcome } from '@/shared/identify/outcome';
import { useUnsaved } from '@/shared/identify/unsaved';
import { forgetRecent } from '@/shared/recent/recent';
import { dismissAllToasts } from '@/shared/ui/toast-store';
import { App } from './app';
import { activities, an, bib, FakeBackend, FakeBridge, me, refusal } from './fake-backend';
import { queryClient } from './query-client';
import { router } from './router';

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  FakeBridge.install();
  queryClient.clear();
  localStorage.clear();
  sessionStorage.clear();
});

afterEach(() => {
  dismissAllToasts();
  forgetRecent();
  setOutcome(undefined);
});

async function open(path: string, beside?: React.ReactNode) {
  window.history.replaceState({}, '', path);
  router.history.replace(path);
  const user = userEvent.setup();
  const page = render(
    <>
      <App />
      {beside}
    </>,
  );
  await act(() => router.load());
  return { user, page };
}

async function tap(chipNumber = '04784CDAEE3880') {
  await screen.findByRole('button', { name: 'Kaartlezer: Lezer klaar' });
  act(() => FakeBridge.current?.present(chipNumber));
}

const profile = () => screen.findByRole('heading', { name: 'An Peeters' });
const savePoint = async () => screen.findByRole('button', { name: /^Punt geven: Voorleesuur/ });

function scan(number: string, target: Element = document.body) {
  for (const key of [...Array.from(number), 'Enter']) fireEvent.keyDown(target, { key });
}

describe('from a card to its person', () => {
  test('a card on the reader opens the person', async () => {
    await open('/');
    await tap();
    await profile();
    const [asked] = backend.asked('POST /api/v1/identifications');
    expect(asked?.body).toEqual({ identifier: '04784CDAEE3880', source: 'CHIP' });
    expect(asked?.headers.get('X-Counter')).toBe(bib.id);
    expect(location.pathname).toBe(`/passholders/${an.id}`);
  });

  test('a scan opens the person from any screen', async () => {
    await open(`/passholders/${an.id}/points`);
    await screen.findByRole('heading', { name: 'Puntenhistoriek' });
    scan('0900000095902');
    await profile();
    expect(backend.asked('POST /api/v1/identifications')[0]?.body).toEqual({
      identifier: '0900000095902',
      source: 'SCANNER',
    });
  });

  test('a tab in the background leaves the card to another', async () => {
    await open('/');
    await screen.findByRole('button', { name: 'Kaartlezer: Lezer klaar' });
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    act(() => FakeBridge.current?.present('04784CDAEE3880'));
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(backend.asked('POST /api/v1/identifications')).toEqual([]);
  });

  test('typing that would be lost is asked about, and staying keeps it', async () => {
    const { user } = await open('/', <Typing />);
    await tap();
    const question = await screen.findByRole('alertdialog', { name: 'Je bent nog aan het typen' });
    await user.click(within(question).getByRole('button', { name: 'Hier blijven' }));
    expect(backend.asked('POST /api/v1/identifications')).toEqual([]);
    expect(location.pathname).toBe('/');

    await tap('04363CDAEE3880');
    const again = await screen.findByRole('alertdialog');
    await user.click(within(again).getByRole('button', { name: 'Naar de pas' }));
    await profile();
  });

  test('a national number stands in no URL and no storage', async () => {
    const { user } = await open('/');
    const field = await screen.findByLabelText('Pas-, chip- of rijksregisternummer');
    await user.type(field, '83.03.02-015.40{Enter}');
    await profile();
    expect(backend.asked('POST /api/v1/identifications')[0]?.body).toEqual({
      identifier: '83030201540',
      source: 'TYPED',
    });
    const kept = JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      location.href,
      history.state,
    ]);
    expect(kept).not.toContain('83030201540');
    expect(backend.sent.some(({ path }) => path.includes('83030201540'))).toBe(false);
  });

  test('a wrong number is refused before anyone is asked', async () => {
    await open('/');
    const person = userEvent.setup({ delay: 60 });
    await person.type(
      await screen.findByLabelText('Pas-, chip- of rijksregisternummer'),
      '0900000095903{Enter}',
    );
    await screen.findByText(/er is een cijfer fout of verwisseld/);
    expect(backend.asked('POST /api/v1/identifications')).toEqual([]);
  });

  test('a phone is explained, with the way out', async () => {
    await open('/');
    await screen.findByRole('button', { name: 'Kaartlezer: Lezer klaar' });
    act(() => {
      FakeBridge.current?.card({ kind: 'other', problem: { code: 'RANDOM_UID' } });
    });
    await screen.findByRole('heading', { name: 'Dit is geen pas' });
    screen.getByText(/Typ het nummer dat op de pas staat/);
  });
});

describe('a point', () => {
  test('is saved, shown with the new balance, and taken back', async () => {
    const { user } = await open(`/passholders/${an.id}`);
    await user.click(await savePoint());
    await screen.findByText('1 punt gespaard voor Voorleesuur');
    expect(screen.getByTestId('balance').textContent).toContain('13');
    const [saved] = backend.asked('POST /api/v1/checkins');
    expect(saved?.body).toEqual({ passholderId: an.id, activityId: 'reading' });
    expect(saved?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);

    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => {
      expect(backend.asked('DELETE /api/v1/checkins/checkin-1')).toHaveLength(1);
    });
    await waitFor(() => {
      expect(screen.getByTestId('balance').textContent).toContain('12');
    });
  });

  test('is tried again under the same key after a breakdown, and anew under another', async () => {
    backend.on('POST /api/v1/checkins', () => refusal(503, 'unavailable'));
    const { user } = await open(`/passholders/${an.id}`);
    await user.click(await savePoint());
    await user.click(await screen.findByRole('button', { name: 'Opnieuw proberen' }));
    await waitFor(() => {
      expect(backend.asked('POST /api/v1/checkins')).toHaveLength(2);
    });
    backend.on('POST /api/v1/checkins', () => refusal(409, 'checkin-limit-reached', 'Al een punt vandaag.'));
    await user.click(await screen.findByRole('button', { name: 'Opnieuw proberen' }));
    await screen.findByText('Al een punt vandaag.');
    await user.click(await savePoint());
    await waitFor(() => {
      expect(backend.asked('POST /api/v1/checkins')).toHaveLength(4);
    });
    const keys = backend.asked('POST /api/v1/checkins').map(({ headers }) => headers.get('Idempotency-Key'));
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  test('does not wait for the network to return', async () => {
    const { user } = await open(`/passholders/${an.id}`);
    const button = await savePoint();
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    act(() => void window.dispatchEvent(new Event('offline')));
    backend.fails = true;
    await user.click(button);
    await screen.findByText(/Deze computer is niet verbonden/);
    backend.fails = false;
    await act(() => {
      window.dispatchEvent(new Event('online'));
      return new Promise((resolve) => setTimeout(resolve, 50));
    });
    expect(backend.asked('POST /api/v1/checkins')).toHaveLength(1);
  });

  test('that may have been saved after all is looked up', async () => {
    backend.on('POST /api/v1/checkins', () => refusal(503, 'unavailable'));
    const { user } = await open(`/passholders/${an.id}`);
    const button = await savePoint();
    backend.on(`GET /api/v1/passholders/${an.id}`, () => ({
      body: { ...an, points: { balance: 13, debt: 0 } },
    }));
    await user.click(button);
    await waitFor(() => {
      expect(screen.getByTestId('balance').textContent).toBe('13');
    });
  });

  test('that is refused says why, and the balance stays', async () => {
    backend.on('POST /api/v1/checkins', () =>
      refusal(409, 'checkin-limit-reached', 'Al een punt vandaag. Het volgende kan morgen.'),
    );
    const { user } = await open(`/passholders/${an.id}`);
    await user.click(await savePoint());
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Al een punt vandaag. Het volgende kan morgen.');
    expect(screen.getByTestId('balance').textContent).toContain('12');
    expect(alert.textContent).not.toContain('checkin-limit-reached');
  });

  test('that cannot be saved has its reason beside it', async () => {
    await open(`/passholders/${an.id}`);
    await screen.findByText('Sparen kan vanaf 15.00 uur.');
    expect(screen.queryByRole('button', { name: /Theater/ })).toBeNull();
  });

  test('is given by its key, once, and the next activity keeps its own', async () => {
    let done = false;
    backend.on(`GET /api/v1/passholders/${an.id}/activities`, () => {
      const [reading, theatre] = activities;
      const open = { ...theatre!, checkin: { allowed: true } };
      const saved = { allowed: false, doneAt: '2026-11-22T13:30:00Z', checkinId: 'checkin-1' };
      const member = done ? [open, { ...reading!, checkin: saved }] : [reading, open];
      return { body: { totalItems: 2, member } };
    });
    const { user } = await open(`/passholders/${an.id}`);
    await savePoint();
    await user.keyboard('1');
    await waitFor(() => {
      expect(backend.asked('POST /api/v1/checkins')).toHaveLength(1);
    });
    done = true;
    await act(() => queryClient.invalidateQueries());
    await screen.findByText(/^Gespaard/);
    const titles = screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent);
    expect(titles).toEqual(['Voorleesuur', 'Theater']);
    await user.keyboard('1');
    await act(() => new Promise((resolve) => setTimeout(resolve, 120)));
    expect(backend.asked('POST /api/v1/checkins')).toHaveLength(1);
  });

  test('is taken back from the history', async () => {
    const { user } = await open(`/passholders/${an.id}/points`);
    await user.click(await screen.findByRole('button', { name: /Ongedaan maken: Voorleesuur/ }));
    await screen.findByText('Het punt is teruggenomen.');
    expect(backend.asked('DELETE /api/v1/checkins/checkin-0')).toHaveLength(1);
  });
});

describe('who is there', () => {
  test('nobody signed in sees one button that comes back here', async () => {
    backend.on('GET /api/v1/me', () => refusal(401, 'not-signed-in'));
    await open(`/passholders/${an.id}`);
    const link = await screen.findByRole('link', { name: 'Aanmelden met UiTiD' });
    expect(link.getAttribute('href')).toBe(`/login?returnTo=${encodeURIComponent(`/passholders/${an.id}`)}`);
  });

  test('a session that ended leads to signing in', async () => {
    backend.on(`GET /api/v1/passholders/${an.id}`, () => refusal(401, 'not-signed-in'));
    await open(`/passholders/${an.id}`);
    await screen.findByRole('link', { name: 'Aanmelden met UiTiD' });
  });

  test('who has no rights reads under which address, and whom to ask', async () => {
    backend.on('GET /api/v1/me', () => ({ body: { ...me, counters: [] } }));
    await open('/');
    await screen.findByRole('heading', { name: 'Je hebt nog geen balie' });
    within(screen.getByRole('main')).getByText('mia@voorbeeld.example');
    screen.getByText('regio@voorbeeld.example');
  });

  test('who has several counters chooses one, and it is remembered', async () => {
    const other = { ...bib, id: 'counter-2', name: 'Sporthal' };
    backend.on('GET /api/v1/me', () => ({ body: { ...me, counters: [bib, other] } }));
    const { user } = await open('/');
    await user.click(await screen.findByRole('button', { name: /Sporthal/ }));
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });
    await tap();
    await profile();
    expect(backend.asked('POST /api/v1/identifications')[0]?.headers.get('X-Counter')).toBe('counter-2');
    expect(localStorage.getItem('openbalie.counters.user-1')).toBe('["counter-2"]');
    expect(sessionStorage.getItem('openbalie.counter')).toBe('counter-2');
  });
});

describe('axe finds nothing', () => {
  const pages: [string, string, () => Promise<unknown>][] = [
    ['the home page', '/', () => screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' })],
    ['a profile', `/passholders/${an.id}`, savePoint],
    ['the history', `/passholders/${an.id}/points`, () => screen.findByText('Voorleesuur')],
    ['the counters', '/counters', () => screen.findByRole('heading', { name: 'Aan welke balie zit je?' })],
  ];

  test.each(pages)('on %s', async (_, path, ready) => {
    const { page } = await open(path);
    await ready();
    await expectClean(page.container);
  });

  test('on signing in', async () => {
    backend.on('GET /api/v1/me', () => refusal(401, 'not-signed-in'));
    const { page } = await open('/');
    await screen.findByRole('link', { name: 'Aanmelden met UiTiD' });
    await expectClean(page.container);
  });

  test.each([
    'BLOCKED',
    'UNREGISTERED',
    'UNKNOWN',
    'DELETED',
    'IN_TRANSIT',
    'INVALID',
    'GROUP_PASS',
  ] as const)('on a card that is %s', async (kind) => {
    backend.on('POST /api/v1/identifications', () => ({
      body: {
        kind,
        wayOut: ['TYPE_NUMBER', 'CALL_REGION'],
        ...(kind === 'UNKNOWN' ? {} : { card: cardOf(kind) }),
        ...(kind === 'GROUP_PASS' ? { groupPass: { id: 'g', name: 'Zonnebloem', availableTickets: 3 } } : {}),
      },
    }));
    const { page } = await open('/');
    await tap();
    await screen.findByRole('link', { name: 'Andere pas' });
    await expectClean(page.container);
  });
});

function cardOf(kind: string) {
  return {
    uitpasNumber: '0900000002312',
    chipKnown: true,
    cardSystem: bib.cardSystems[0],
    cardType: 'NFC_CARD',
    status: kind === 'BLOCKED' ? 'BLOCKED' : 'ACTIVE',
    socialTariffCard: false,
  };
}

async function expectClean(container: Element) {
  // jsdom draws nothing, so colours are measured in the browser instead.
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

function Typing() {
  useUnsaved(true);
  return null;
}
