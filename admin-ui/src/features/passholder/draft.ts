import type { EidAnswer, Passholder } from '@/api/types';

/** What may be sent to whoever is asked, in the order of the form. */
export const consents = ['serviceMails', 'milestoneMails', 'infoMails', 'sms', 'post'] as const;
export type Consent = (typeof consents)[number];

/** What somebody agreed to when they became a passholder; these have a history, not an answer of their own. */
export const terms = ['legalTermsPaper', 'legalTermsDigital', 'parentalConsent'] as const;
export type Term = (typeof terms)[number];

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
  schoolId: string;
  consents: Partial<Record<Consent | Term, boolean>>;
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
    schoolId: person.schoolId ?? '',
    consents: Object.fromEntries(consents.map((consent) => [consent, person.optIns[consent] ?? false])),
  };
}

/** Whether anything differs from what was there. */
export function isChanged(draft: Draft, before: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(before);
}

/** What is kept beside the details, or is no text: a colleague's change of it is told in other words. */
const apart = ['consents', 'inszNumber'] as const;
type Told = Exclude<keyof Draft, (typeof apart)[number]>;

/** A field that a colleague saved while one was typing. */
export interface Theirs {
  field: Told;
  was: Draft[Told];
  now: Draft[Told];
  /** One typed something else in it oneself; what was typed stays. */
  clash: boolean;
}

/** What one typed, on top of what a colleague saved meanwhile: nothing typed is lost, and what differs is told. */
export function rebase(mine: Draft, before: Draft, now: Draft): { draft: Draft; theirs: Theirs[] } {
  const fields = (Object.keys(now) as (keyof Draft)[]).filter(
    (field): field is Told => !apart.includes(field as 'consents'),
  );
  const theirs = fields
    .filter((field) => now[field] !== before[field])
    .map((field) => ({
      field,
      was: before[field],
      now: now[field],
      clash: mine[field] !== before[field] && mine[field] !== now[field],
    }));
  const touched = Object.entries(mine.consents).filter(
    ([consent, yes]) => before.consents[consent as Consent] !== yes,
  );
  return {
    draft: {
      ...mine,
      ...Object.fromEntries(theirs.filter(({ clash }) => !clash).map((each) => [each.field, each.now])),
      consents: { ...now.consents, ...Object.fromEntries(touched) },
    },
    theirs,
  };
}

/** A draft as the back end takes it; consents that nobody touched are not sent, so that their history stays quiet. */
export function requestOf(draft: Draft, before: Draft) {
  const { firstName, name, dateOfBirth, placeOfBirth, gender, nationality, email, noEmail } = draft;
  const {
    phoneNumber,
    language,
    remarks,
    street,
    postalCode,
    city,
    country,
    consents: given,
    inszNumber,
  } = draft;
  const touched = Object.entries(given).filter(
    ([consent, yes]) => before.consents[consent as Consent] !== yes,
  );
  return {
    firstName,
    name,
    dateOfBirth,
    placeOfBirth,
    gender,
    nationality,
    email,
    noEmail,
    phoneNumber,
    language,
    remarks,
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
