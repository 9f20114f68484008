import type { components } from '@/api/schema.gen';
import type { IconName } from '@/shared/ui/icon';

export type BulkKind = components['schemas']['BulkKind'];

/** What can be done to many at once, with the rights that it takes; a counter needs all of them. */
export const bulkKinds = [
  {
    kind: 'RENEW_SOCIAL_TARIFF',
    place: 'renew',
    icon: 'calendar',
    rights: ['PASSHOLDERS_BULK', 'PASSHOLDERS_WRITE_SOCIALTARIFF'],
  },
  { kind: 'ADDRESS', place: 'address', icon: 'arrow', rights: ['PASSHOLDERS_BULK', 'PASSHOLDERS_UPDATE'] },
  { kind: 'ASSOCIATION', place: 'association', icon: 'people', rights: ['PASSHOLDERS_BULK', 'ASSOCIATIONS'] },
  { kind: 'BLOCK', place: 'block', icon: 'lock', rights: ['PASSHOLDERS_BULK', 'CARDS_BLOCK'] },
  { kind: 'EXPORT', place: 'export', icon: 'down', rights: ['PASSHOLDERS_EXPORT'] },
  {
    kind: 'IMPORT',
    place: 'import',
    icon: 'plus',
    rights: ['PASSHOLDERS_BULK', 'PASSHOLDERS_WRITE', 'CARDS_WRITE'],
  },
] as const satisfies readonly { kind: BulkKind; place: string; icon: IconName; rights: readonly string[] }[];

export type BulkWork = (typeof bulkKinds)[number];

/** Whether these permissions let somebody do it. */
export function mayDo(work: BulkWork, permissions: readonly string[]): boolean {
  return work.rights.every((right) => permissions.includes(right));
}

/** Whether these permissions let somebody do any of it, and see what was done. */
export function mayDoAny(permissions: readonly string[]): boolean {
  return permissions.includes('PASSHOLDERS_BULK') || permissions.includes('PASSHOLDERS_EXPORT');
}
