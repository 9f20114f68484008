import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
const programs = join(root, '.cache/run');

/** How Chromium is started: nothing fetched from outside, no sandbox as root, a drawn camera. */
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
];

/** A virtual card reader on a private smart card service. */
export interface CardReader {
  /** Lays a card with this chip number on the reader, 0 or 1. */
  insert(slot: number, chipNumber: string): Promise<void>;
  /** Puts a practice eID in a reader; its chip takes this many milliseconds for each answer. */
  insertEid(slot: number, id: string, delay?: number): Promise<void>;
  /** Lifts all cards, and waits until the card service has seen it. */
  clear(): Promise<void>;
  /** Ends the smart card service without a word, and brings it back. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Everything that runs for a journey: real programs on a real database and reader. */
export interface Stand {
  url: string;
  reader: CardReader;
  bridge: {
    /** Starts it; it serves the web app's address and tells all of an eID, unless told otherwise. */
    start(settings?: { origin?: string; maxScope?: string }): Promise<void>;
    stop(): Promise<void>;
  };
  server: {
    /** Ends it as a power cut would, and brings it back on what is left. */
    kill(): Promise<void>;
    restart(): Promise<void>;
  };
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/**
 * Starts the stand: `openbalie` with sample data, a virtual reader and the bridge; with a port, mails go there.
 * Leaves nothing behind when it fails.
 */
export async function start(settings: { mailPort?: number } = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'openbalie-e2e-'));
  chmodSync(folder, 0o755); // PostgreSQL's user reaches it, so that nothing stays elsewhere
  const running: ChildProcess[] = [];
  const stop = async () => {
    for (const child of running.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await build(folder, running, stop, settings.mailPort);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function build(
  folder: string,
  running: ChildProcess[],
  stop: () => Promise<void>,
  mailPort?: number,
): Promise<Stand> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const bridgePort = await freePort();

  const serve = [
    'serve',
    '--sandbox',
    `--addr=127.0.0.1:${port}`,
    `--metrics-addr=127.0.0.1:${await freePort()}`,
    `--bridge-port=${bridgePort}`,
    `--data=${join(folder, 'var')}`,
    '--log-level=warn',
    ...(mailPort
      ? [
          '--mail-host=127.0.0.1',
          `--mail-port=${mailPort}`,
          '--mail-security=none',
          '--mail-from=balie@openbalie.example',
        ]
      : []),
  ];
  let server: ChildProcess;
  const startServer = async () => {
    server = program('openbalie', serve);
    running.push(server);
    await answers(`${url}/api/v1/about`, server);
  };
  await startServer();

  const reader = await virtualReader();
  running.push(reader.process);

  let bridge: ChildProcess | undefined;
  const startBridge = async ({ origin = url, maxScope = 'card.photo' } = {}) => {
    bridge = program(
      'openbalie-bridge',
      [
        'run',
        `--port=${bridgePort}`,
        `--allowed-origins=${origin}`,
        `--max-scope=${maxScope}`,
        '--log-level=warn',
      ],
      {
        PCSCLITE_CSOCK_NAME: reader.socket,
        OPENBALIE_BRIDGE_STATE_DIR: join(folder, 'bridge'),
      },
    );
    running.push(bridge);
    await answers(`http://127.0.0.1:${bridgePort}/healthz`, bridge, { Origin: origin });
  };
  const stopBridge = async () => {
    if (bridge) await end(bridge);
    bridge = undefined;
  };

  const connect = async () => {
    const dsn = execFileSync(join(programs, 'openbalie'), ['db', 'url', `--data=${join(folder, 'var')}`], {
      encoding: 'utf8',
    }).trim();
    const client = new pg.Client(dsn);
    client.on('error', () => undefined); // the database may end before we do
    await client.connect();
    return client;
  };
  let database = await connect();
  await startBridge();

  return {
    url,
    reader: reader.reader,
    bridge: { start: startBridge, stop: stopBridge },
    server: {
      kill: async () => {
        await database.end();
        const gone = once(server, 'exit');
        server.kill('SIGKILL');
        await gone;
      },
      restart: async () => {
        await startServer();
        database = await connect();
      },
    },
    query: async (sql, values = []) => (await database.query(sql, values)).rows as Record<string, unknown>[],
    close: async () => {
      await database.end();
      await stop();
    },
  };
}

/** Options of a browser: how the page's address counts, and what IT allows it. */
export interface BrowserOptions {
  /** Treat this port of 127.0.0.1 as a public address, as a hosted web app's is. */
  publicPort?: string;
  /** Origins that an enterprise policy lets speak with this computer. */
  loopbackAllowedFor?: string[];
  /** Whether whoever sits there lets pages use the camera. */
  camera?: boolean;
}

/** Where a browser lies, and where it looks for its enterprise policies. */
const browsers = [
  { executable: '/usr/bin/chromium', policies: '/etc/chromium/policies/managed' },
  { executable: '/usr/bin/google-chrome', policies: '/etc/opt/chrome/policies/managed' },
];

/**
 * Starts Debian's Chromium, or Chrome. Enterprise policies are files at a fixed
 * place, so the browser gets a mount namespace of its own where that place is ours.
 */
export async function browse(options: BrowserOptions = {}): Promise<Browser> {
  const browser = browsers.find((b) => existsSync(b.executable));
  if (!browser) throw new Error('No Chromium: run deploy/dev/setup.sh test');
  const { executable, policies } = browser;
  const args = [...flags];
  if (options.camera) args.push('--use-fake-ui-for-media-stream');
  if (options.publicPort) args.push(`--ip-address-space-overrides=127.0.0.1:${options.publicPort}=public`);
  if (!options.loopbackAllowedFor) return chromium.launch({ executablePath: executable, args });

  const folder = mkdtempSync(join(tmpdir(), 'openbalie-policy-'));
  writeFileSync(
    join(folder, 'bridge.json'),
    JSON.stringify({ LoopbackNetworkAllowedForUrls: options.loopbackAllowedFor }),
  );
  const wrapper = join(folder, 'chromium');
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec unshare --mount --map-root-user sh -c 'mount --bind ${folder} ${policies} && exec ${executable} "$@"' sh "$@"\n`,
    { mode: 0o755 },
  );
  const launched = await chromium.launch({ executablePath: wrapper, args });
  launched.on('disconnected', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return launched;
}

/** Opens a context in Dutch at the size of a counter's screen. */
export function clerkContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({
    locale: 'nl-BE',
    timezoneId: 'Europe/Brussels',
    viewport: { width: 1440, height: 900 },
  });
}

/** Signs in with the sandbox's provider, as a person would. */
export async function signIn(page: Page, url: string, email: string) {
  await page.goto(url);
  await page
    .getByRole('button', { name: /^Aanmelden/ })
    .or(page.getByRole('link', { name: /^Aanmelden/ }))
    .click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Wachtwoord').fill('sandbox');
  await page.getByRole('button', { name: 'Aanmelden' }).click();
  await page.waitForURL((now) => now.href.startsWith(url) && !now.pathname.startsWith('/realms'));
}

async function virtualReader() {
  const child = spawn(join(programs, 'virtual-reader'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const line = await lines.next();
    if (line.done) throw new Error('the virtual reader ended');
    const said = JSON.parse(line.value) as { error?: string; socket?: string };
    if (said.error) throw new Error(`virtual reader: ${said.error}`);
    return said;
  };
  const ask = async (...words: (string | number)[]) => {
    child.stdin.write(`${words.join(' ')}\n`);
    await answer();
  };
  const { socket } = await answer();
  const reader: CardReader = {
    insert: (slot, chipNumber) => ask('insert', slot, chipNumber),
    insertEid: (slot, id, delay = 0) => ask('eid', slot, id, delay),
    clear: () => ask('clear'),
    kill: () => ask('kill'),
    restart: () => ask('restart'),
  };
  return { reader, socket: socket ?? '', process: child as ChildProcess };
}

function program(name: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(join(programs, name), args, { stdio: 'inherit', env: { ...process.env, ...env } });
}

async function answers(url: string, child: ChildProcess, headers: Record<string, string> = {}) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const ok = await fetch(url, { headers }).then(
      (r) => r.ok,
      () => false,
    );
    if (ok) return;
    await pause(50);
  }
  throw new Error(`${url} did not answer`);
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** A port below those that systems lend to clients, so that no connection gets it before the program does. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const listener = createServer().listen(port, '127.0.0.1');
    const free = await once(listener, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    listener.close();
    return port;
  }
}
