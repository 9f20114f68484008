import 'i18next';
import type administration from './administration/nl.json';
import type bulk from './bulk/nl.json';
import type card from './card/nl.json';
import type eid from './eid/nl.json';
import type login from './login/nl.json';
import type picture from './picture/nl.json';
import type profile from './profile/nl.json';
import type reader from './reader/nl.json';
import type search from './search/nl.json';
import type translation from './locales/nl.json';
import type registration from './registration/nl.json';
import type ui from './ui/nl.json';

/* A misspelt key does not compile. */
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: {
      translation: typeof translation;
      ui: typeof ui;
      eid: typeof eid;
      administration: typeof administration;
      picture: typeof picture;
      profile: typeof profile;
      reader: typeof reader;
      search: typeof search;
      bulk: typeof bulk;
      registration: typeof registration;
      card: typeof card;
      login: typeof login;
    };
  }
}
