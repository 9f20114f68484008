import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CloseCode, type Bridge, type CardPart, type CardPresented } from '../src/index.js';
import { parseFrame } from '../src/protocol.js';
import { BridgeServer } from './bridge-server.js';
import { eventually, Page, until } from './page.js';

interface Line {
  from: 'bridge' | 'page';
  frame?: Record<string, unknown>;
  text?: string;
  close?: { code: number; reason: string };
}

const folder = new URL('../../protocol/testdata/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

function transcript(name: string): Line[] {
  return readFileSync(new URL(name, folder), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const fromBridge = (name: string) => transcript(name).filter(({ from }) => from === 'bridge');

let server: BridgeServer;
let bridge: Bridge | undefined;

beforeEach(async () => {
  server = await BridgeServer.listen();
  server.readers = [];
});

afterEach(async () => {
  bridge?.stop();
  await server.close();
});

/** Connects and plays what the bridge of a transcript tells by itself. */
async function play(name: string) {
  bridge = new Page().open(server.port);
  const cards: CardPresented[] = [];
  const removed: string[] = [];
  bridge.on('card', (card) => cards.push(card));
  bridge.on('card.removed', ({ presentationId }) => removed.push(presentationId));
  await until(bridge, 'no-reader');
  for (const { frame, close } of fromBridge(name)) {
    if (frame && 'method' in frame && frame['method'] !== 'hello') server.broadcast(frame);
    if (close) server.hangUp(close.code);
  }
  return { bridge, cards, removed };
}

test.each(names)('every frame of %s is read', (name) => {
  for (const { frame } of fromBridge(name)) {
    // An answer to what was no request has no id, and nobody who waits for it.
    if (!frame || frame['id'] === null) continue;
    expect(parseFrame(JSON.stringify(frame)), JSON.stringify(frame)).toBeDefined();
  }
});

test('a tap is told once, with its lift', async () => {
  const presented = fromBridge('tap-and-lift.jsonl').filter(
    ({ frame }) => frame?.['method'] === 'card.presented',
  );
  const { cards, removed } = await play('tap-and-lift.jsonl');
  await eventually(() => cards.length === presented.length);
  await eventually(() => removed.length > 0);
  expect(cards[0]?.chipNumber).toMatch(/^[0-9A-F]{14}$/);
});

test('what keeps a card from being read has a code', async () => {
  const { cards } = await play('problems.jsonl');
  await eventually(() => cards.some(({ problem }) => problem?.code === 'RANDOM_UID'));
  expect(cards.every(({ problem }) => problem !== undefined)).toBe(true);
});

test.each([
  ['read-eid.jsonl', ['identity', 'address', 'picture', 'verdict']],
  ['read-eid-partly.jsonl', ['identity', 'failed', 'failed', 'verdict']],
])('the parts of %s come in order', async (name, expected) => {
  for (const { frame } of fromBridge(name)) {
    const method = String(frame?.['method']);
    if (!/^card\.(identity|address|picture|verdict|failed)$/.test(method)) continue;
    server.readPlays.push({ method, params: frame?.['params'] as Record<string, unknown> });
  }
  bridge = new Page().open(server.port);
  await until(bridge, 'no-reader');
  const presentationId = String(server.readPlays[0]?.params['presentationId']);
  const parts: CardPart[] = [];
  for await (const part of bridge.readCard(presentationId, 'card.photo')) parts.push(part);
  expect(parts.map(({ part }) => part)).toEqual(expected);
  const [first] = parts;
  expect(first?.part === 'identity' && first.identity.lastName).toBe('Voorbeeld');
});

test.each(['draining.jsonl', 'failed.jsonl'])('comes back after %s', async (name) => {
  await play(name);
  await eventually(() => server.connections === 2);
});

test('the close codes are those of the catalogue', () => {
  const catalogue = JSON.parse(readFileSync(new URL('catalogue.json', folder), 'utf8')) as {
    closeCodes: { code: number; name: string }[];
  };
  const codes = catalogue.closeCodes.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(Object.values(CloseCode)));
});
