import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { PartOfApp } from './parts';
import { isLanguage, rememberedLanguage, rememberLanguage, type Language } from './language';

/* One language is fetched at a time: the clerk's own, and another when she changes. */
const words: Record<Language, () => Promise<{ default: object }[]>> = {
  nl: () => Promise.all([import('./locales/nl.json'), import('./ui/nl.json')]),
  fr: () => Promise.all([import('./locales/fr.json'), import('./ui/fr.json')]),
  de: () => Promise.all([import('./locales/de.json'), import('./ui/de.json')]),
  en: () => Promise.all([import('./locales/en.json'), import('./ui/en.json')]),
};

const inUse = new Set<PartOfApp>();

async function load(language: Language) {
  await Promise.all([loadBase(language), ...[...inUse].map((part) => loadPart(part, language))]);
}

async function loadBase(language: Language) {
  if (i18next.hasResourceBundle(language, 'ui')) return;
  const [own, ui] = await words[language]();
  i18next.addResourceBundle(language, 'translation', own?.default ?? {});
  i18next.addResourceBundle(language, 'ui', ui?.default ?? {});
}

async function loadPart(part: PartOfApp, language: Language) {
  if (i18next.hasResourceBundle(language, part)) return;
  const { parts } = await import('./parts');
  i18next.addResourceBundle(language, part, (await parts[part][language]()).default);
}

/** Makes the words of a part of the app ready, now and after each change of language. */
export async function fetchWords(part: PartOfApp): Promise<void> {
  inUse.add(part);
  await loadPart(part, currentLanguage());
}

/** Makes the remembered language ready; the first screen is drawn after it. */
export async function startLanguage() {
  await i18next.use(initReactI18next).init({
    resources: {},
    ns: ['translation', 'ui'],
    defaultNS: 'translation',
    fallbackLng: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await setLanguage(rememberedLanguage());
}

/** Changes the language of the whole app, of the page's lang attribute and of the next visit. */
export async function setLanguage(language: Language) {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  rememberLanguage(language);
}

/** The language in use. */
export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'nl';
}
