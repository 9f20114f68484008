import { expect, test } from 'vitest';
import { missing, parametersOf, type Draft } from './request';

const draft: Draft = {
  cardSystemId: 2,
  street: 'Kerkstraat 1',
  postalCode: '9000',
  city: 'Gent',
  reason: 'LOST',
  until: '2027-12-31',
  ground: ' OCMW ',
  associationId: 'club',
  purpose: 'Feest',
  addDoubles: false,
};

test.each([
  ['ADDRESS', { street: ' ', city: '' }, ['street', 'city']],
  ['BLOCK', { reason: '' }, ['reason']],
  ['ASSOCIATION', { associationId: '' }, ['associationId']],
  ['EXPORT', { purpose: '  ' }, ['purpose']],
  ['RENEW_SOCIAL_TARIFF', { until: null, ground: '' }, []],
  ['IMPORT', {}, []],
] as const)('%s asks for what it needs', (kind, change, lacks) => {
  expect(missing(kind, { ...draft, ...change }, false)).toEqual(lacks);
});

test('the rows of a file bring their own address', () => {
  expect(missing('ADDRESS', { ...draft, street: '' }, true)).toEqual([]);
  expect(parametersOf('ADDRESS', draft, true)).toEqual({});
});

test.each([
  ['ADDRESS', { street: 'Kerkstraat 1', postalCode: '9000', city: 'Gent' }],
  ['BLOCK', { reason: 'LOST' }],
  ['RENEW_SOCIAL_TARIFF', { cardSystemId: 2, until: '2027-12-31', ground: 'OCMW' }],
  ['ASSOCIATION', { associationId: 'club', until: '2027-12-31' }],
  ['EXPORT', { purpose: 'Feest' }],
  ['IMPORT', { cardSystemId: 2, addDoubles: false }],
] as const)('%s sends what it is about and nothing else', (kind, parameters) => {
  expect(parametersOf(kind, draft, false)).toEqual(parameters);
});

test('no last day is the one of the card system', () => {
  expect(parametersOf('RENEW_SOCIAL_TARIFF', { ...draft, until: null, ground: '' }, false)).toEqual({
    cardSystemId: 2,
  });
});
