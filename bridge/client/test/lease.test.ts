import { expect, test } from 'vitest';
import { TabLease, type ChannelLike, type TabEnvironment } from '../src/index.js';

/** A browser window full of tabs that hear each other. */
class Tabs {
  private readonly channels = new Set<ChannelLike>();
  private readonly locks = new Set<string>();
  private clock = 0;

  open(id: string, visible = true): Tab {
    const tab = new Tab(id, visible);
    const channel: ChannelLike = {
      onmessage: null,
      postMessage: (message) => {
        for (const other of this.channels) {
          if (other !== channel) other.onmessage?.({ data: message });
        }
      },
      close: () => void this.channels.delete(channel),
    };
    this.channels.add(channel);
    const env: TabEnvironment = {
      id,
      now: () => ++this.clock,
      isVisible: () => tab.visible,
      channel,
      holdLock: (name) => void this.locks.add(name),
      heldLocks: () => Promise.resolve([...this.locks]),
      onChange: (shown, hidden) => {
        tab.onShown = shown;
        tab.onHidden = hidden;
        return () => undefined;
      },
    };
    tab.crash = () => {
      this.channels.delete(channel);
      this.locks.delete(`openbalie.bridge.tab.${id}`);
    };
    tab.lease = new TabLease(env);
    return tab;
  }
}

class Tab {
  lease!: TabLease;
  onShown: () => void = () => undefined;
  onHidden: () => void = () => undefined;
  crash: () => void = () => undefined;
  constructor(
    readonly id: string,
    public visible: boolean,
  ) {}

  show(): void {
    this.visible = true;
    this.onShown();
  }
  hide(): void {
    this.visible = false;
    this.onHidden();
  }
}

async function acting(...tabs: Tab[]): Promise<string[]> {
  const answers = await Promise.all(tabs.map((tab) => tab.lease.mine()));
  return tabs.filter((_, i) => answers[i]).map((tab) => tab.id);
}

test('a tab alone acts while it is visible', async () => {
  const tab = new Tabs().open('a');
  expect(await acting(tab)).toEqual(['a']);
  tab.hide();
  expect(await acting(tab)).toEqual([]);
});

test('of several tabs only the visible one acts', async () => {
  const tabs = new Tabs();
  const a = tabs.open('a', false);
  const b = tabs.open('b', true);
  const c = tabs.open('c', false);
  expect(await acting(a, b, c)).toEqual(['b']);
  b.hide();
  c.show();
  expect(await acting(a, b, c)).toEqual(['c']);
});

test('of two visible windows the one used last acts', async () => {
  const tabs = new Tabs();
  const a = tabs.open('a');
  const b = tabs.open('b');
  expect(await acting(a, b)).toEqual(['b']);
  a.show();
  expect(await acting(a, b)).toEqual(['a']);
});

test('the other window takes over when the last used one is hidden or closed', async () => {
  const tabs = new Tabs();
  const a = tabs.open('a');
  const b = tabs.open('b');
  b.hide();
  expect(await acting(a, b)).toEqual(['a']);
  b.show();
  b.lease.close();
  expect(await a.lease.mine()).toBe(true);
});

test('a tab that died without a word does not keep the others from acting', async () => {
  const tabs = new Tabs();
  const a = tabs.open('a');
  const b = tabs.open('b');
  expect(await a.lease.mine()).toBe(false);
  b.crash();
  expect(await a.lease.mine()).toBe(true);
});

test('exactly one tab acts, whatever order they were opened and used in', async () => {
  const tabs = new Tabs();
  const all = ['a', 'b', 'c', 'd'].map((id) => tabs.open(id));
  for (const [i, tab] of all.entries()) {
    all[(i + 2) % 4]?.hide();
    tab.show();
    expect(await acting(...all)).toEqual([tab.id]);
  }
});
