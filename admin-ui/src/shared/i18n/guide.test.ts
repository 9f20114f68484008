import { expect, test } from 'vitest';

type Words = { [key: string]: string | Words };

const words = import.meta.glob<Words>('./*/*.json', { eager: true, import: 'default' });
const guides = import.meta.glob<string>('../../../docs/*.md', {
  eager: true,
  import: 'default',
  query: '?raw',
});

const flat = (of: Words): string[] =>
  Object.values(of).flatMap((word) => (typeof word === 'string' ? [word] : flat(word)));

/** What a text looks like to whoever reads about it: no placeholders, capitals do not matter. */
const plain = (text: string) => text.replace(/{{[^}]*}}/g, '…').toLowerCase();

test.each([
  ['aan-de-balie', 'nl'],
  ['au-guichet', 'fr'],
])('%s names what is on the screen as the screen does', (guide, language) => {
  const said = new Set(
    Object.entries(words)
      .filter(([path]) => path.endsWith(`/${language}.json`))
      .flatMap(([, part]) => flat(part))
      .map(plain),
  );
  const text = guides[`../../../docs/${guide}.md`] ?? '';
  const named = [...text.matchAll(/\*\*(.+?)\*\*/g)].map(([, name = '']) => name);
  expect(named).not.toEqual([]);
  expect(named.filter((name) => !said.has(plain(name)))).toEqual([]);
});
