import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bridge, CardPresented } from '../src/index.js';
import { acs, BridgeServer } from './bridge-server.js';
import { eventually, Page, Permission, until } from './page.js';

let server: BridgeServer;
let page: Page;
let bridge: Bridge | undefined;

beforeEach(async () => {
  server = await BridgeServer.listen();
  page = new Page();
});

afterEach(async () => {
  bridge?.stop();
  await server.close();
});

test('connects and knows the readers', async () => {
  bridge = page.open(server.port);
  const state = await until(bridge, 'connected');
  expect(state.readers).toEqual([acs]);
  expect(state.version).toBe('1.0.0');
  expect(state.simulated).toBe(false);
});

test('follows readers that come, change and go', async () => {
  server.readers = [];
  bridge = page.open(server.port);
  await until(bridge, 'no-reader');
  server.notify('reader.added', { reader: acs });
  await until(bridge, 'connected');
  server.notify('reader.changed', { reader: { ...acs, state: 'mute' } });
  await until(bridge, 'connected', ({ readers }) => readers[0]?.state === 'mute');
  server.notify('reader.removed', { readerId: acs.id });
  await until(bridge, 'no-reader');
});

test('says when the card service of the computer is down, and when it is back', async () => {
  server.service = { state: 'down', code: 'PCSC_DOWN' };
  server.readers = [];
  bridge = page.open(server.port);
  const state = await until(bridge, 'service-down');
  expect(state.code).toBe('PCSC_DOWN');
  server.notify('service.changed', { service: { state: 'ok' } });
  await until(bridge, 'no-reader');
});

test('tells a card once, also when the bridge says it twice', async () => {
  bridge = page.open(server.port);
  const cards: CardPresented[] = [];
  bridge.on('card', (card) => cards.push(card));
  await until(bridge, 'connected');
  server.present('p1', '04784CDAEE3880');
  server.present('p1', '04784CDAEE3880');
  server.present('p2', '04363CDAEE3880');
  await eventually(() => cards.length === 2);
  expect(cards.map((card) => card.chipNumber)).toEqual(['04784CDAEE3880', '04363CDAEE3880']);
});

test('does not replay a card that already lay there when it connected', async () => {
  server.readers = [{ ...acs, state: 'present', card: { kind: 'pass', chipNumber: '04784CDAEE3880' } }];
  bridge = page.open(server.port);
  const cards: CardPresented[] = [];
  bridge.on('card', (card) => cards.push(card));
  await until(bridge, 'connected');
  expect(cards).toEqual([]);
});

test('answers requests by their id and gives errors their name', async () => {
  bridge = page.open(server.port);
  await until(bridge, 'connected');
  await expect(bridge.request('simulate.tap', { cardId: 'a' })).resolves.toEqual({
    readerId: 'r1',
  });
  server.readers = [];
  await expect(bridge.request('simulate.tap', { cardId: 'a' })).rejects.toMatchObject({
    code: 1001,
    reason: 'NO_READER',
    retryable: true,
    hint: 'Plug in a reader.',
  });
  await expect(bridge.request('simulate.lift', {})).rejects.toMatchObject({ code: -32601 });
});

test('ignores frames and notifications it does not know', async () => {
  bridge = page.open(server.port);
  await until(bridge, 'connected');
  for (const text of ['{', '[]', '1', '{"jsonrpc":"1.0","method":"hello"}', '{"jsonrpc":"2.0"}']) {
    server.sendRaw(text);
  }
  server.notify('bridge.notice', { text: 'from a newer bridge' });
  server.notify('reader.changed', { reader: { ...acs, state: 'present' } });
  await until(bridge, 'connected', ({ readers }) => readers[0]?.state === 'present');
});

test('says that no bridge runs, and connects by itself once it does', async () => {
  const port = server.port;
  await server.close();
  bridge = page.open(port);
  await until(bridge, 'not-running');
  server = await BridgeServer.listen(port);
  await until(bridge, 'connected');
});

test('returns after the bridge restarts', async () => {
  bridge = page.open(server.port);
  await until(bridge, 'connected');
  server.hangUp(1012);
  await until(bridge, 'connecting');
  await until(bridge, 'connected');
  expect(server.connections).toBe(2);
});

test('says that the bridge does not know this address', async () => {
  server.allowsOrigin = false;
  bridge = page.open(server.port);
  await until(bridge, 'refused');
  server.allowsOrigin = true;
  await until(bridge, 'connected');
});

test('says that page and bridge speak another version', async () => {
  server.protocols = ['openbalie.bridge.v2'];
  bridge = page.open(server.port);
  const state = await until(bridge, 'version-mismatch');
  expect(state.offered).toEqual(['openbalie.bridge.v2']);
});

test('says that too many pages are open, and connects once there is room', { timeout: 20_000 }, async () => {
  server.room = 0;
  bridge = page.open(server.port);
  await until(bridge, 'crowded');
  server.room = 1;
  bridge.ask();
  await until(bridge, 'connected');
});

test('waits for a click where the browser would ask', async () => {
  page.permission = new Permission('prompt');
  bridge = page.open(server.port);
  const state = await until(bridge, 'permission-needed');
  expect(state).toEqual({ name: 'permission-needed', reason: 'prompt', asking: false });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.connections).toBe(0);

  bridge.ask();
  await until(bridge, 'connected');
});

test('needs no click again on a page that was let in before', async () => {
  page.permission = new Permission('prompt');
  bridge = page.open(server.port);
  await until(bridge, 'permission-needed');
  bridge.ask();
  await until(bridge, 'connected');
  bridge.stop();

  bridge = page.open(server.port);
  await until(bridge, 'connected');
});

test('never knocks while permission is denied, and connects once it is given', async () => {
  page.permission = new Permission('denied');
  bridge = page.open(server.port);
  const state = await until(bridge, 'permission-needed');
  expect(state.reason).toBe('denied');
  page.wake();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.connections).toBe(0);

  page.permission.set('granted');
  await until(bridge, 'connected');
});

test('tells a denied permission from a bridge that is not there', async () => {
  const permission = new Permission('prompt');
  page.permission = permission;
  const port = server.port;
  await server.close();
  bridge = page.open(port);
  await until(bridge, 'permission-needed');
  bridge.ask();
  await until(bridge, 'not-running');
  permission.set('denied');
  await until(bridge, 'permission-needed', ({ reason }) => reason === 'denied');
  server = await BridgeServer.listen(port);
});

test('asks for nothing on a page of this computer itself', async () => {
  page.permission = new Permission('prompt');
  page.hostname = 'localhost';
  bridge = page.open(server.port);
  await until(bridge, 'connected');
});

test('says that a page without https gets no reader', async () => {
  page.isSecureContext = false;
  bridge = page.open(server.port);
  const state = await until(bridge, 'permission-needed');
  expect(state.reason).toBe('insecure');
  expect(server.connections).toBe(0);
});

test('stays quiet in the background and returns when looked at', async () => {
  bridge = page.open(server.port);
  await until(bridge, 'connected');
  page.visible = false;
  server.hangUp(4503);
  await until(bridge, 'connecting');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.connections).toBe(1);
  page.wake();
  await until(bridge, 'connected');
});

test('notices on waking that the socket is dead', { timeout: 10_000 }, async () => {
  bridge = page.open(server.port);
  await until(bridge, 'connected');
  server.answersPing = false;
  page.wake();
  await eventually(() => server.connections === 2);
});
