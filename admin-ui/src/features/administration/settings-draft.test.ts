import { describe, expect, it } from 'vitest';
import { differences, draftOf, rebase, settingsOf, wrongFields } from './settings-draft';
import type { Settings } from './types';

const settings: Settings = {
  version: 3,
  name: 'UiTPAS Dender',
  primaryColor: '#' + '1d6f42',
  secondaryColor: '',
  logoUrl: '',
  website: 'https://dender.example',
  contactEmail: 'pas@dender.example',
  permanent: true,
  socialTariffInfo: '',
  socialTariffGraceDays: 30,
  socialTariffDefaultEnd: '04-30',
  socialTariffMaximumEnd: '12-31',
  checkinMarginMinutes: 120,
  inszRequired: true,
  adultAge: 18,
  optInAge: 16,
  cardlessRegistration: 'ALL',
  familyMaxMembers: 10,
  familyMaxAdults: 2,
  lowStock: 10,
  cities: [],
};

it('keeps settings through a form', () => {
  expect(settingsOf(draftOf(settings))).toEqual(settings);
  expect(wrongFields(draftOf(settings))).toEqual([]);
});

it.each([
  ['name', ' '],
  ['primaryColor', 'green'],
  ['website', 'dender.example'],
  ['contactEmail', 'dender'],
  ['adultAge', '31'],
  ['lowStock', ''],
  ['familyMaxMembers', '0'],
  ['familyMaxAdults', '11'],
  ['socialTariffMaximumEnd', '03-31'],
])('finds fault with %s «%s»', (field, value) => {
  expect(wrongFields({ ...draftOf(settings), [field]: value })).toContain(field);
});

describe('when somebody else saved meanwhile', () => {
  const mine = { ...settings, lowStock: 25, adultAge: 17 };
  const theirs = { ...settings, version: 4, lowStock: 40, name: 'UiTPAS Dender en Durme' };

  it('keeps both, and one’s own where both changed the same', () => {
    expect(rebase(settings, mine, theirs)).toEqual({
      settings: { ...theirs, lowStock: 25, adultAge: 17 },
      theirs: ['name'],
      both: ['lowStock'],
    });
  });

  it('does not call the same change a difference', () => {
    expect(rebase(settings, mine, { ...theirs, lowStock: 25 }).both).toEqual([]);
    expect(differences(settings, { ...settings, version: 9 })).toEqual([]);
  });
});
