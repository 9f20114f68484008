import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { api, onSignedOut, Refusal, unwrap } from '@/api/client';
import type { Counter, Me } from '@/api/types';
import { lastUsedCounters, rememberCounter, tabCounter } from './counter-memory';

/** Who is signed in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      return await unwrap(api.GET('/api/v1/me'));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** What this installation is: known before anyone signs in. */
export const aboutQuery = queryOptions({
  queryKey: ['about'],
  queryFn: () => unwrap(api.GET('/api/v1/about')),
  staleTime: Infinity,
});

interface Session {
  me: Me;
  /** The counter this tab acts for; undefined until one is chosen. */
  counter: Counter | undefined;
  /** Counters this person used before on this computer, the last one first. */
  lastUsed: readonly string[];
  chooseCounter: (id: string) => void;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in and at which counter, for everything below. */
export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState(() => tabCounter.read());
  const counter = useMemo(() => activeCounter(me, chosen), [me, chosen]);

  // One key for the tab, so that two tabs at two counters stay apart.
  useEffect(() => {
    if (!counter) return;
    tabCounter.write(counter.id);
    rememberCounter(me.user.id, counter.id);
  }, [counter, me.user.id]);

  useEffect(() => onSignedOut(() => queryClient.setQueryData(meQuery.queryKey, null)), [queryClient]);

  const chooseCounter = useCallback((id: string) => {
    setChosen(id);
  }, []);

  const value = useMemo(
    () => ({ me, counter, lastUsed: lastUsedCounters(me.user.id), chooseCounter }),
    [me, counter, chooseCounter],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}

/** The signed-in person and her counters. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('no SessionProvider above');
  return session;
}

/** The counter this tab acts for; only below a screen that made sure there is one. */
export function useCounter(): Counter {
  const { counter } = useSession();
  if (!counter) throw new Error('no counter chosen');
  return counter;
}

export function useAbout() {
  return useQuery(aboutQuery).data;
}

function activeCounter(me: Me, chosen: string | undefined): Counter | undefined {
  if (me.counters.length === 1) return me.counters[0];
  const wanted = chosen ?? lastUsedCounters(me.user.id)[0];
  return me.counters.find(({ id }) => id === wanted);
}
