#!/usr/bin/env node
// Reads the identity card that is in the reader of this computer, and prints
// what the bridge tells, as it comes. Nothing but WebSocket and JSON, so that
// it can be written again in any language.
//
//   node bridge/client/examples/read-eid.mjs --simulate       starts a bridge with practice cards, reads each
//   node bridge/client/examples/read-eid.mjs --origin https://balie.example
//                                                             waits for a card at the bridge that runs here
//
// A bridge answers allowed web addresses only. A program is none, so it says
// which one it speaks for; that protects pages from each other, not the card
// from programs of the same user, which could read it themselves.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

const { values: options } = parseArgs({
  options: {
    origin: { type: 'string', default: 'http://localhost:8080' },
    port: { type: 'string' },
    scope: { type: 'string', default: 'card.photo' },
    simulate: { type: 'boolean', default: false },
    program: { type: 'string' },
  },
});
const port = Number(options.port ?? (options.simulate ? 24799 : 24787));

/** Opens the connection, again for as long as a bridge of ours is starting. */
async function connect(patience) {
  for (let left = patience; ; left -= 100) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1`, ['openbalie.bridge.v1'], {
      origin: options.origin,
    });
    try {
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      return socket;
    } catch (error) {
      if (left <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** One connection: asks questions, and gives what the bridge tells by itself in order. */
class Bridge {
  #waiting = new Map();
  #told = [];
  #wake = () => {};
  #id = 0;

  constructor(socket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const { id, method, params, result, error } = JSON.parse(data.toString());
      if (method) {
        this.#told.push({ method, params });
        this.#wake();
        return;
      }
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(`${error.data.name}: ${error.message} ${error.data.hint}`));
      else resolve(result);
    });
    socket.on('close', () => {
      this.#told.push({ method: 'closed' });
      this.#wake();
    });
  }

  ask(method, params = {}) {
    const id = ++this.#id;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  async next() {
    while (this.#told.length === 0) await new Promise((resolve) => (this.#wake = resolve));
    return this.#told.shift();
  }
}

const bytes = (raw) => `(${Buffer.from(raw, 'base64').length} bytes)`;

/** Reads one card, from its presentation to its verdict. */
async function read(bridge, presentationId) {
  const began = performance.now();
  const say = (...words) =>
    console.log(`${(performance.now() - began).toFixed(1).padStart(8)} ms `, ...words);
  await bridge.ask('card.read', { presentationId, scope: options.scope });
  for (;;) {
    const { method, params } = await bridge.next();
    if (params?.presentationId !== presentationId) continue;
    switch (method) {
      case 'card.identity': {
        const { identity: i, raw } = params;
        const { year, month, day, text } = i.dateOfBirth;
        const born = [year, month, day].filter(Boolean).join('-') || text;
        say(
          'identity',
          i.firstNames,
          i.lastName,
          `born ${born} in ${i.placeOfBirth}, ${i.nationality}`,
          bytes(raw),
        );
        say('        ', `card ${i.cardNumber}, ${i.documentType.name}, until ${i.validUntil ?? 'unknown'}`);
        break;
      }
      case 'card.address': {
        const { street, postalCode, municipality } = params.address;
        say('address ', `${street}, ${postalCode} ${municipality}`, bytes(params.raw));
        break;
      }
      case 'card.picture':
        say('picture ', `${params.width} × ${params.height}`, params.mediaType, bytes(params.raw));
        break;
      case 'card.verdict': {
        const { verified, why, findings } = params.verdict;
        say('verdict ', verified ? 'verified' : `not verified: ${why}`);
        for (const { check, result, reason } of findings) say('        ', check, result, reason ?? '');
        return;
      }
      case 'card.failed':
        say('failed  ', params.file ?? 'the read', params.error.data.name, params.error.message);
        if (!params.file) return;
        break;
      case 'card.removed':
        say('the card was lifted');
        return;
    }
  }
}

/** Waits for a card, and reads it if it is an identity card. */
async function readNext(bridge) {
  for (;;) {
    const { method, params } = await bridge.next();
    if (method === 'closed') throw new Error('the bridge hung up');
    if (method !== 'card.presented') continue;
    if (params.problem) console.log(params.problem.code, params.problem.message);
    else if (params.kind === 'eid') await read(bridge, params.presentationId);
    else console.log(`a ${params.kind}, no identity card`);
    return;
  }
}

async function practise(bridge) {
  const { cards } = await bridge.ask('simulate.list');
  for (const card of cards.filter(({ kind }) => kind === 'eid')) {
    console.log(`\n${card.labels.en}`);
    const { readerId } = await bridge.ask('simulate.tap', { cardId: card.id, holdMs: 0 });
    await readNext(bridge);
    await bridge.ask('simulate.lift', { readerId }).catch(() => {}); // one is pulled out by itself
  }
}

let stop = () => {};
if (options.simulate) {
  const state = mkdtempSync(join(tmpdir(), 'openbalie-'));
  const [program, ...words] = options.program ? [options.program] : ['go', 'run', './bridge'];
  const flags = [
    'simulate',
    '--port',
    String(port),
    '--allowed-origins',
    options.origin,
    '--state-dir',
    state,
  ];
  const child = spawn(program, [...words, ...flags, '--log-level', 'warn'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: 'inherit',
    detached: true, // `go run` has a child of its own
  });
  stop = () => {
    process.kill(-child.pid, 'SIGTERM');
    rmSync(state, { recursive: true, force: true });
  };
}
try {
  const bridge = new Bridge(await connect(options.simulate ? 60_000 : 0));
  if (options.simulate) {
    await practise(bridge);
  } else {
    console.log('Insert a card; Ctrl+C ends.');
    for (;;) await readNext(bridge);
  }
  bridge.socket.close();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  stop();
}
