/** The nouns of the administration, with the rights of which one opens it. */
export const sections = [
  { id: 'stock', rights: ['CARDS_STOCK', 'CARDS_WRITE'], icon: 'card' },
  { id: 'groups', rights: ['PASSHOLDERS_WRITE'], icon: 'people' },
  { id: 'prices', rights: ['CARDSYSTEMS_WRITE'], icon: 'sort' },
  { id: 'vouchers', rights: ['CARDSYSTEMS_WRITE'], icon: 'spark' },
  { id: 'settings', rights: ['CARDSYSTEMS_WRITE'], icon: 'sliders' },
] as const;

export type Section = (typeof sections)[number];

/** Whether these permissions open a section. */
export function opens(section: Section, permissions: readonly string[]): boolean {
  return section.rights.some((right) => permissions.includes(right));
}

/** The section and what follows it in an address such as `prices/copy/7`. */
export function readPlace(splat: string): { section: string; rest: string[] } {
  const [section = '', ...rest] = splat.split('/').filter(Boolean);
  return { section, rest };
}
