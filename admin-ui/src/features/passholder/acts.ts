import type { Query } from '@tanstack/react-query';
import { Refusal } from '@/api/client';

/** Keys under which acts were sent that may or may not have arrived. */
const open = new Map<string, string>();

/**
 * The idempotency key of an act: new for a new act, the same for another try
 * of one that may have arrived.
 */
export function keyOf(act: string): string {
  const key = open.get(act) ?? crypto.randomUUID();
  open.set(act, key);
  return key;
}

/** Forgets the key once the act has an answer; only silence and breakdowns leave it open. */
export function settle(act: string, error?: unknown): void {
  const answered = error === undefined || (error instanceof Refusal && error.status < 500);
  if (answered) open.delete(act);
}

/** The lists that say what may be done: stale as soon as something was done. */
export function dependsOnPoints({ queryKey }: Query): boolean {
  return queryKey.includes('activities') || queryKey.includes('points');
}
