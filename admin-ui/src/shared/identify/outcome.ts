import type { CardProblemCode } from '@openbalie/bridge-client';
import type { Identification, IdentificationSource } from '@/api/types';
import { createStore } from '@/shared/ui/store';

/** A card or number that led to no profile, to be explained. */
export type Outcome =
  | { kind: 'identified'; identification: Identification; source: IdentificationSource }
  | { kind: 'unreadable'; problem: CardProblemCode };

const store = createStore<Outcome | undefined>(undefined);

/** What the card page explains. In memory only: after a reload there is nothing to explain. */
export function useOutcome(): Outcome | undefined {
  return store.use();
}

export function setOutcome(outcome: Outcome | undefined): void {
  store.set(outcome);
}
