import type { Decision, EidAnswer, Payment, RegistrationRequest } from '@/api/types';
import { contentOf, type Picture } from '@/shared/picture/picture';
import { identityOf, type Household, type Person } from './household';

/** What the back end is asked about one person. What is empty is not sent. */
export function requestOf(
  person: Person,
  payment: Household['payment'],
  eid?: EidAnswer,
): RegistrationRequest {
  const digital = person.cardType === 'DIGITAL';
  return {
    cardSystemId: person.cardSystemId,
    cardType: person.cardType,
    ...(!digital && person.uitpasNumber && { uitpasNumber: person.uitpasNumber }),
    ...(person.tariff && {
      socialTariff: filled({ until: person.tariffUntil, ground: person.tariffGround }),
    }),
    ...filled({
      firstName: person.firstName,
      name: person.name,
      dateOfBirth: person.dateOfBirth,
      placeOfBirth: person.placeOfBirth,
      nationality: person.nationality,
      inszNumber: person.inszNumber,
      email: person.email,
      phoneNumber: person.phoneNumber,
      remarks: person.remarks,
      schoolId: person.schoolId,
      voucher: person.voucher,
      holdId: person.holdId,
    }),
    gender: person.gender,
    language: person.language,
    noEmail: person.noEmail,
    address: {
      street: person.street,
      postalCode: person.postalCode,
      city: person.city,
      country: person.country,
    },
    consents: person.consents,
    ...(payment && { payment }),
    ...(eid && { eidReadId: eid.id }),
    ...(person.lookedAt && person.lookedAt === identityOf(person) && { acceptDoubles: true }),
  };
}

/** What is saved: the request, at the price that was shown, with the photo. */
export function saleOf(
  request: RegistrationRequest,
  decision?: Decision,
  picture?: Picture,
): RegistrationRequest {
  const cents = decision?.quote?.cents;
  return {
    ...request,
    payment: cents === 0 ? ('NONE' satisfies Payment) : (request.payment ?? 'NONE'),
    ...(cents !== undefined && { expectedCents: cents }),
    ...(picture && { picture: { content: contentOf(picture), source: picture.source } }),
  };
}

function filled<T extends Record<string, string>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>;
}
