import type { Environment, WebSocketLike } from './environment.js';
import { BridgeError, parseFrame, SUBPROTOCOL, type Hello, type Method, type Methods } from './protocol.js';

const OPEN = 1;
const HELLO_MS = 5_000;
const ANSWER_MS = 10_000;

interface Waiting {
  answered: (() => void) | undefined;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

export interface ConnectionListener {
  onHello: (hello: Hello) => void;
  onNotification: (method: string, params: unknown) => void;
  onClose: (code: number, opened: boolean) => void;
}

/** One socket from opening to close; it never comes back to life. */
export class Connection {
  private readonly socket: WebSocketLike;
  private readonly listener: ConnectionListener;
  private readonly waiting = new Map<number, Waiting>();
  private helloTimer: ReturnType<typeof setTimeout> | undefined;
  private nextId = 1;
  private greeted = false;
  private closed = false;

  constructor(env: Environment, url: string, listener: ConnectionListener) {
    this.listener = listener;
    this.socket = new env.WebSocket(url, [SUBPROTOCOL]);
    this.socket.onopen = () => {
      this.helloTimer = setTimeout(() => {
        this.end(1006);
      }, HELLO_MS);
    };
    this.socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.read(event.data);
    };
    this.socket.onclose = (event) => {
      this.end(event.code);
    };
    this.socket.onerror = () => undefined;
  }

  /** Whether the bridge greeted and the socket still stands. */
  get alive(): boolean {
    return this.greeted && !this.closed && this.socket.readyState === OPEN;
  }

  /** Asks; `answered` is called on a result, before the next frame is looked at. */
  request<M extends Method>(
    method: M,
    params: Methods[M]['params'],
    timeoutMs = ANSWER_MS,
    answered?: () => void,
  ): Promise<Methods[M]['result']> {
    if (this.closed || this.socket.readyState !== OPEN) return Promise.reject(gone());
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new BridgeError(0, 'no answer in time', { name: 'TIMEOUT', retryable: true }));
      }, timeoutMs);
      this.waiting.set(id, {
        answered,
        resolve: resolve as (result: unknown) => void,
        reject,
        timer,
      });
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  /** Closes the socket and tells the listener, once. */
  end(code: number): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.helloTimer);
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(gone());
    }
    this.waiting.clear();
    this.socket.onmessage = null;
    this.socket.close();
    this.listener.onClose(code, this.greeted);
  }

  private read(text: string): void {
    const frame = parseFrame(text);
    if (!frame) return;

    if (frame.kind === 'notification') {
      if (frame.method === 'hello' && !this.greeted) {
        this.greeted = true;
        clearTimeout(this.helloTimer);
        this.listener.onHello(frame.params as Hello);
        return;
      }
      this.listener.onNotification(frame.method, frame.params);
      return;
    }
    const waiting = this.waiting.get(frame.id);
    if (!waiting) return;
    this.waiting.delete(frame.id);
    clearTimeout(waiting.timer);
    if (frame.kind === 'error') {
      waiting.reject(frame.error);
      return;
    }
    waiting.answered?.();
    waiting.resolve(frame.result);
  }
}

export function gone(): BridgeError {
  return new BridgeError(0, 'not connected to the bridge', { name: 'GONE', retryable: true });
}
