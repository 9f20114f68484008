import * as z from 'zod/mini';
import type { Counter, EidAnswer, IdentifiedCard } from '@/api/types';

/** The steps of one person, in their order. */
export const steps = ['pass', 'person', 'contact', 'consents', 'pay'] as const;
export type StepId = (typeof steps)[number];

export const consentNames = [
  'legalTermsPaper',
  'legalTermsDigital',
  'parentalConsent',
  'serviceMails',
  'milestoneMails',
  'infoMails',
  'sms',
  'post',
] as const;

const consent = z.boolean();

const person = z.object({
  id: z.string(),
  cardSystemId: z.number(),
  cardType: z.enum(['NFC_CARD', 'DIGITAL']),
  uitpasNumber: z.string(),
  tariff: z.boolean(),
  tariffUntil: z.string(),
  tariffGround: z.string(),
  firstName: z.string(),
  name: z.string(),
  dateOfBirth: z.string(),
  placeOfBirth: z.string(),
  gender: z.enum(['', 'MALE', 'FEMALE', 'X']),
  nationality: z.string(),
  inszNumber: z.string(),
  street: z.string(),
  postalCode: z.string(),
  city: z.string(),
  country: z.string(),
  email: z.string(),
  noEmail: z.boolean(),
  phoneNumber: z.string(),
  language: z.enum(['nl', 'fr', 'de', 'en']),
  remarks: z.string(),
  schoolId: z.string(),
  consents: z.object({
    legalTermsPaper: consent,
    legalTermsDigital: consent,
    parentalConsent: consent,
    serviceMails: consent,
    milestoneMails: consent,
    infoMails: consent,
    sms: consent,
    post: consent,
  }),
  voucher: z.string(),
  holdId: z.string(),
  voucherName: z.string(),
  voucherUntil: z.string(),
  /** The person whom somebody looked at and found to be somebody else than those alike. */
  lookedAt: z.string(),
});

const household = z.object({
  people: z.array(person).check(z.minLength(1), z.maxLength(12)),
  payment: z.enum(['', 'CASH', 'CARD', 'TRANSFER']),
});

/** One person as the clerk fills her in. */
export type Person = z.infer<typeof person>;

/** Everybody who is registered together, and how it is paid. */
export type Household = z.infer<typeof household>;

/** Reads what was kept; undefined when it is not a household of this version. */
export function readHousehold(kept: unknown): Household | undefined {
  const read = household.safeParse(kept);
  return read.success ? read.data : undefined;
}

export function newPerson(cardSystemId: number, language: Person['language']): Person {
  return {
    id: crypto.randomUUID(),
    cardSystemId,
    cardType: 'NFC_CARD',
    uitpasNumber: '',
    tariff: false,
    tariffUntil: '',
    tariffGround: '',
    firstName: '',
    name: '',
    dateOfBirth: '',
    placeOfBirth: '',
    gender: '',
    nationality: '',
    inszNumber: '',
    street: '',
    postalCode: '',
    city: '',
    country: 'be',
    email: '',
    noEmail: false,
    phoneNumber: '',
    language,
    remarks: '',
    schoolId: '',
    consents: {
      legalTermsPaper: false,
      legalTermsDigital: false,
      parentalConsent: false,
      serviceMails: false,
      milestoneMails: false,
      infoMails: false,
      sms: false,
      post: false,
    },
    voucher: '',
    holdId: '',
    voucherName: '',
    voucherUntil: '',
    lookedAt: '',
  };
}

/** Somebody who lives with the one before: the address, the ways to reach them and what they agreed to come along. */
export function housemate(of: Person): Person {
  const { street, postalCode, city, country, email, noEmail, phoneNumber, language, consents, cardType } = of;
  return {
    ...newPerson(of.cardSystemId, language),
    ...{ street, postalCode, city, country, email, noEmail, phoneNumber, cardType },
    name: of.name,
    consents: { ...consents, parentalConsent: false },
  };
}

/** A card from the reader: its number, its region, and the social tariff that it is made for. */
export function withCard(of: Person, card: IdentifiedCard, counter: Counter): Person {
  const ours = counter.cardSystems.some(({ id }) => id === card.cardSystem.id);
  return {
    ...of,
    cardType: 'NFC_CARD',
    uitpasNumber: card.uitpasNumber,
    tariff: card.socialTariffCard,
    ...(ours && { cardSystemId: card.cardSystem.id }),
  };
}

/** A pass of plastic says itself of which region it is; for a digital one the clerk chooses, where there are several. */
export function regionFor(cardType: Person['cardType'], { cardSystems }: Counter): number {
  if (cardType === 'DIGITAL' && cardSystems.length > 1) return 0;
  return cardSystems[0]?.id ?? 0;
}

/** Whether a number is that of a card for somebody with a social tariff: its last digit but one says so. */
export function isTariffCard(number: string): boolean {
  const digits = number.replace(/\D/g, '');
  return digits.length === 13 && digits[11] === '1';
}

/** What an eID says, in the fields of the form. The national number stays with the back end, which read it too. */
export function withEid(of: Person, { identity, address }: EidAnswer): Person {
  const { firstNames, lastName, dateOfBirth, gender, nationality, placeOfBirth } = identity;
  const { year, month, day } = dateOfBirth ?? {};
  return {
    ...of,
    firstName: firstNames.split(' ')[0] ?? '',
    name: lastName,
    dateOfBirth: year && month && day ? isoDay(year, month, day) : of.dateOfBirth,
    gender: gender ?? of.gender,
    nationality: nationality ?? '',
    placeOfBirth: placeOfBirth ?? '',
    inszNumber: '',
    ...(address && {
      street: address.street,
      postalCode: address.postalCode,
      city: address.city,
      country: 'be',
    }),
  };
}

function isoDay(year: number, month: number, day: number): string {
  const [m, d] = [month, day].map((part) => part.toString().padStart(2, '0'));
  return [year, m, d].join('-');
}

/** Whether anything of a person was filled in. */
export function isBegun(of: Person): boolean {
  return [of.uitpasNumber, of.firstName, of.dateOfBirth, of.inszNumber, of.street, of.email].some(Boolean);
}

/** Names the person somebody looked at, so that another name asks again. */
export function identityOf({ firstName, name, dateOfBirth }: Person): string {
  return [firstName, name, dateOfBirth].join('|');
}
