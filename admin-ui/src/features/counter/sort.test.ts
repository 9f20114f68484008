import { expect, test } from 'vitest';
import type { Counter } from '@/api/types';
import { findCounters, splitCounters } from './sort';

const counter = (id: string, name: string, city: string): Counter => ({
  id,
  name,
  city,
  cardSystems: [],
  permissions: [],
  roles: [],
});
const all = [
  counter('1', 'Wijkhuis Élise', 'Gent'),
  counter('2', 'Bib', 'Aalst'),
  counter('3', 'Bib', 'Gent'),
];
const ids = (counters: readonly Counter[]) => counters.map(({ id }) => id);

test('counters used before come first, the last one on top; the others go by name', () => {
  const { used, others } = splitCounters(all, ['3', 'gone'], 'nl');
  expect(ids(used)).toEqual(['3']);
  expect(ids(others)).toEqual(['2', '1']);
});

test('a search finds every word in name or town, whatever its accents', () => {
  expect(ids(findCounters(all, 'bib gent'))).toEqual(['3']);
  expect(ids(findCounters(all, 'elise'))).toEqual(['1']);
  expect(ids(findCounters(all, ''))).toEqual(['1', '2', '3']);
  expect(findCounters(all, 'zwembad')).toEqual([]);
});
