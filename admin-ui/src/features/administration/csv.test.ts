import { expect, test } from 'vitest';
import { csvOf, fileName } from './csv';

test('a column is quoted, one value a line', () => {
  expect(csvOf('Nummer', ['2001', 'a"b'])).toBe('"Nummer"\r\n"2001"\r\n"a""b"\r\n');
});

test('a file is named by plain words', () => {
  expect(fileName('Vouchers', 'Été à la mer!', '2026-11-22')).toBe('vouchers-ete-a-la-mer-2026-11-22.csv');
});
