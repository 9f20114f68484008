import { expect, test } from 'vitest';
import { otherwise, readNumbers, understand } from './query';

test.each([
  ['An Peeters', 'name', { text: 'An Peeters' }],
  ['van den  broeck', 'name', { text: 'van den broeck' }],
  ['2/3/1983', 'born', { bornFrom: '1983-03-02', bornUntil: '1983-03-02' }],
  ['1983-03-02', 'born', { bornFrom: '1983-03-02', bornUntil: '1983-03-02' }],
  ['Peeters 2/3/1983', 'nameBorn', { text: 'Peeters', bornFrom: '1983-03-02', bornUntil: '1983-03-02' }],
  ["d'Hondt, 1983-03-02", 'nameBorn', { text: "d'Hondt", bornFrom: '1983-03-02' }],
  ['an@voorbeeld.example', 'email', { email: 'an@voorbeeld.example' }],
  ['0470 12 34 56', 'phone', { phoneNumber: '0470123456' }],
  ['+32 470 12 34 56', 'phone', { phoneNumber: '+32470123456' }],
  ['83.03.02-015.40', 'insz', { inszNumber: '83030201540' }],
  ['09000 00095 902', 'number', { numbers: ['0900000095902'] }],
  ['04784cdaee3880', 'number', { numbers: ['04784CDAEE3880'] }],
  ['Zuidstraat 12', 'street', { street: 'Zuidstraat 12' }],
  ['Korenmarkt', 'street', { street: 'Korenmarkt' }],
] as const)('%s is a %s', (typed, kind, criteria) => {
  expect(understand(typed)).toMatchObject({ kind, criteria });
});

test('nothing is nothing, and no day of a month that has none', () => {
  expect(understand('  ')).toBeUndefined();
  expect(understand('31/2/1983')?.kind).not.toBe('born');
});

test('many numbers are read from lines, commas and spaces, each once', () => {
  const pasted = '0900000095902\n09000 00067 513, 0900000095902';
  expect(readNumbers(pasted)).toEqual(['0900000095902', '0900000067513']);
  expect(understand(pasted)).toMatchObject({ kind: 'numbers', count: 2 });
  expect(readNumbers('0900000095902 0900000067513')).toHaveLength(2);
});

test('a street may be a name after all, and a name a street; a number is nothing else', () => {
  const read = (typed: string) => {
    const first = understand(typed);
    return first && otherwise(first);
  };
  expect(read('Van de Markt')).toMatchObject({ kind: 'name', criteria: { text: 'Van de Markt' } });
  expect(read('Veldken')).toMatchObject({ kind: 'street', criteria: { street: 'Veldken' } });
  expect(read('0900000095902')).toBeUndefined();
});
