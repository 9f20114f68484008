import { vi } from 'vitest';
import type { Activity, Counter, Identification, Me, Passholder } from '@/api/types';

/** A request as it reached the network. */
export interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

type Answer = { status?: number; body: unknown };
type Answerer = (sent: Sent) => Answer;

const text = (nl: string) => ({ nl, fr: nl, de: nl, en: nl });
// eslint-disable-next-line no-restricted-syntax -- a region's own colour, as the back end tells it
const region = { id: 1, name: 'UiTPAS Gent', primaryColor: '#00a0a0' };

export const bib: Counter = {
  id: 'counter-1',
  name: 'Bib Centrum',
  city: 'Gent',
  cardSystems: [region],
  permissions: ['CHECKINS_WRITE'],
  roles: ['CLERK'],
};

export const me: Me = {
  user: { id: 'user-1', name: 'Mia De Smet', email: 'mia@voorbeeld.example' },
  counters: [bib],
  sandbox: false,
  help: { contacts: [{ name: 'Regio Gent', email: 'regio@voorbeeld.example' }] },
};

export const an: Passholder = {
  id: 'person-1',
  firstName: 'An',
  name: 'Peeters',
  dateOfBirth: '1983-03-02',
  age: 43,
  address: { street: 'Zuidstraat 1', postalCode: '9000', city: 'Gent', country: 'BE' },
  language: 'nl',
  optIns: {},
  version: 1,
  inszKnown: true,
  registeredAt: '2025-01-02T09:00:00Z',
  points: { balance: 12, debt: 0 },
  cards: [
    {
      id: 'card-1',
      uitpasNumber: '0900000095902',
      cardSystem: region,
      cardType: 'NFC_CARD',
      status: 'ACTIVE',
      current: true,
    },
  ],
  memberships: [
    {
      cardSystem: region,
      status: 'ACTIVE',
      since: '2025-01-02T09:00:00Z',
      socialTariff: { status: 'EXPIRED', until: '2026-04-30' },
    },
  ],
};

export const activities: Activity[] = [
  {
    id: 'reading',
    title: 'Voorleesuur',
    location: 'Leeszaal',
    when: { begin: '2026-11-22T13:00:00Z', end: '2026-11-22T14:00:00Z', permanent: false },
    points: 1,
    checkin: { allowed: true },
  },
  {
    id: 'theatre',
    title: 'Theater',
    location: 'Zaal 2',
    when: { begin: '2026-11-22T19:00:00Z', permanent: false },
    points: 1,
    checkin: { allowed: false, code: 'checkin-too-early', message: text('Sparen kan vanaf 15.00 uur.') },
  },
];

export function refusal(status: number, code: string, message?: string): Answer {
  return {
    status,
    body: {
      type: `/problems/${code}`,
      title: code,
      status,
      code,
      ...(message ? { endUserMessage: text(message) } : {}),
    },
  };
}

/** The back end at the network's edge: its answers by `METHOD path`, and what was asked of it. */
export class FakeBackend {
  readonly sent: Sent[] = [];
  /** Whether the network is gone. */
  fails = false;
  private readonly answers = new Map<string, Answerer>();

  constructor() {
    const identified: Identification = { kind: 'PASSHOLDER', passholderId: an.id };
    this.on('GET /api/v1/me', () => ({ body: me }));
    this.on('GET /api/v1/about', () => ({
      body: { sandbox: false, version: '1', login: { name: 'UiTiD' }, bridge: { port: 24787 } },
    }));
    this.on('GET /api/v1/activities', () => ({ body: { totalItems: 0, member: [] } }));
    this.on('POST /api/v1/identifications', () => ({ body: identified }));
    this.on(`GET /api/v1/passholders/${an.id}`, () => ({ body: an }));
    this.on(`GET /api/v1/passholders/${an.id}/activities`, () => ({
      body: { totalItems: activities.length, member: activities },
    }));
    this.on(`GET /api/v1/passholders/${an.id}/points`, () => ({
      body: {
        balance: 12,
        debt: 0,
        totalItems: 1,
        member: [
          {
            id: 'entry-1',
            at: '2026-11-21T13:00:00Z',
            kind: 'CHECKIN',
            title: 'Voorleesuur',
            organizerName: 'Bib Centrum',
            points: 1,
            balanceAfter: 12,
            checkinId: 'checkin-0',
            undo: { allowed: true },
          },
        ],
      },
    }));
    this.on('POST /api/v1/checkins', () => ({
      status: 201,
      body: {
        id: 'checkin-1',
        passholderId: an.id,
        activityId: 'reading',
        activityTitle: 'Voorleesuur',
        points: 1,
        balance: 13,
        debt: 0,
        at: '2026-11-22T13:30:00Z',
      },
    }));
    this.on('DELETE /api/v1/checkins/checkin-1', () => ({ body: { balance: 12, debt: 0 } }));
    this.on('DELETE /api/v1/checkins/checkin-0', () => ({ body: { balance: 11, debt: 0 } }));
    vi.stubGlobal('fetch', this.fetch);
  }

  on(route: string, answer: Answerer): void {
    this.answers.set(route, answer);
  }

  asked(route: string): Sent[] {
    return this.sent.filter(({ method, path }) => `${method} ${path}` === route);
  }

  private readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    const raw = await request.text();
    const sent: Sent = {
      method: request.method,
      path,
      headers: request.headers,
      body: raw ? (JSON.parse(raw) as unknown) : undefined,
    };
    this.sent.push(sent);
    if (this.fails) throw new TypeError('Failed to fetch');
    const { status = 200, body } = (
      this.answers.get(`${request.method} ${path}`) ?? (() => refusal(404, 'not-found'))
    )(sent);
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
    });
  };
}

/** A bridge at the socket's edge, with one reader. */
export class FakeBridge {
  static current: FakeBridge | undefined;
  static capabilities: string[] = [];
  /** What lies in the readers when the page connects. */
  static readers: object[] = [];
  /** What it refuses, by method: the name of the error. */
  static refuses = new Map<string, string>();
  /** What it answers, by method; without one, what it was asked. */
  static answers = new Map<string, object>();
  readonly asked: { method: string; params: unknown }[] = [];
  readyState = 1;
  protocol = 'openbalie.bridge.v1';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  private seq = 1;

  constructor() {
    FakeBridge.current = this;
    setTimeout(() => {
      this.onopen?.();
      this.notify('hello', {
        bridgeId: 'b',
        nonce: 'n',
        time: '2026-11-22T14:00:00Z',
        version: '1',
        capabilities: FakeBridge.capabilities,
        service: { state: 'ok' },
      });
    });
  }

  static install(): void {
    FakeBridge.current = undefined;
    FakeBridge.capabilities = ['readers', 'card.uid', 'card.identity', 'card.photo'];
    FakeBridge.readers = [{ id: 'r', name: 'Lezer', state: 'empty' }];
    FakeBridge.refuses.clear();
    FakeBridge.answers.clear();
    vi.stubGlobal('WebSocket', FakeBridge);
    vi.stubGlobal('isSecureContext', true);
  }

  send(text: string): void {
    const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown };
    this.asked.push({ method, params });
    const name = FakeBridge.refuses.get(method);
    if (name) {
      const data = { name, retryable: false };
      this.tell({ jsonrpc: '2.0', id, error: { code: 2001, message: name, data } });
      return;
    }
    const { readers } = FakeBridge;
    const result =
      method === 'readers.list'
        ? { seq: this.seq, service: { state: 'ok' }, readers }
        : (FakeBridge.answers.get(method) ?? params);
    this.tell({ jsonrpc: '2.0', id, result });
  }

  close(): void {
    this.readyState = 3;
  }

  /** Lays a card on the reader. */
  present(chipNumber: string): void {
    this.card({ kind: 'pass', chipNumber });
  }

  /** Lays a card, and returns its presentation. */
  card(card: object): string {
    this.seq += 1;
    const presentationId = `p${this.seq}`;
    this.notify('card.presented', {
      seq: this.seq,
      presentationId,
      readerId: 'r',
      t: 1,
      wall: '2026-11-22T14:00:00Z',
      ...card,
    });
    return presentationId;
  }

  /** Tells something of a presentation: that it was lifted, or a part of what is on it. */
  about(presentationId: string, method: string, more: object = {}): void {
    this.seq += 1;
    this.notify(method, { seq: this.seq, presentationId, readerId: 'r', ...more });
  }

  /** Tells how a reader stands. */
  reader(reader: object): void {
    this.seq += 1;
    this.notify('reader.changed', { seq: this.seq, reader });
  }

  private notify(method: string, params: object): void {
    this.tell({ jsonrpc: '2.0', method, params });
  }

  private tell(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}
