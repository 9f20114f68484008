import { createStore } from '@/shared/ui/store';

/** Someone who stood at this counter a moment ago. */
export interface Recent {
  id: string;
  firstName: string;
  name: string;
}

const MOST = 6;
const store = createStore<readonly Recent[]>([]);

/** The people of this visit, the last one first. Held in memory only: a reload forgets them. */
export function useRecent(): readonly Recent[] {
  return store.use();
}

export function rememberRecent(person: Recent): void {
  store.set([person, ...store.read().filter(({ id }) => id !== person.id)].slice(0, MOST));
}

export function forgetRecent(): void {
  store.set([]);
}
