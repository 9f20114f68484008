import type { BulkKind } from '@/shared/selection/bulk-kinds';
import type { BulkRequest } from './queries';

export const reasons = ['LOST', 'STOLEN', 'DEFECT', 'MOVED', 'DECEASED', 'MISUSE'] as const;

/** What somebody filled in; each kind uses its own. */
export interface Draft {
  cardSystemId: number;
  street: string;
  postalCode: string;
  city: string;
  reason: (typeof reasons)[number] | '';
  /** null: as the card system or the association has it. */
  until: string | null;
  ground: string;
  associationId: string;
  purpose: string;
  addDoubles: boolean;
}

export type Missing = 'street' | 'postalCode' | 'city' | 'reason' | 'associationId' | 'purpose';

/** What still has to be filled in; the rows of a file bring an address along. */
export function missing(kind: BulkKind, draft: Draft, file: boolean): Missing[] {
  const needs: Partial<Record<BulkKind, Missing[]>> = {
    ADDRESS: file ? [] : ['street', 'postalCode', 'city'],
    BLOCK: ['reason'],
    ASSOCIATION: ['associationId'],
    EXPORT: ['purpose'],
  };
  return (needs[kind] ?? []).filter((name) => draft[name].trim() === '');
}

/** The parameters of an order, as the back end takes them. */
export function parametersOf(kind: BulkKind, draft: Draft, file: boolean): Partial<BulkRequest> {
  const until = draft.until ? { until: draft.until } : {};
  switch (kind) {
    case 'ADDRESS':
      return file ? {} : { street: draft.street, postalCode: draft.postalCode, city: draft.city };
    case 'BLOCK':
      return draft.reason ? { reason: draft.reason } : {};
    case 'RENEW_SOCIAL_TARIFF':
      return {
        cardSystemId: draft.cardSystemId,
        ...until,
        ...(draft.ground.trim() ? { ground: draft.ground.trim() } : {}),
      };
    case 'ASSOCIATION':
      return { associationId: draft.associationId, ...until };
    case 'EXPORT':
      return { purpose: draft.purpose.trim() };
    case 'IMPORT':
      return { cardSystemId: draft.cardSystemId, addDoubles: draft.addDoubles };
  }
}
