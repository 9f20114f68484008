import { afterEach, beforeEach, expect, test } from 'vitest';
import { BridgeError, type Bridge, type CardPart } from '../src/index.js';
import { BridgeServer } from './bridge-server.js';
import { eventually, Page, until } from './page.js';

let server: BridgeServer;
let bridge: Bridge;

const about = { presentationId: 'p1' };
const identity = {
  method: 'card.identity',
  params: { ...about, identity: { lastName: 'Peeters' }, raw: 'AQI=' },
};
const address = {
  method: 'card.address',
  params: { ...about, address: { postalCode: '9000' }, raw: 'AwQ=' },
};
const picture = {
  method: 'card.picture',
  params: { ...about, mediaType: 'image/jpeg', width: 140, height: 200, raw: '/9j/' },
};
const verdict = {
  method: 'card.verdict',
  params: {
    ...about,
    verdict: { verified: true, authentic: true, findings: [] },
    files: { certificate: 'MAA=' },
  },
};
const noAddress = {
  method: 'card.failed',
  params: { ...about, file: 'address', error: { code: 1014, message: 'no', data: { name: 'FILE_ABSENT' } } },
};
const failed = {
  method: 'card.failed',
  params: { ...about, error: { code: 1013, message: 'no', data: { name: 'READ_FAILED', retryable: true } } },
};

beforeEach(async () => {
  server = await BridgeServer.listen();
  server.capabilities = ['readers', 'card.uid', 'card.identity'];
  bridge = new Page().open(server.port);
  await until(bridge, 'connected');
});

afterEach(async () => {
  bridge.stop();
  await server.close();
});

const asked = (method: string) => server.requests.filter((request) => request.method === method);

/** Reads to the end, and returns the parts and how it failed. */
async function read(signal?: AbortSignal): Promise<{ parts: CardPart[]; error?: unknown }> {
  const parts: CardPart[] = [];
  try {
    for await (const part of bridge.readCard('p1', 'card.photo', signal ? { signal } : {})) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error };
  }
}

test('knows how much of a card the settings of this computer allow', () => {
  expect(bridge.allows('card.identity')).toBe(true);
  expect(bridge.allows('card.photo')).toBe(false);
});

test('gives the parts of a card in order and ends with the verdict', async () => {
  server.readPlays = [identity, address, picture, verdict];
  const { parts, error } = await read();
  expect(error).toBeUndefined();
  expect(parts).toEqual([
    { part: 'identity', ...identity.params },
    { part: 'address', ...address.params },
    { part: 'picture', ...picture.params },
    { part: 'verdict', ...verdict.params },
  ]);
  expect(asked('card.read')[0]?.params).toEqual({ presentationId: 'p1', scope: 'card.photo' });
  expect(asked('card.stop')).toEqual([]);
});

test('tells a file that could not be read, and goes on', async () => {
  server.readPlays = [identity, noAddress, verdict];
  const { parts } = await read();
  expect(parts.map(({ part }) => part)).toEqual(['identity', 'failed', 'verdict']);
  expect(parts[1]).toMatchObject({ file: 'address', error: { reason: 'FILE_ABSENT' } });
});

test('fails when the read fails, with the name and what may help', async () => {
  server.readPlays = [identity, failed];
  const { parts, error } = await read();
  expect(parts).toHaveLength(1);
  expect(error).toBeInstanceOf(BridgeError);
  expect(error).toMatchObject({ reason: 'READ_FAILED', retryable: true });
  expect(asked('card.stop')).toEqual([]);
});

test('fails when the request is refused', async () => {
  server.refusesRead = { code: 2001, message: 'no', data: { name: 'SCOPE_DENIED', hint: 'Ask IT.' } };
  expect((await read()).error).toMatchObject({ reason: 'SCOPE_DENIED', hint: 'Ask IT.' });
});

test('fails when the card is lifted, and hears nothing of it any more', async () => {
  server.readPlays = [identity];
  const reading = read();
  await eventually(() => asked('card.read').length === 1);
  server.notify('card.removed', { presentationId: 'other', readerId: 'r1' });
  server.notify('card.removed', { presentationId: 'p1', readerId: 'r1' });
  server.notify(address.method, address.params);
  const { parts, error } = await reading;
  expect(parts.length).toBeLessThanOrEqual(1);
  expect(error).toMatchObject({ reason: 'CARD_REMOVED' });
  expect(asked('card.stop')).toEqual([]);
});

test('fails when the connection is lost', async () => {
  const reading = read();
  await eventually(() => asked('card.read').length === 1);
  server.hangUp(1012);
  expect((await reading).error).toMatchObject({ reason: 'GONE' });
});

test('an abort ends the read on both sides', async () => {
  const abort = new AbortController();
  server.readPlays = [identity];
  const reading = read(abort.signal);
  await eventually(() => asked('card.read').length === 1);
  abort.abort();
  expect((await reading).error).toMatchObject({ name: 'AbortError' });
  await eventually(() => asked('card.stop').length === 1);
  expect(asked('card.stop')[0]?.params).toEqual(about);
  expect((await read(abort.signal)).error).toMatchObject({ name: 'AbortError' });
  expect(asked('card.read')).toHaveLength(1);
});

test('leaving the loop stops the read', async () => {
  server.readPlays = [identity, address];
  for await (const part of bridge.readCard('p1', 'card.identity')) {
    expect(part.part).toBe('identity');
    break;
  }
  await eventually(() => asked('card.stop').length === 1);
});

test('a second read of a card takes the place of the first', async () => {
  const first = read();
  await eventually(() => asked('card.read').length === 1);
  server.readPlays = [identity, verdict];
  const { parts } = await read();
  expect(parts.map(({ part }) => part)).toEqual(['identity', 'verdict']);
  expect((await first).error).toMatchObject({ reason: 'REPLACED' });
  expect(asked('card.stop')).toEqual([]);
});

test('what is left over of an earlier read is not taken for this one', async () => {
  const reading = read();
  // On its way before the bridge answered.
  server.notify(address.method, address.params);
  server.readPlays = [identity, verdict];
  expect((await reading).parts.map(({ part }) => part)).toEqual(['identity', 'verdict']);
});

test('without a connection there is nothing to read', async () => {
  bridge.stop();
  expect((await read()).error).toMatchObject({ reason: 'GONE' });
});
