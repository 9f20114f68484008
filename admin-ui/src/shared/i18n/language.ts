/** The languages a clerk can choose; nl is the source of truth. */
export const languages = ['nl', 'fr', 'de', 'en'] as const;
export type Language = (typeof languages)[number];

/** A language in its own words, as the switch shows it. */
export const languageNames: Record<Language, string> = {
  nl: 'Nederlands',
  fr: 'Français',
  de: 'Deutsch',
  en: 'English',
};

/** The locale by which dates, numbers and sorting go. */
export const locales: Record<Language, string> = { nl: 'nl-BE', fr: 'fr-BE', de: 'de-BE', en: 'en-GB' };

const key = 'openbalie.language';

export function isLanguage(value: unknown): value is Language {
  return languages.some((language) => language === value);
}

/** What this browser chose before; Dutch otherwise, whatever the browser itself speaks. */
export function rememberedLanguage(): Language {
  try {
    const stored = localStorage.getItem(key);
    return isLanguage(stored) ? stored : 'nl';
  } catch {
    return 'nl';
  }
}

export function rememberLanguage(language: Language) {
  try {
    localStorage.setItem(key, language);
  } catch {
    // A browser without storage forgets at the end of the visit.
  }
}
