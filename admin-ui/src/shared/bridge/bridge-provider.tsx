import { Bridge, TabLease, type BridgeState, type CardPresented } from '@openbalie/bridge-client';
import {
  createContext,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';
import { useAbout } from '@/shared/session/session';
import { TapHandlers, type Tap } from './tap';
import { listenForScans } from './wedge';

interface BridgeContextValue {
  bridge: Bridge;
  handlers: TapHandlers;
  /** Whether the people here are made up; only then do simulated readers count. */
  practises: boolean;
}

/** How the readers stand; with `practice` they are simulated, and this is no place for that. */
export type ReaderState = BridgeState | { name: 'practice' };

const practice: ReaderState = { name: 'practice' };

const BridgeContext = createContext<BridgeContextValue | undefined>(undefined);

/**
 * Connects the page to the card readers of this computer, and to a scanner
 * that types. Where the bridge listens is known by then (aboutQuery).
 */
export function BridgeProvider({ bridge: given, children }: { bridge?: Bridge; children: ReactNode }) {
  const about = useAbout();
  const port = about?.bridge.port;
  const [bridge] = useState(() => given ?? new Bridge(port === undefined ? {} : { port }));
  const handlers = useMemo(() => new TapHandlers(), []);
  const practises = about?.sandbox ?? false;

  useEffect(() => {
    const lease = new TabLease();
    const actOn = async (card: CardPresented) => {
      if (bridge.simulated && !practises) return;
      if (await lease.mine()) handlers.deliver(tapOf(card));
    };
    const stopCards = bridge.on('card', (card) => void actOn(card));
    const stopScans = listenForScans((identifier) => {
      handlers.deliver({ source: 'SCANNER', identifier });
    });
    bridge.start();
    return () => {
      bridge.stop();
      stopScans();
      stopCards();
      lease.close();
    };
  }, [bridge, handlers, practises]);

  const value = useMemo(() => ({ bridge, handlers, practises }), [bridge, handlers, practises]);
  return <BridgeContext value={value}>{children}</BridgeContext>;
}

/** How the bridge stands, and a way to ask it. */
export function useBridge(): { state: ReaderState; bridge: Bridge } {
  const { bridge, practises } = useBridgeContext();
  const state = useSyncExternalStore(
    (changed) => bridge.on('state', changed),
    () => bridge.state,
  );
  const real = practises || !('simulated' in state) || !state.simulated;
  return { state: real ? state : practice, bridge };
}

/**
 * Hears each card and each scan while the part is on screen. Of several parts
 * the one that came last hears it alone: a dialog before the page under it.
 */
export function useTap(onTap: (tap: Tap) => void): void {
  const { handlers } = useBridgeContext();
  const latest = useRef(onTap);
  useEffect(() => {
    latest.current = onTap;
  });
  useEffect(
    () =>
      handlers.add((tap) => {
        latest.current(tap);
      }),
    [handlers],
  );
}

function useBridgeContext(): BridgeContextValue {
  const value = use(BridgeContext);
  if (!value) throw new Error('no BridgeProvider above');
  return value;
}

function tapOf(card: CardPresented): Tap {
  if (card.problem) return { source: 'CHIP', problem: card.problem.code };
  if (card.kind === 'eid') {
    return { source: 'EID', presentationId: card.presentationId, readerId: card.readerId };
  }
  if (card.kind === 'other' || !card.chipNumber) return { source: 'CHIP', problem: 'CARD_UNKNOWN' };
  return { source: 'CHIP', identifier: card.chipNumber };
}
