import type { Person } from './household';
import type { Judged } from './use-decisions';

/** What all passes cost together, in cents; undefined as long as one price is not known. */
export function totalOf(
  people: readonly Person[],
  judged: Readonly<Record<string, Judged>>,
): number | undefined {
  let total = 0;
  for (const { id } of people) {
    const cents = judged[id]?.decision?.quote?.cents;
    if (cents === undefined) return undefined;
    total += cents;
  }
  return total;
}
