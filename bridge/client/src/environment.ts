/** The parts of a browser this client touches, so that tests can run it without one. */
export interface Environment {
  WebSocket: WebSocketConstructor;
  fetch: typeof fetch;
  /** The permission for pages that talk to this computer; undefined where the browser has none. */
  permission: () => Promise<PermissionLike | undefined>;
  isSecureContext: boolean;
  /** The host of the page; a page from this computer itself needs no permission. */
  hostname: string;
  isVisible: () => boolean;
  /** Calls back when the page becomes visible, gets the focus or the network returns. */
  onWake: (wake: () => void) => () => void;
  random: () => number;
  /** A monotonic clock in milliseconds. */
  now: () => number;
  /** Remembers across page loads that a connection once opened. */
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface WebSocketLike {
  readonly readyState: number;
  readonly protocol: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface PermissionLike {
  readonly state: PermissionState;
  addEventListener(type: 'change', listener: () => void): void;
  removeEventListener(type: 'change', listener: () => void): void;
}

/** The browser this page runs in. */
export function browser(): Environment {
  return {
    WebSocket: globalThis.WebSocket as unknown as WebSocketConstructor,
    fetch: (input, init) => globalThis.fetch(input, init),
    permission: queryPermission,
    isSecureContext: globalThis.isSecureContext,
    hostname: location.hostname,
    isVisible: () => document.visibilityState === 'visible',
    onWake,
    random: Math.random,
    now: () => performance.now(),
    memory: storage(),
  };
}

// Chromium split the permission in version 145 and kept the first name as an
// alias; browsers that know neither throw.
async function queryPermission(): Promise<PermissionLike | undefined> {
  for (const name of ['loopback-network', 'local-network-access']) {
    try {
      return await navigator.permissions.query({ name: name as PermissionName });
    } catch {
      continue;
    }
  }
  return undefined;
}

function onWake(wake: () => void): () => void {
  const onVisibility = () => {
    if (document.visibilityState === 'visible') wake();
  };
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', wake);
  window.addEventListener('focus', wake);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('online', wake);
    window.removeEventListener('focus', wake);
  };
}

// Reading the property throws where the person blocks site data.
function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Whether the page itself was served by this computer. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
