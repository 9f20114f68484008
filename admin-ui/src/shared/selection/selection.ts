import { createStore } from '@/shared/ui/store';

/** Somebody who was chosen, with what a list of them shows. */
export interface Chosen {
  id: string;
  firstName: string;
  name: string;
  uitpasNumber?: string | undefined;
}

type People = ReadonlyMap<string, Chosen>;

const nobody: People = new Map();
/* In memory only: who was chosen stands in no address and no storage. */
const store = createStore<{ counterId: string; people: People }>({ counterId: '', people: nobody });

const at = (counterId: string) => (store.read().counterId === counterId ? store.read().people : nobody);

/** Adds people to those chosen at a counter, or takes them out. */
export function choose(counterId: string, people: readonly Chosen[], on = true): void {
  const next = new Map(at(counterId));
  people.forEach((one) => (on ? next.set(one.id, one) : next.delete(one.id)));
  store.set({ counterId, people: next });
}

/** Chooses these and nobody else. */
export function chooseOnly(counterId: string, people: readonly Chosen[]): void {
  store.set({ counterId, people: new Map(people.map((one) => [one.id, one])) });
}

export function clearSelection(): void {
  store.set({ counterId: '', people: nobody });
}

/** Those chosen at a counter, from search to search and from page to page. */
export function useSelection(counterId: string): People {
  const { counterId: of, people } = store.use();
  return of === counterId ? people : nobody;
}
