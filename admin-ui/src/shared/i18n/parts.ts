import type { Language } from './language';

/** Words of one part of the app, fetched when that part is. The list itself is too long for the first load. */
export const parts = {
  reader: {
    nl: () => import('./reader/nl.json'),
    fr: () => import('./reader/fr.json'),
    de: () => import('./reader/de.json'),
    en: () => import('./reader/en.json'),
  },
  eid: {
    nl: () => import('./eid/nl.json'),
    fr: () => import('./eid/fr.json'),
    de: () => import('./eid/de.json'),
    en: () => import('./eid/en.json'),
  },
  administration: {
    nl: () => import('./administration/nl.json'),
    fr: () => import('./administration/fr.json'),
    de: () => import('./administration/de.json'),
    en: () => import('./administration/en.json'),
  },
  registration: {
    nl: () => import('./registration/nl.json'),
    fr: () => import('./registration/fr.json'),
    de: () => import('./registration/de.json'),
    en: () => import('./registration/en.json'),
  },
  picture: {
    nl: () => import('./picture/nl.json'),
    fr: () => import('./picture/fr.json'),
    de: () => import('./picture/de.json'),
    en: () => import('./picture/en.json'),
  },
  profile: {
    nl: () => import('./profile/nl.json'),
    fr: () => import('./profile/fr.json'),
    de: () => import('./profile/de.json'),
    en: () => import('./profile/en.json'),
  },
  bulk: {
    nl: () => import('./bulk/nl.json'),
    fr: () => import('./bulk/fr.json'),
    de: () => import('./bulk/de.json'),
    en: () => import('./bulk/en.json'),
  },
  search: {
    nl: () => import('./search/nl.json'),
    fr: () => import('./search/fr.json'),
    de: () => import('./search/de.json'),
    en: () => import('./search/en.json'),
  },
  card: {
    nl: () => import('./card/nl.json'),
    fr: () => import('./card/fr.json'),
    de: () => import('./card/de.json'),
    en: () => import('./card/en.json'),
  },
  login: {
    nl: () => import('./login/nl.json'),
    fr: () => import('./login/fr.json'),
    de: () => import('./login/de.json'),
    en: () => import('./login/en.json'),
  },
} satisfies Record<string, Record<Language, () => Promise<{ default: object }>>>;

export type PartOfApp = keyof typeof parts;
