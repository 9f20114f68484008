import type { Identification, IdentifiedCard } from '@/api/types';

/** The card that somebody gets: one from stock, or one that is made when the act is saved. */
export type NewCard = { kind: 'stock'; card: IdentifiedCard } | { kind: 'digital' };

export type CardFault =
  'same' | 'taken' | 'outOfUse' | 'notHere' | 'otherSystem' | 'group' | 'unknown' | 'eid' | 'unreadable';

/** What became of the old card; REPLACED when it is exchanged for one of another kind. */
export type Why = 'LOST' | 'STOLEN' | 'DEFECT' | 'REPLACED';

/** Whether a card was made for the social tariff: its twelfth digit says so. */
export function isMarked(number: string): boolean {
  return number.charAt(11) === '1';
}

/** Why a card from the reader cannot be handed out, seen before anything is saved; undefined when it can. */
export function faultOf(
  { kind, card }: Identification,
  cardSystemId: number,
  oldNumber?: string,
): CardFault | undefined {
  if (kind === 'GROUP_PASS') return 'group';
  if (!card) return 'unknown';
  if (card.uitpasNumber === oldNumber) return 'same';
  switch (card.status) {
    case 'ACTIVE':
      return 'taken';
    case 'BLOCKED':
    case 'DELETED':
      return 'outOfUse';
    case 'LOCAL_STOCK':
      return card.cardSystem.id === cardSystemId ? undefined : 'otherSystem';
    default:
      return 'notHere';
  }
}

/**
 * Whether somebody has the social tariff with the new card: a right that works
 * goes on, a marked card in the place of a plain one asks for it.
 */
export function tariffWith(fresh: NewCard, oldNumber: string, standsNow: boolean): 'none' | 'kept' | 'asked' {
  const had = isMarked(oldNumber) && standsNow;
  if (fresh.kind === 'digital') return had ? 'kept' : 'none';
  if (!isMarked(fresh.card.uitpasNumber)) return 'none';
  return had ? 'kept' : 'asked';
}
