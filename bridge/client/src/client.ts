import { backoff } from './backoff.js';
import { Connection, gone } from './connection.js';
import { diagnose } from './diagnose.js';
import type { ReadScope } from './eid.js';
import { Emitter } from './emitter.js';
import { browser, isLoopback, type Environment, type PermissionLike } from './environment.js';
import {
  BridgeError,
  CloseCode,
  PORT,
  type CardPresented,
  type CardRemoved,
  type Hello,
  type Method,
  type Methods,
  type Notifications,
} from './protocol.js';
import { Readers } from './readers.js';
import { Reading, type CardPart } from './reading.js';
import { sameState, type BridgeState } from './state.js';

/** Set after a first success, so that a page that was let in once does not ask for a click again. */
const REMEMBERED = 'openbalie.bridge.reached';
const CONNECT_MS = 6_000;
const PING_MS = 3_000;
const LONGEST_WAIT = 6;
const QUESTION_MS = 700;

export interface BridgeOptions {
  host?: string;
  port?: number;
  environment?: Environment;
}

export interface BridgeEvents {
  state: BridgeState;
  card: CardPresented;
  'card.removed': CardRemoved;
}

/**
 * Keeps one connection to the bridge of this computer and says in one word
 * how it stands.
 *
 * It reconnects with growing, jittered pauses and only while the page is
 * visible. Where the browser would ask the person for permission it waits for
 * `ask`, which belongs in a click, and where permission is denied it waits
 * until that changes.
 */
export class Bridge {
  private readonly env: Environment;
  private readonly socketUrl: string;
  private readonly httpOrigin: string;
  private readonly events = new Emitter<BridgeEvents>();
  private readonly readers = new Readers();
  private current: BridgeState = { name: 'connecting' };
  private connection: Connection | undefined;
  private hello: Hello | undefined;
  private permission: PermissionLike | undefined;
  private stopWaking: (() => void) | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private connectTimer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private asked = false;
  private openedAt = 0;
  private busy = false;
  private running = false;
  private lastPresentation = '';
  private readonly readings = new Map<string, Reading>();

  constructor(options: BridgeOptions = {}) {
    const address = `${options.host ?? '127.0.0.1'}:${options.port ?? PORT}`;
    this.env = options.environment ?? browser();
    this.socketUrl = `ws://${address}/v1`;
    this.httpOrigin = `http://${address}`;
  }

  get state(): BridgeState {
    return this.current;
  }

  /** Whether the bridge has simulated readers that `simulate.*` drives. */
  get simulated(): boolean {
    return this.hello?.capabilities.includes('simulate') ?? false;
  }

  /** Whether this computer's settings allow that much of an identity card. */
  allows(scope: ReadScope): boolean {
    return this.hello?.capabilities.includes(scope) ?? false;
  }

  on<K extends keyof BridgeEvents>(type: K, listener: (event: BridgeEvents[K]) => void): () => void {
    return this.events.on(type, listener);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.stopWaking = this.env.onWake(this.wake);
    void this.connect();
  }

  stop(): void {
    this.running = false;
    this.stopWaking?.();
    this.permission?.removeEventListener('change', this.onPermission);
    this.permission = undefined;
    clearTimeout(this.retry);
    clearTimeout(this.connectTimer);
    this.connection?.end(1000);
    this.connection = undefined;
    this.failReadings(gone());
  }

  /** Tries now. Call it from a click: the browser may ask the person a question. */
  ask(): void {
    this.asked = true;
    this.attempt = 0;
    void this.connect();
  }

  request<M extends Method>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    if (!this.connection) return Promise.reject(gone());
    return this.connection.request(method, params);
  }

  /**
   * Reads the identity card of a presentation whose kind is `eid`, and tells
   * each part as soon as it is there; the verdict is the last.
   *
   * It throws a `BridgeError` when the read fails, the card is lifted
   * (`CARD_REMOVED`) or the connection is lost (`GONE`), and the reason of
   * `signal` when that is aborted. To leave the loop, or to abort, stops the
   * read; nothing that came since is kept. A second read of the same
   * presentation takes the place of the first (`REPLACED`).
   */
  async *readCard(
    presentationId: string,
    scope: ReadScope,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<CardPart, void, undefined> {
    signal?.throwIfAborted();
    const connection = this.connection;
    if (!connection) throw gone();
    const reading = new Reading(presentationId);
    this.readings.get(presentationId)?.fail(replaced());
    this.readings.set(presentationId, reading);
    const abort = () => {
      reading.fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
    try {
      connection
        .request('card.read', { presentationId, scope }, undefined, () => {
          reading.begin();
        })
        .catch((error: unknown) => {
          reading.over = true;
          reading.fail(error);
        });
      for (;;) {
        const part = await reading.next();
        yield part;
        if (part.part === 'verdict') return;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      reading.fail(gone());
      if (this.readings.get(presentationId) === reading) {
        this.readings.delete(presentationId);
        if (!reading.over) connection.request('card.stop', { presentationId }).catch(() => undefined);
      }
    }
  }

  private async connect(): Promise<void> {
    if (!this.running || this.busy || this.connection) return;
    // A page in the background stays quiet until it is looked at.
    if (!this.env.isVisible()) return;
    this.busy = true;
    clearTimeout(this.retry);
    const obstacle = await this.obstacle();
    this.busy = false;
    if (!this.running) return;
    if (obstacle) {
      this.become(obstacle);
      return;
    }
    this.open();
  }

  /** What stands in the way before a socket is even tried. */
  private async obstacle(): Promise<BridgeState | undefined> {
    if (!this.env.isSecureContext) {
      return { name: 'permission-needed', reason: 'insecure', asking: false };
    }
    const state = await this.permissionState();
    if (state === 'denied') return { name: 'permission-needed', reason: 'denied', asking: false };
    if (!this.mayAsk() || this.asked || this.env.memory?.getItem(REMEMBERED)) return undefined;
    return { name: 'permission-needed', reason: 'prompt', asking: false };
  }

  private mayAsk(): boolean {
    return this.permission?.state === 'prompt' && !isLoopback(this.env.hostname);
  }

  private async permissionState(): Promise<PermissionState | undefined> {
    if (!this.permission) {
      this.permission = await this.env.permission();
      this.permission?.addEventListener('change', this.onPermission);
    }
    return this.permission?.state;
  }

  private readonly onPermission = () => {
    if (this.permission?.state === 'granted') this.attempt = 0;
    if (this.permission?.state !== 'prompt') void this.connect();
  };

  private open(): void {
    // The browser holds a socket back while it asks the person, for as long as that takes.
    if (!this.mayAsk()) {
      this.connectTimer = setTimeout(() => this.connection?.end(1006), CONNECT_MS);
    } else if (this.asked && this.current.name === 'permission-needed') {
      this.become({ name: 'permission-needed', reason: 'prompt', asking: true });
    }
    this.openedAt = this.env.now();

    const connection = new Connection(this.env, this.socketUrl, {
      onHello: (hello) => {
        void this.greeted(connection, hello);
      },
      onNotification: (method, params) => {
        this.notice(method as keyof Notifications, params);
      },
      onClose: (code, opened) => {
        void this.lost(code, opened);
      },
    });
    this.connection = connection;
  }

  private async greeted(connection: Connection, hello: Hello): Promise<void> {
    clearTimeout(this.connectTimer);
    this.hello = hello;
    this.readers.reset(hello.service);
    this.remember();
    await this.snapshot(connection);
  }

  /** Reads the present state; what happened while away is never replayed. */
  private async snapshot(connection: Connection): Promise<void> {
    try {
      const list = await connection.request('readers.list', {});
      if (connection !== this.connection) return;
      if (!this.readers.replace(list.seq, list.service, list.readers)) {
        await this.snapshot(connection);
        return;
      }
      this.attempt = 0;
      this.show();
    } catch {
      connection.end(1006);
    }
  }

  private notice(method: keyof Notifications, params: unknown): void {
    if (method === 'bridge.draining') return;
    if (method === 'card.presented') {
      const card = params as CardPresented;
      this.readers.saw(card.seq);
      if (card.presentationId === this.lastPresentation) return;
      this.lastPresentation = card.presentationId;
      this.events.emit('card', card);
      return;
    }
    if (method === 'card.removed') {
      const removed = params as CardRemoved;
      this.readers.saw(removed.seq);
      const reading = this.readings.get(removed.presentationId);
      if (reading) {
        reading.over = true;
        reading.fail(lifted());
      }
      this.events.emit('card.removed', removed);
      return;
    }
    if (method.startsWith('card.')) {
      const { seq, presentationId } = params as Notifications['card.verdict'];
      this.readers.saw(seq);
      this.readings.get(presentationId)?.hear(method, params);
      return;
    }
    if (this.readers.apply(method, params)) this.show();
  }

  private failReadings(reason: BridgeError): void {
    for (const reading of this.readings.values()) {
      reading.over = true;
      reading.fail(reason);
    }
  }

  private show(): void {
    if (!this.hello) return;
    const about = { version: this.hello.version, simulated: this.simulated };
    if (this.readers.service.state === 'down') {
      this.become({ name: 'service-down', code: this.readers.service.code, ...about });
    } else if (this.readers.list.length === 0) {
      this.become({ name: 'no-reader', ...about });
    } else {
      this.become({ name: 'connected', readers: this.readers.list, ...about });
    }
  }

  private async lost(code: number, opened: boolean): Promise<void> {
    clearTimeout(this.connectTimer);
    this.connection = undefined;
    this.hello = undefined;
    this.failReadings(gone());
    if (!this.running) return;

    if (code === CloseCode.forbidden) {
      this.become({ name: 'refused' });
    } else if (opened) {
      this.become({ name: 'connecting' });
    } else if (code === CloseCode.flood) {
      // Before the greeting nobody has sent too much: there are too many pages.
      this.become({ name: 'crowded' });
    } else {
      const reason = await this.reason();
      if (!this.running || this.connection) return;
      this.become(reason);
      if (reason.name === 'permission-needed') return;
    }
    if (code === CloseCode.flood) this.attempt = LONGEST_WAIT;
    this.again();
  }

  /** Why the socket did not open: every cause closes it with the same 1006. */
  private async reason(): Promise<BridgeState> {
    const permission = await this.permissionState();
    if (permission === 'denied') {
      return { name: 'permission-needed', reason: 'denied', asking: false };
    }
    // Nobody answers a question in less: a slow failure was a question waved
    // away, and a probe would only put it again.
    if (this.mayAsk() && this.env.now() - this.openedAt > QUESTION_MS) {
      this.asked = false;
      this.forget();
      return { name: 'permission-needed', reason: 'prompt', asking: false };
    }
    const finding = await diagnose(this.env, this.httpOrigin);
    if (finding.name !== 'running') return finding;
    return this.current.name === 'connecting' ? this.current : { name: 'connecting' };
  }

  private again(): void {
    clearTimeout(this.retry);
    const pause = backoff(this.attempt++, this.env.random);
    this.retry = setTimeout(() => {
      void this.connect();
    }, pause);
  }

  private readonly wake = () => {
    if (!this.connection) {
      this.attempt = 0;
      void this.connect();
      return;
    }
    // After sleep a socket can look open and be dead.
    const connection = this.connection;
    if (!connection.alive) return;
    connection.request('ping', {}, PING_MS).catch((error: unknown) => {
      if (error instanceof BridgeError && error.reason === 'TIMEOUT') connection.end(1006);
    });
  };

  private remember(): void {
    try {
      this.env.memory?.setItem(REMEMBERED, '1');
    } catch {
      // A full or forbidden storage only costs the person one click a visit.
    }
  }

  private forget(): void {
    this.env.memory?.removeItem(REMEMBERED);
  }

  private become(state: BridgeState): void {
    if (sameState(this.current, state)) return;
    this.current = state;
    this.events.emit('state', state);
  }
}

function lifted(): BridgeError {
  return new BridgeError(1003, 'the card was lifted', { name: 'CARD_REMOVED', retryable: true });
}

function replaced(): BridgeError {
  return new BridgeError(0, 'read again from elsewhere on the page', { name: 'REPLACED' });
}
