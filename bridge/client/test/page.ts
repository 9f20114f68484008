import { WebSocket } from 'ws';
import { Bridge, type BridgeState, type BridgeStateName, type Environment } from '../src/index.js';
import type { WebSocketConstructor } from '../src/environment.js';

const ORIGIN = 'https://balie.example';

class PageSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: ORIGIN });
  }
}

/** A permission whose answer the test gives. */
export class Permission extends EventTarget {
  state: PermissionState;
  constructor(state: PermissionState) {
    super();
    this.state = state;
  }
  set(state: PermissionState): void {
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }
}

/** A page that has everything but a screen: real sockets, real fetch, a page's rules for reading answers. */
export class Page {
  visible = true;
  permission: Permission | undefined;
  hostname = 'balie.example';
  isSecureContext = true;
  stored = new Map<string, string>();
  private readonly wakers = new Set<() => void>();

  environment(): Environment {
    return {
      WebSocket: PageSocket as unknown as WebSocketConstructor,
      fetch: fetchLikeAPage,
      permission: () => Promise.resolve(this.permission),
      isSecureContext: this.isSecureContext,
      hostname: this.hostname,
      isVisible: () => this.visible,
      onWake: (wake) => {
        this.wakers.add(wake);
        return () => this.wakers.delete(wake);
      },
      random: () => 0.05,
      now: () => performance.now(),
      memory: {
        getItem: (key) => this.stored.get(key) ?? null,
        setItem: (key, value) => void this.stored.set(key, value),
        removeItem: (key) => void this.stored.delete(key),
      },
    };
  }

  wake(): void {
    this.visible = true;
    for (const wake of this.wakers) wake();
  }

  open(port: number): Bridge {
    const bridge = new Bridge({ port, environment: this.environment() });
    bridge.start();
    return bridge;
  }
}

// Node's fetch has no same-origin policy; this keeps the two rules the client leans on.
async function fetchLikeAPage(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const { mode, ...rest } = init;
  const headers: HeadersInit = mode === 'cors' ? { Origin: ORIGIN } : {};
  const response = await fetch(input, { ...rest, headers });
  if (mode === 'cors' && response.headers.get('access-control-allow-origin') !== ORIGIN) {
    throw new TypeError('Failed to fetch');
  }
  return response;
}

/** Waits until the bridge is in the named state. */
export function until<N extends BridgeStateName>(
  bridge: Bridge,
  name: N,
  where: (state: Extract<BridgeState, { name: N }>) => boolean = () => true,
): Promise<Extract<BridgeState, { name: N }>> {
  type Wanted = Extract<BridgeState, { name: N }>;
  const fits = (state: BridgeState): state is Wanted => state.name === name && where(state as Wanted);
  return new Promise((resolve, reject) => {
    if (fits(bridge.state)) {
      resolve(bridge.state);
      return;
    }
    const timer = setTimeout(() => {
      off();
      reject(new Error(`waited for ${name}, still ${JSON.stringify(bridge.state)}`));
    }, 4_000);
    const off = bridge.on('state', (state) => {
      if (!fits(state)) return;
      clearTimeout(timer);
      off();
      resolve(state);
    });
  });
}

/** Waits until a condition holds. */
export async function eventually(holds: () => boolean): Promise<void> {
  const end = Date.now() + 6_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
