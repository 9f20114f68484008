import type { EidAnswer, Passholder } from '@/api/types';

/** What may be sent to whoever is asked, in the order of the form. */
export const consents = ['serviceMails', 'milestoneMails', 'infoMails', 'sms', 'post'] as const;
export type Consent = (typeof consents)[number];

/** The details of a person as the form holds them; a text that is not there is empty. */
export interface Draft {
  firstName: string;
  name: string;
  dateOfBirth: string;
  placeOfBirth: string;
  gender: '' | 'MALE' | 'FEMALE' | 'X';
  nationality: string;
  inszNumber: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  email: string;
  noEmail: boolean;
  phoneNumber: string;
  language: 'nl' | 'fr' | 'de' | 'en';
  remarks: string;
  consents: Partial<Record<Consent, boolean>>;
}

export function draftOf(person: Passholder): Draft {
  const { address } = person;
  return {
    firstName: person.firstName,
    name: person.name,
    dateOfBirth: person.dateOfBirth,
    placeOfBirth: person.placeOfBirth ?? '',
    gender: person.gender ?? '',
    nationality: person.nationality ?? '',
    inszNumber: '',
    street: address.street ?? '',
    postalCode: address.postalCode,
    city: address.city,
    country: address.country ?? 'be',
    email: person.email ?? '',
    noEmail: person.noEmail ?? false,
    phoneNumber: person.phoneNumber ?? '',
    language: person.language,
    remarks: person.remarks ?? '',
    consents: Object.fromEntries(consents.map((consent) => [consent, person.optIns[consent] ?? false])),
  };
}

/** Whether anything differs from what was there. */
export function isChanged(draft: Draft, before: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(before);
}

/** A draft as the back end takes it; consents that nobody touched are not sent, so that their history stays quiet. */
export function requestOf(draft: Draft, before: Draft) {
  const { street, postalCode, city, country, consents: given, inszNumber, ...rest } = draft;
  const touched = Object.entries(given).filter(
    ([consent, yes]) => before.consents[consent as Consent] !== yes,
  );
  return {
    ...rest,
    address: { street, postalCode, city, country },
    ...(inszNumber.trim() ? { inszNumber: inszNumber.replace(/\D/g, '') } : {}),
    ...(touched.length > 0 ? { consents: Object.fromEntries(touched) } : {}),
  };
}

/** A field in which an identity card says something else, with both values. */
export interface Difference {
  field: keyof Draft;
  was: string;
  says: string;
}

const onCard = ['firstName', 'name', 'dateOfBirth', 'placeOfBirth', 'street', 'postalCode', 'city'] as const;

/** Where the card and the draft do not agree. A card may leave out what it does not know. */
export function differencesWith({ identity, address }: EidAnswer, draft: Draft): Difference[] {
  const born = identity.dateOfBirth;
  const says: Partial<Record<(typeof onCard)[number], string | undefined>> = {
    firstName: identity.firstNames.split(' ')[0],
    name: identity.lastName,
    dateOfBirth: born?.month && born.day ? civil(born.year, born.month, born.day) : undefined,
    placeOfBirth: identity.placeOfBirth,
    street: address?.street,
    postalCode: address?.postalCode,
    city: address?.city,
  };
  return onCard.flatMap((field) => {
    const value = says[field]?.trim();
    return value && !alike(value, draft[field], field) ? [{ field, was: draft[field], says: value }] : [];
  });
}

/** The draft with what the card says in these fields. */
export function withDifferences(draft: Draft, differences: readonly Difference[]): Draft {
  return { ...draft, ...Object.fromEntries(differences.map(({ field, says }) => [field, says])) };
}

// Somebody called An who is An Maria on the card is the same An; capitals and accents of a card say nothing.
function alike(card: string, typed: string, field: string): boolean {
  const [a, b] = [plain(card), plain(typed)];
  return field === 'firstName' ? b.split(' ')[0] === a : a === b;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

function civil(year: number, month: number, day: number): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join(
    '-',
  );
}
