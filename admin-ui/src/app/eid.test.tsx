import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EidAnswer } from '@/api/types';
import { closeEid } from '@/shared/eid/inserted-eid';
import { setOutcome } from '@/shared/identify/outcome';
import { forgetRecent } from '@/shared/recent/recent';
import { dismissAllToasts } from '@/shared/ui/toast-store';
import { showPerson } from '@/shared/ui/privacy';
import { App } from './app';
import { an, bib, FakeBackend, FakeBridge, refusal } from './fake-backend';
import { queryClient } from './query-client';
import { router } from './router';

const text = (nl: string) => ({ nl, fr: nl, de: nl, en: nl });
const passholder = { id: an.id, firstName: 'An', name: 'Peeters', differences: ['street' as const] };
const verified: EidAnswer['verdict'] = {
  verified: true,
  authentic: true,
  code: 'verified',
  message: text('In orde.'),
  findings: [{ check: 'identity', result: 'passed', code: 'passed', message: text('In orde.') }],
};
const answer: EidAnswer = {
  id: 'read-1',
  at: '2026-11-22T13:00:00Z',
  identity: {
    firstNames: 'An Maria',
    lastName: 'Peeters',
    dateOfBirth: { year: 1983, month: 3, day: 2 },
    placeOfBirth: 'Gent',
    nationalNumber: '83.03.02-•••.••',
    documentType: { code: 1, name: text('Belg') },
  },
  address: { street: 'Zuidstraat 1', postalCode: '9000', city: 'Gent' },
  nationalNumberValid: true,
  verdict: verified,
};
const found = { ...answer, passholder };
const identity = {
  firstNames: 'An Maria',
  lastName: 'Peeters',
  nationalNumber: '83030201540',
  placeOfBirth: 'Gent',
  nationality: 'Belg',
  dateOfBirth: { year: 1983, month: 3, day: 2, text: '02 MAAR 1983' },
  documentType: { code: 1, name: 'citizen' },
};
const address = { street: 'Zuidstraat 1', postalCode: '9000', municipality: 'Gent' };
const files = { identitySignature: 'c2k=', addressSignature: 'YXM=', certificate: 'Y2U=' };

let backend: FakeBackend;

beforeEach(() => {
  backend = new FakeBackend();
  backend.on('POST /api/v1/eid-reads', () => ({ body: found }));
  FakeBridge.install();
  queryClient.clear();
  localStorage.clear();
  sessionStorage.clear();
});

afterEach(() => {
  closeEid();
  showPerson();
  dismissAllToasts();
  forgetRecent();
  setOutcome(undefined);
});

async function open(path = '/') {
  window.history.replaceState({}, '', path);
  router.history.replace(path);
  const user = userEvent.setup();
  const page = render(<App />);
  await act(() => router.load());
  await screen.findByRole('button', { name: 'Kaartlezer: Lezer klaar' });
  return { user, page };
}

const bridge = () => FakeBridge.current!;
const panel = () => screen.findByRole('region', { name: /^Identiteitskaart/ });
const name = () => screen.findByRole('heading', { name: 'An Maria Peeters' });
const reads = () => bridge().asked.filter(({ method }) => method === 'card.read');
const proofs = () => backend.asked('POST /api/v1/eid-reads');

/** Puts an eID in the reader, and waits until the page asks for it. */
async function insert(readerId = 'r') {
  const before = reads().length;
  let id = '';
  act(() => {
    id = bridge().card({ kind: 'eid', readerId });
  });
  await waitFor(() => {
    expect(reads()).toHaveLength(before + 1);
  });
  return id;
}

const tell = (id: string, method: string, more: object) =>
  act(async () => {
    bridge().about(id, method, more);
    await Promise.resolve();
  });

async function readAll(id: string) {
  await tell(id, 'card.identity', { identity, raw: 'aWQ=' });
  await tell(id, 'card.address', { address, raw: 'YWQ=' });
  await tell(id, 'card.picture', { mediaType: 'image/jpeg', raw: 'cGk=' });
  await tell(id, 'card.verdict', { verdict: { verified: true, authentic: true, findings: [] }, files });
}

async function insertAndRead() {
  const id = await insert();
  await readAll(id);
  return id;
}

const remove = (id: string) => tell(id, 'card.removed', {});

describe('an eID at home', () => {
  test('fills the screen as it is read, and is proved by the back end', async () => {
    await open();
    const id = await insert();
    expect(reads()[0]?.params).toEqual({ presentationId: id, scope: 'card.photo' });
    await panel();
    expect(screen.queryByRole('heading', { name: 'Hou de pas tegen de lezer' })).toBeNull();

    await tell(id, 'card.identity', { identity, raw: 'aWQ=' });
    await name();
    expect(screen.queryByText(/Zuidstraat/)).toBeNull();
    await tell(id, 'card.address', { address, raw: 'YWQ=' });
    await screen.findByText(/Zuidstraat 1/);
    await tell(id, 'card.picture', { mediaType: 'image/jpeg', raw: 'cGk=' });
    const photo = await screen.findByRole('img', { name: 'Foto' });
    expect(photo.getAttribute('src')).toBe('data:image/jpeg;base64,cGk=');
    expect(proofs()).toEqual([]);

    await tell(id, 'card.verdict', { verdict: { verified: false, authentic: false, findings: [] }, files });
    await screen.findByText('Nagekeken en echt');
    expect(proofs()[0]?.headers.get('X-Counter')).toBe(bib.id);
    expect(proofs()[0]?.body).toEqual({
      files: { identity: 'aWQ=', address: 'YWQ=', picture: 'cGk=', ...files },
    });
  });

  test('leads to its passholder, by Enter', async () => {
    const { user } = await open();
    await insertAndRead();
    await screen.findByRole('link', { name: /Pashouder openen/ });
    screen.getByText(/Anders dan bij ons:.*straat/);
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'An Peeters' });
    expect(location.pathname).toBe(`/passholders/${an.id}`);
    expect(screen.queryByRole('region', { name: /^Identiteitskaart/ })).toBeNull();
  });

  test('of nobody we know says so', async () => {
    backend.on('POST /api/v1/eid-reads', () => ({ body: answer }));
    await open();
    await insertAndRead();
    await screen.findByRole('heading', { name: /Nog geen pashouder/ });
    expect(screen.queryByRole('link', { name: /Pashouder openen/ })).toBeNull();
  });

  test('without a right national number is not looked up', async () => {
    backend.on('POST /api/v1/eid-reads', () => ({ body: { ...answer, nationalNumberValid: false } }));
    await open();
    await insertAndRead();
    await screen.findByRole('heading', { name: /Niet opgezocht/ });
  });

  test('that proves nothing is shown all the same, with why', async () => {
    const verdict: EidAnswer['verdict'] = {
      verified: false,
      authentic: false,
      code: 'signature-wrong',
      message: text('Het Rijksregister ondertekende dit niet.'),
      findings: [
        {
          check: 'identity',
          result: 'failed',
          code: 'signature-wrong',
          message: text('De handtekening is fout.'),
        },
      ],
    };
    backend.on('POST /api/v1/eid-reads', () => ({ body: { ...found, verdict } }));
    await open();
    await insertAndRead();
    await screen.findByText('Gelezen, niet bevestigd');
    screen.getByText('Het Rijksregister ondertekende dit niet.');
    screen.getByText('De handtekening is fout.');
    await name();
  });

  test('that is genuine and out of date is not made out to be forged', async () => {
    const verdict: EidAnswer['verdict'] = {
      verified: false,
      authentic: true,
      code: 'card-expired',
      message: text('Deze identiteitskaart is vervallen.'),
      findings: [
        {
          check: 'cardDates',
          result: 'failed',
          code: 'card-expired',
          message: text('Deze identiteitskaart is vervallen.'),
        },
      ],
    };
    backend.on('POST /api/v1/eid-reads', () => ({ body: { ...found, verdict } }));
    await open();
    await insertAndRead();
    await screen.findByText('Echt, maar let op');
    await name();
  });

  test('waits for a back end that does not answer', async () => {
    backend.on('POST /api/v1/eid-reads', () => refusal(503, 'unavailable'));
    const { user } = await open();
    await insertAndRead();
    await screen.findByText('Gelezen, nog niet nagekeken');
    await name();
    backend.on('POST /api/v1/eid-reads', () => ({ body: found }));
    await user.click(screen.getByRole('button', { name: 'Opnieuw nakijken' }));
    await screen.findByText('Nagekeken en echt');
    expect(proofs()).toHaveLength(2);
  });

  test('of which a file cannot be read shows the rest', async () => {
    await open();
    const id = await insert();
    await tell(id, 'card.identity', { identity, raw: 'aWQ=' });
    const error = { code: 1013, message: '', data: { name: 'READ_FAILED' } };
    await tell(id, 'card.failed', { file: 'address', error });
    await tell(id, 'card.verdict', {
      verdict: { verified: false, authentic: true, findings: [] },
      files: {},
    });
    await screen.findByText('Nagekeken en echt');
    expect(proofs()[0]?.body).toEqual({ files: { identity: 'aWQ=' } });
  });

  test('asks for no photo where this computer gives none', async () => {
    FakeBridge.capabilities = ['readers', 'card.uid', 'card.identity'];
    await open();
    const id = await insert();
    expect(reads()[0]?.params).toEqual({ presentationId: id, scope: 'card.identity' });
    await panel();
    await screen.findByText(/niet op deze kaart/);
  });

  test('names its reader where there are several, and the last one in is shown', async () => {
    FakeBridge.readers = [
      { id: 'r', name: 'Lezer links', state: 'empty' },
      { id: 's', name: 'Lezer rechts', state: 'empty' },
    ];
    await open();
    await readAll(await insert('r'));
    await screen.findByRole('region', { name: 'Identiteitskaart in Lezer links' });
    await insert('s');
    await screen.findByRole('region', { name: 'Identiteitskaart in Lezer rechts' });
    expect(screen.queryByRole('heading', { name: 'An Maria Peeters' })).toBeNull();
  });
});

describe('an eID that cannot be read', () => {
  test('because it was pulled leaves nothing, and is read when it is put back', async () => {
    await open();
    const id = await insert();
    await tell(id, 'card.identity', { identity, raw: 'aWQ=' });
    await name();
    await remove(id);
    await screen.findByText('De eID is te vroeg weggenomen');
    expect(document.body.textContent).not.toContain('Peeters');
    expect(proofs()).toEqual([]);

    await insertAndRead();
    await screen.findByText('Nagekeken en echt');
  });

  test('because this computer may not says whom to ask', async () => {
    FakeBridge.capabilities = ['readers', 'card.uid'];
    FakeBridge.refuses.set('card.read', 'SCOPE_DENIED');
    await open();
    screen.getByText('of typ een nummer');
    await insert();
    await screen.findByText('Deze computer leest geen eID’s');
    screen.getByText(/Vraag je IT-dienst/);
    screen.getByRole('link', { name: 'Regio Gent' });
  });

  test('because of the reader is read again at a press', async () => {
    FakeBridge.refuses.set('card.read', 'READER_BUSY');
    const { user } = await open();
    const id = await insert();
    await screen.findByText('De kaartlezer is bezig');
    FakeBridge.refuses.clear();
    await user.click(screen.getByRole('button', { name: 'Opnieuw lezen' }));
    await waitFor(() => {
      expect(reads()).toHaveLength(2);
    });
    await readAll(id);
    await screen.findByText('Nagekeken en echt');
  });

  test('leads to the field for a number', async () => {
    FakeBridge.refuses.set('card.read', 'READ_FAILED');
    const { user } = await open();
    await insert();
    await user.click(await screen.findByRole('link', { name: 'Nummer typen' }));
    expect(await screen.findByLabelText('Pas-, chip- of rijksregisternummer')).toBe(document.activeElement);
  });

  test.each([
    ['MOBIB', 'Dit is een MOBIB-kaart'],
    ['CARD_FOREIGN', 'Dit is een ander soort kaart'],
    ['CARD_NOT_ACTIVATED', 'Deze eID is nog niet geactiveerd'],
  ])('because it is %s is named', async (code, title) => {
    await open();
    act(() => {
      bridge().card({ kind: 'other', problem: { code } });
    });
    await screen.findByRole('heading', { name: title });
    expect(reads()).toEqual([]);
  });
});

describe('an eID on a profile', () => {
  const there = `/passholders/${an.id}`;

  test('of this person says so, and what differs', async () => {
    const { user } = await open(there);
    await insertAndRead();
    await screen.findByRole('heading', { name: /Dit is de eID van deze pashouder/ });
    screen.getByRole('heading', { name: 'An Peeters' });
    await user.keyboard('{Escape}');
    await waitFor(() => {
      expect(screen.queryByRole('region', { name: /^Identiteitskaart/ })).toBeNull();
    });
  });

  test('of somebody else says that first, and the profile stays', async () => {
    const jef = { id: 'person-2', firstName: 'Jef', name: 'Claes', differences: [] };
    backend.on('POST /api/v1/eid-reads', () => ({ body: { ...answer, passholder: jef } }));
    const { user } = await open(there);
    await insertAndRead();
    await screen.findByRole('heading', { name: /Deze eID is van iemand anders/ });
    screen.getByRole('heading', { name: 'An Peeters' });
    await user.click(screen.getByRole('button', { name: 'Bij deze pashouder blijven' }));
    expect(location.pathname).toBe(there);

    await insertAndRead();
    await screen.findByRole('link', { name: /Pashouder openen/ });
    await user.keyboard('{Enter}');
    await waitFor(() => {
      expect(location.pathname).toBe('/passholders/person-2');
    });
  });

  test('from the history of points comes on the profile itself', async () => {
    await open(`${there}/points`);
    await screen.findByRole('heading', { name: 'Puntenhistoriek' });
    await insertAndRead();
    await screen.findByRole('heading', { name: /Dit is de eID van deze pashouder/ });
    expect(location.pathname).toBe(there);
  });
});

describe('what was read', () => {
  test('is in no storage, no address and no history, and the number nowhere on screen', async () => {
    await open();
    await insertAndRead();
    await screen.findByText('Nagekeken en echt');
    const kept = JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      location.href,
      history.state,
      queryClient
        .getQueryCache()
        .getAll()
        .map(({ state }) => state.data),
    ]);
    for (const secret of ['83030201540', 'Maria', 'aWQ=', 'cGk=']) expect(kept).not.toContain(secret);
    expect(document.body.textContent).not.toContain('83030201540');
    screen.getByText('83.03.02-•••.••');
  });

  test('is gone when the panel is closed, the page is left or a pass is held', async () => {
    const { user } = await open();
    await insertAndRead();
    await name();
    await user.keyboard('{Escape}');
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });
    expect(document.body.textContent).not.toContain('Maria');

    await insertAndRead();
    await name();
    act(() => {
      bridge().present('04784CDAEE3880');
    });
    await screen.findByRole('heading', { name: 'An Peeters' });
    await act(() => router.navigate({ to: '/' }));
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });

    await insertAndRead();
    await name();
    act(() => {
      window.dispatchEvent(new Event('pagehide'));
    });
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });
  });

  test('hides with F8, and is gone when the card is too', async () => {
    const { user } = await open();
    const id = await insertAndRead();
    await screen.findByText('Klaar: je mag de eID teruggeven.');
    await user.keyboard('{F8}');
    expect(document.documentElement.hasAttribute('data-private')).toBe(true);
    const carriers = within(await panel()).getAllByText(/Maria|Zuidstraat|1983/);
    for (const carrier of carriers) expect(carrier.closest('[data-person]')).not.toBeNull();
    expect((await screen.findByRole('img', { name: 'Foto' })).hasAttribute('data-person')).toBe(true);

    await remove(id);
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });
  });

  test('stays for the clerk when the card goes first', async () => {
    const { user } = await open();
    const id = await insertAndRead();
    await screen.findByText('Nagekeken en echt');
    await remove(id);
    await screen.findByText(/De eID is uit de lezer/);
    await name();
    await user.keyboard('{F8}');
    await screen.findByRole('heading', { name: 'Hou de pas tegen de lezer' });
  });
});

describe('nothing is read unasked', () => {
  test('by a tab in the background', async () => {
    await open();
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    act(() => {
      bridge().card({ kind: 'eid' });
    });
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(reads()).toEqual([]);
  });

  test('when the eID was there before the page', async () => {
    const card = { presentationId: 'p0', kind: 'eid' };
    FakeBridge.readers = [{ id: 'r', name: 'Lezer', state: 'present', card }];
    const { user } = await open();
    await screen.findByText('Er zit een eID in de lezer.');
    expect(reads()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'eID lezen' }));
    await panel();
    await waitFor(() => {
      expect(reads()[0]?.params).toEqual({ presentationId: 'p0', scope: 'card.photo' });
    });
  });
});

test('axe finds nothing, read, found or failed', async () => {
  const { page } = await open();
  const id = await insert();
  await panel();
  await expectClean(page.container);
  await readAll(id);
  await screen.findByText('Nagekeken en echt');
  await expectClean(page.container);
  const pulled = await insert();
  await remove(pulled);
  await screen.findByText('De eID is te vroeg weggenomen');
  await expectClean(page.container);
});

async function expectClean(container: Element) {
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
