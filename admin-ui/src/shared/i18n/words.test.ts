import { describe, expect, test } from 'vitest';
import { languages } from './language';

type Words = { [key: string]: string | Words };

const files = import.meta.glob<Words>(
  './{locales,ui,reader,eid,administration,picture,profile,search,bulk,registration,card,login}/*.json',
  {
    eager: true,
    import: 'default',
  },
);

function flat(words: Words, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}

/** The languages have the same plural forms of each key they count with: one and other. */
const placeholders = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map((found) => found[1]).sort();

describe.each([
  'locales',
  'ui',
  'reader',
  'eid',
  'administration',
  'picture',
  'profile',
  'search',
  'bulk',
  'registration',
  'card',
  'login',
])('%s', (folder) => {
  const source = new Map(flat(files[`./${folder}/nl.json`] ?? {}));

  test.each(languages)('%s has every key and placeholder that nl has', (language) => {
    const own = new Map(flat(files[`./${folder}/${language}.json`] ?? {}));
    const keys = (of: Map<string, string>) => [...of.keys()].filter((key) => !key.endsWith('_many')).sort();
    expect(keys(own)).toEqual(keys(source));
    for (const [key, text] of own) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(source.get(key.replace('_many', '_other')) ?? ''));
    }
  });
});

/** What no text of a language may hold: its quotes, apostrophes and spaces are those of a printed page. */
const misprints = {
  nl: /\w'\w|"|“|”|„/,
  fr: /\w'\w|"|“|”|„| [:;!?»]|« |«[^\u00a0]/,
  de: /\w'\w|"|«|»|”/,
  en: /\w'\w|"|«|»|„/,
};

test.each(languages)('%s is set as in print', (language) => {
  const wrong = Object.entries(files)
    .filter(([path]) => path.endsWith(`/${language}.json`))
    .flatMap(([path, words]) => flat(words, `${path} `))
    .filter(([, text]) => misprints[language].test(text));
  expect(wrong).toEqual([]);
});
