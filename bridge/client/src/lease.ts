/** The parts of a browser by which tabs know of each other. */
export interface TabEnvironment {
  id: string;
  now: () => number;
  isVisible: () => boolean;
  channel: ChannelLike | undefined;
  /** Holds the named lock for as long as the page lives. */
  holdLock: (name: string) => void;
  /** The names of the locks held by living pages; undefined where the browser cannot tell. */
  heldLocks: () => Promise<readonly string[] | undefined>;
  /** Calls back when the page is shown or gets the focus, and when it is hidden or left. */
  onChange: (shown: () => void, hidden: () => void) => () => void;
}

export interface ChannelLike {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

type Message = { tab: string; shownAt: number | undefined; asks?: boolean };

const CHANNEL = 'openbalie.bridge.tabs';
const lockName = (tab: string) => `openbalie.bridge.tab.${tab}`;

/**
 * Decides which of several open tabs acts on a card: a visible one, and of two
 * visible windows the one that was used last. A tab that died without a word
 * is recognised by its lock, which died with it.
 */
export class TabLease {
  private readonly env: TabEnvironment;
  private readonly others = new Map<string, number>();
  private readonly stopListening: () => void;
  private shownAt: number | undefined;

  constructor(env: TabEnvironment = browserTab()) {
    this.env = env;
    this.shownAt = env.isVisible() ? env.now() : undefined;
    env.holdLock(lockName(env.id));
    if (env.channel) {
      env.channel.onmessage = (event) => {
        this.hear(event.data as Message);
      };
    }
    this.stopListening = env.onChange(
      () => {
        this.shownAt = env.now();
        this.tell();
      },
      () => {
        this.shownAt = undefined;
        this.tell();
      },
    );
    this.tell(true);
  }

  /** Whether this tab is the one that acts. */
  async mine(): Promise<boolean> {
    if (!this.env.isVisible()) return false;
    this.shownAt ??= this.env.now();
    const ahead = [...this.others].filter(([tab, at]) => this.isBefore(tab, at));
    if (ahead.length === 0) return true;

    const alive = await this.env.heldLocks();
    if (!alive) return false;
    for (const [tab] of ahead) {
      if (!alive.includes(lockName(tab))) this.others.delete(tab);
    }
    return ahead.every(([tab]) => !this.others.has(tab));
  }

  close(): void {
    this.shownAt = undefined;
    this.tell();
    this.stopListening();
    this.env.channel?.close();
  }

  private isBefore(tab: string, at: number): boolean {
    const mine = this.shownAt ?? 0;
    return at > mine || (at === mine && tab > this.env.id);
  }

  private tell(asks = false): void {
    const message: Message = { tab: this.env.id, shownAt: this.shownAt, asks };
    this.env.channel?.postMessage(message);
  }

  private hear(message: Message): void {
    if (message.tab === this.env.id) return;
    if (message.shownAt === undefined) this.others.delete(message.tab);
    else this.others.set(message.tab, message.shownAt);
    if (message.asks) this.tell();
  }
}

function browserTab(): TabEnvironment {
  return {
    id: crypto.randomUUID(),
    now: Date.now,
    isVisible: () => document.visibilityState === 'visible',
    channel:
      'BroadcastChannel' in globalThis
        ? (new BroadcastChannel(CHANNEL) as unknown as ChannelLike)
        : undefined,
    holdLock: (name) => {
      // The promise never settles: the lock ends with the page. Optional in
      // old and insecure pages, where nobody asks for it either.
      const locks = navigator.locks as LockManager | undefined;
      locks?.request(name, () => new Promise(() => undefined)).catch(() => undefined);
    },
    heldLocks: async () => {
      const locks = navigator.locks as LockManager | undefined;
      const state = await locks?.query();
      return state?.held?.map((lock) => lock.name ?? '');
    },
    onChange: onTabChange,
  };
}

function onTabChange(shown: () => void, hidden: () => void): () => void {
  const onVisibility = () => {
    (document.visibilityState === 'visible' ? shown : hidden)();
  };
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('focus', shown);
  window.addEventListener('pagehide', hidden);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('focus', shown);
    window.removeEventListener('pagehide', hidden);
  };
}
