import { expect, test } from 'vitest';
import { civilDay, daysAhead, formatDate, formatDay, formatHours, formatTime, parseDay } from './date';
import { formatEuros } from './money';
import { formatPartialDate } from './partial-date';
import { formatPassNumber } from './pass-number';

const now = new Date('2026-11-22T13:30:00Z');
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('a day is written with its weekday, and its year only when it is another one', () => {
  expect(formatDay(now, 'nl', now)).toBe('zo 22 november');
  expect(formatDay(now, 'fr', now)).toBe('dim. 22 novembre');
  expect(formatDay(now, 'de', now)).toBe('So., 22. November');
  expect(formatDay(now, 'en', now)).toBe('Sun 22 November');
  expect(formatDay(parseDay('2027-04-30'), 'nl', now)).toBe('vr 30 april 2027');
});

test('a time is written as Belgians write it', () => {
  expect(plain(formatTime(now, 'nl'))).toBe('14.30 uur');
  expect(plain(formatTime(now, 'fr'))).toBe('14 h 30');
  expect(plain(formatTime(now, 'de'))).toBe('14.30 Uhr');
  expect(plain(formatTime(now, 'en'))).toBe('14:30');
  expect(plain(formatTime(new Date('2026-11-21T23:05:00Z'), 'nl'))).toBe('00.05 uur');
});

test('hours name their unit once', () => {
  const until = new Date('2026-11-22T15:00:00Z');
  expect(plain(formatHours(now, until, 'nl'))).toBe('14.30 tot 16.00 uur');
  expect(plain(formatHours(now, until, 'fr'))).toBe('14 h 30 – 16 h 00');
  expect(plain(formatHours(now, until, 'de'))).toBe('14.30 bis 16.00 Uhr');
  expect(plain(formatHours(now, until, 'en'))).toBe('14:30 – 16:00');
});

test('days are those of Brussels, also around midnight and the change of clocks', () => {
  expect(civilDay(new Date('2026-11-22T22:59:00Z'))).toBe('2026-11-22');
  expect(civilDay(new Date('2026-11-22T23:00:00Z'))).toBe('2026-11-23');
  expect(daysAhead(new Date('2026-10-25T23:30:00Z'), new Date('2026-10-24T22:30:00Z'))).toBe(1);
  expect(daysAhead(new Date('2026-11-21T10:00:00Z'), now)).toBe(-1);
});

test('a day without a time stays that day', () => {
  expect(formatDate(parseDay('2027-04-30'), 'nl')).toBe('30 april 2027');
});

test('a date of birth says as much as is known', () => {
  expect(formatPartialDate({ year: 1983, month: 3, day: 2 }, 'nl')).toBe('2 maart 1983');
  expect(formatPartialDate({ year: 1983, month: 3 }, 'fr')).toBe('mars 1983');
  expect(formatPartialDate({ year: 1983 }, 'de')).toBe('1983');
});

test('amounts have two decimals and the sign where the language puts it', () => {
  expect(plain(formatEuros(150, 'nl'))).toBe('€ 1,50');
  expect(plain(formatEuros(150, 'fr'))).toBe('1,50 €');
  expect(plain(formatEuros(1000, 'en'))).toBe('€10.00');
});

test('a pass number stands in the groups of its print', () => {
  expect(formatPassNumber('0900000095902')).toBe('09000 00095 902');
  expect(formatPassNumber('12')).toBe('12');
});
