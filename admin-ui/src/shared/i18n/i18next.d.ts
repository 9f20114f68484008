import 'i18next';
import type translation from './locales/nl.json';
import type ui from './ui/nl.json';

/* A misspelt key does not compile. */
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof translation; ui: typeof ui };
  }
}
