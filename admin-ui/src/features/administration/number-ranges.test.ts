import { expect, it } from 'vitest';
import { leftOf, nextRange, readRange, spellSerial } from './number-ranges';

const range = { id: 'r', prefix: '09972', first: 500_000, last: 599_999, left: 400 };

it('spells the first eleven digits of a number', () => {
  expect(spellSerial('09972', 7)).toBe('09972 000007');
  expect(spellSerial('0997', 500_000)).toBe('09970 500000');
});

it.each([
  ['09972', '600000', '1.000', { prefix: '09972', first: 600_000, last: 600_999 }],
  ['', '0', '1', 'prefix'],
  ['0997x', '0', '1', 'prefix'],
  ['09972', '1000000', '1', 'first'],
  ['09972', '999999', '2', 'count'],
  ['09972', '0', '0', 'count'],
])('reads %s from %s, %s numbers', (prefix, first, count, want) => {
  expect(readRange(prefix, first, count)).toEqual(want);
});

it('goes on after the newest range, and counts what is left', () => {
  expect(nextRange([range])).toEqual({ prefix: '09972', first: '600000' });
  expect(nextRange([])).toEqual({ prefix: '', first: '0' });
  expect(leftOf([range, range])).toBe(800);
});
