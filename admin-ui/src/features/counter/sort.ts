import type { Counter } from '@/api/types';

/** Splits counters in those used before, the last one first, and the others by name. */
export function splitCounters(counters: readonly Counter[], lastUsed: readonly string[], language: string) {
  const used = lastUsed.flatMap((id) => counters.filter((counter) => counter.id === id));
  const others = counters
    .filter((counter) => !used.includes(counter))
    .toSorted((a, b) => a.name.localeCompare(b.name, language));
  return { used, others };
}

/** The counters whose name or town holds every word of a search, whatever its accents. */
export function findCounters(counters: readonly Counter[], search: string): readonly Counter[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  return counters.filter((counter) => {
    const text = plain(`${counter.name} ${counter.city}`);
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}
