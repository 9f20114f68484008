import type { EidAnswer, IdentifiedCard } from '@/api/types';

/** What a registration begins with: a pass that was laid on the reader, or an eID that was read. */
export interface Start {
  card?: IdentifiedCard;
  eid?: EidAnswer;
}

let waiting: Start = {};

/** Hands something to the registration that opens next. In memory only. */
export function beginWith(start: Start): void {
  waiting = start;
}

/** What waits for the registration that opens now; it forgets that once it stands. */
export function waitingStart(): Start {
  return waiting;
}
