import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Hello, Reader, Service } from '../src/index.js';

const SUBPROTOCOL = 'openbalie.bridge.v1';

export const acs: Reader = { id: 'r1', name: 'ACS ACR122U', state: 'empty' };

/** A bridge as the protocol describes it, on a real socket, told by the test what to say. */
export class BridgeServer {
  readonly requests: { method: string; params: unknown }[] = [];
  readers: Reader[] = [acs];
  service: Service = { state: 'ok' };
  protocols = [SUBPROTOCOL];
  allowsOrigin = true;
  capabilities = ['readers', 'card.uid'];
  answersPing = true;
  /** What follows the answer to `card.read`, in the same breath. */
  readPlays: { method: string; params: Record<string, unknown> }[] = [];
  refusesRead: { code: number; message: string; data: object } | undefined;
  /** How many pages it takes. */
  room = Infinity;
  connections = 0;
  seq = 1;

  private readonly http: Server;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  private constructor() {
    this.http = createServer((request, response) => {
      this.health(request, response);
    });
    this.http.on('upgrade', (request, socket, head) => {
      const refusal = this.refusal();
      if (refusal) {
        socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (client) => {
        this.serve(client);
      });
    });
  }

  static async listen(port = 0): Promise<BridgeServer> {
    const server = new BridgeServer();
    await new Promise<void>((resolve) => server.http.listen(port, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  notify(method: string, params: Record<string, unknown>): void {
    this.seq += 1;
    this.broadcast({ jsonrpc: '2.0', method, params: { seq: this.seq, ...params } });
  }

  present(presentationId: string, chipNumber: string): void {
    this.notify('card.presented', {
      presentationId,
      readerId: 'r1',
      t: 1,
      wall: '2026-11-22T14:30:00+01:00',
      kind: 'pass',
      chipNumber,
    });
  }

  broadcast(message: unknown): void {
    for (const client of this.sockets.clients) client.send(JSON.stringify(message));
  }

  sendRaw(text: string): void {
    for (const client of this.sockets.clients) client.send(text);
  }

  hangUp(code: number): void {
    for (const client of this.sockets.clients) client.close(code);
  }

  async close(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private refusal(): string | undefined {
    if (!this.allowsOrigin) return '403 Forbidden';
    if (!this.protocols.includes(SUBPROTOCOL)) return '426 Upgrade Required';
    return undefined;
  }

  private health(request: IncomingMessage, response: ServerResponse): void {
    const mayRead = this.allowsOrigin && request.headers.origin !== undefined;
    response.statusCode = mayRead ? 200 : 403;
    if (mayRead) response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ name: 'openbalie-bridge', protocols: this.protocols, ready: true }));
  }

  private serve(client: WebSocket): void {
    this.connections += 1;
    if (this.sockets.clients.size > this.room) {
      client.close(4429, 'TOO_MANY_CLIENTS');
      return;
    }
    const hello: Hello = {
      bridgeId: 'b1',
      nonce: 'nonce',
      time: '2026-11-22T14:30:00+01:00',
      version: '1.0.0',
      capabilities: this.capabilities,
      service: this.service,
    };
    client.send(JSON.stringify({ jsonrpc: '2.0', method: 'hello', params: hello }));
    client.on('message', (data) => {
      const { id, method, params } = JSON.parse((data as Buffer).toString()) as {
        id: number;
        method: string;
        params: unknown;
      };
      this.requests.push({ method, params });
      const answer = this.answer(method);
      if (answer) client.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      if (method === 'card.read') for (const play of this.readPlays) this.notify(play.method, play.params);
    });
  }

  private answer(method: string): object | undefined {
    switch (method) {
      case 'readers.list':
        return { result: { seq: this.seq, service: this.service, readers: this.readers } };
      case 'ping':
        return this.answersPing ? { result: {} } : undefined;
      case 'card.read':
        return this.refusesRead ? { error: this.refusesRead } : { result: {} };
      case 'card.stop':
        return { result: {} };
      case 'simulate.tap':
        return this.readers.length === 0
          ? {
              error: {
                code: 1001,
                message: 'no reader',
                data: { name: 'NO_READER', retryable: true, hint: 'Plug in a reader.' },
              },
            }
          : { result: { readerId: 'r1' } };
      default:
        return { error: { code: -32601, message: 'method not found' } };
    }
  }
}
