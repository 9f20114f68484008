import { cleanup, configure } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, vi } from 'vitest';
import card from '@/shared/i18n/card/nl.json';
import eid from '@/shared/i18n/eid/nl.json';
import nl from '@/shared/i18n/locales/nl.json';
import login from '@/shared/i18n/login/nl.json';
import ui from '@/shared/i18n/ui/nl.json';

// Tests speak Dutch, the source of truth, without fetching it first.
await i18next.use(initReactI18next).init({
  lng: 'nl',
  resources: { nl: { translation: nl, ui, eid, card, login } },
  ns: ['translation', 'ui', 'eid', 'card', 'login'],
  defaultNS: 'translation',
  interpolation: { escapeValue: false },
});
document.documentElement.lang = 'nl';

// What jsdom lacks of a browser.
vi.stubGlobal('matchMedia', (media: string) => Object.assign(new EventTarget(), { media, matches: false }));
vi.stubGlobal('CSS', { escape: (text: string) => text });
window.scrollTo = () => undefined;

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

afterEach(cleanup);
