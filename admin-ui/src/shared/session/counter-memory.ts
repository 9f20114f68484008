const TAB = 'openbalie.counter';
const MOST = 5;
const keyOf = (userId: string) => `openbalie.counters.${userId}`;

/** The counter of this tab, so that two tabs at two counters stay apart. */
export const tabCounter = {
  read: () => quietly(() => sessionStorage.getItem(TAB)) ?? undefined,
  write(id: string): void {
    quietly(() => {
      sessionStorage.setItem(TAB, id);
    });
  },
};

/** The counters a person used on this computer, the last one first. */
export function lastUsedCounters(userId: string): readonly string[] {
  const stored: unknown = quietly(() => JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]') as unknown);
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
}

export function rememberCounter(userId: string, counterId: string): void {
  const ids = [counterId, ...lastUsedCounters(userId).filter((id) => id !== counterId)];
  quietly(() => {
    localStorage.setItem(keyOf(userId), JSON.stringify(ids.slice(0, MOST)));
  });
}

// Storage may be closed or hold nonsense; then one chooses again.
function quietly<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
