import { expect, test } from 'vitest';
import type { Identification, IdentifiedCard } from '@/api/types';
import { faultOf, tariffWith } from './new-card';

const plain = '0900000020405';
const marked = '0900000067513';

// eslint-disable-next-line no-restricted-syntax -- a region's own colour, as the back end tells it
const gent = { id: 1, name: 'Gent', primaryColor: '#00a0a0' };
const card = (status: IdentifiedCard['status'], uitpasNumber = plain): IdentifiedCard => ({
  uitpasNumber,
  status,
  cardSystem: gent,
  cardType: 'NFC_CARD',
  chipKnown: true,
  socialTariffCard: false,
});
const found = (status: IdentifiedCard['status']): Identification => ({
  kind: 'UNREGISTERED',
  card: card(status),
});

test.each([
  ['LOCAL_STOCK', undefined],
  ['STOCK', 'notHere'],
  ['SENT', 'notHere'],
  ['PROVISIONED', 'notHere'],
  ['ACTIVE', 'taken'],
  ['BLOCKED', 'outOfUse'],
  ['DELETED', 'outOfUse'],
] as const)('a card in state %s: %s', (status, fault) => {
  expect(faultOf(found(status), 1)).toBe(fault);
});

test('the old card, another region’s, a group’s and a stranger’s are told apart', () => {
  expect(faultOf(found('ACTIVE'), 1, plain)).toBe('same');
  expect(faultOf(found('LOCAL_STOCK'), 2)).toBe('otherSystem');
  expect(faultOf({ kind: 'GROUP_PASS', card: card('ACTIVE') }, 1)).toBe('group');
  expect(faultOf({ kind: 'UNKNOWN' }, 1)).toBe('unknown');
});

test.each([
  ['plain for plain', plain, plain, false, 'none'],
  ['marked for plain asks for the right', plain, marked, false, 'asked'],
  ['marked for marked goes on', marked, marked, true, 'kept'],
  ['marked for marked that expired asks anew', marked, marked, false, 'asked'],
  ['plain for marked ends it', marked, plain, true, 'none'],
] as const)('%s', (_, old, fresh, stands, tariff) => {
  expect(tariffWith({ kind: 'stock', card: card('LOCAL_STOCK', fresh) }, old, stands)).toBe(tariff);
});

test('a digital card keeps a right that works', () => {
  expect(tariffWith({ kind: 'digital' }, marked, true)).toBe('kept');
  expect(tariffWith({ kind: 'digital' }, marked, false)).toBe('none');
});
