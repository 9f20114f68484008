import { expect, test } from 'vitest';
import type { EidAnswer, Passholder } from '@/api/types';
import { differencesWith, draftOf, isChanged, rebase, requestOf, withDifferences } from './draft';

const an: Passholder = {
  id: 'person-1',
  firstName: 'An',
  name: 'Peeters',
  dateOfBirth: '1983-03-02',
  age: 43,
  address: { street: 'Zuidstraat 1', postalCode: '9000', city: 'Gent', country: 'be' },
  language: 'nl',
  optIns: { serviceMails: true },
  version: 1,
  inszKnown: true,
  registeredAt: '2025-01-02T09:00:00Z',
  points: { balance: 12, debt: 0 },
  cards: [],
  memberships: [],
};
const before = draftOf(an);

const card = (address?: EidAnswer['address']) =>
  ({
    identity: {
      firstNames: 'AN Maria',
      lastName: 'PEETERS',
      dateOfBirth: { year: 1983, month: 3, day: 2 },
      documentType: { code: 1, name: { nl: '', fr: '', de: '', en: '' } },
    },
    ...(address ? { address } : {}),
  }) as EidAnswer;

test('a draft that nobody touched has not changed', () => {
  expect(isChanged(draftOf(an), before)).toBe(false);
  expect(isChanged({ ...before, city: 'Aalst' }, before)).toBe(true);
});

test('only consents that were touched are sent, and no empty national number', () => {
  expect(requestOf(before, before)).not.toHaveProperty('consents');
  expect(requestOf(before, before)).not.toHaveProperty('inszNumber');
  const draft = { ...before, consents: { ...before.consents, sms: true }, inszNumber: '83.03.02-015.40' };
  expect(requestOf(draft, before)).toMatchObject({ consents: { sms: true }, inszNumber: '83030201540' });
});

test('capitals, accents and further first names of a card are no difference', () => {
  expect(differencesWith(card(), before)).toEqual([]);
  expect(differencesWith(card(), { ...before, name: 'Peetérs' })).toEqual([]);
});

test('a new address on the card is shown and taken over', () => {
  const found = differencesWith(card({ street: 'Noordlaan 8', postalCode: '9000', city: 'Gent' }), before);
  expect(found).toEqual([{ field: 'street', was: 'Zuidstraat 1', says: 'Noordlaan 8' }]);
  expect(withDifferences(before, found).street).toBe('Noordlaan 8');
});

test('what one typed stays on top of what a colleague saved meanwhile', () => {
  const mine = { ...before, phoneNumber: '0470 12 34 56', email: 'an@thuis.be' };
  const now = { ...before, city: 'Aalst', email: 'an@werk.be' };
  const { draft, theirs } = rebase(mine, before, now);
  expect(draft).toEqual({ ...mine, city: 'Aalst' });
  expect(theirs).toEqual([
    { field: 'city', was: 'Gent', now: 'Aalst', clash: false },
    { field: 'email', was: '', now: 'an@werk.be', clash: true },
  ]);
});

test('a consent that one touched stays, the others follow the colleague', () => {
  const mine = { ...before, consents: { ...before.consents, sms: true } };
  const now = { ...before, consents: { ...before.consents, post: true } };
  expect(rebase(mine, before, now).draft.consents).toEqual({ ...before.consents, sms: true, post: true });
});
