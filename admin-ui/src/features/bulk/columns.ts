import type { BulkKind } from '@/shared/selection/bulk-kinds';

/** The columns of a file, those that must be there first, with a row as an example. */
export interface Columns {
  needed: readonly string[];
  possible: readonly string[];
  example: Readonly<Record<string, string>>;
}

const who = { uitpasNumber: '0900000095902' };
const where = { street: 'Korenmarkt 1', postalCode: '9000', city: 'Gent' };

const byKind: Partial<Record<BulkKind, Columns>> = {
  ADDRESS: {
    needed: ['uitpasNumber', 'street', 'postalCode', 'city'],
    possible: ['passholderId', 'country'],
    example: { ...who, ...where },
  },
  RENEW_SOCIAL_TARIFF: {
    needed: ['uitpasNumber'],
    possible: ['passholderId', 'socialTariffUntil'],
    example: { ...who, socialTariffUntil: '2027-12-31' },
  },
  IMPORT: {
    needed: ['firstName', 'name', 'dateOfBirth', 'postalCode', 'city'],
    possible: [
      'person',
      'placeOfBirth',
      'gender',
      'nationality',
      'inszNumber',
      'street',
      'country',
      'email',
      'phoneNumber',
      'language',
      'remarks',
      'registeredAt',
      'legalTermsPaper',
      'legalTermsDigital',
      'parentalConsent',
      'serviceMails',
      'milestoneMails',
      'infoMails',
      'sms',
      'post',
      'uitpasNumber',
      'chipNumber',
      'cardType',
      'cardStatus',
      'cardReason',
      'points',
      'socialTariffFrom',
      'socialTariffUntil',
      'socialTariffGround',
    ],
    example: {
      firstName: 'An',
      name: 'Peeters',
      dateOfBirth: '1983-03-02',
      ...where,
      ...who,
      points: '12',
      socialTariffUntil: '2027-12-31',
    },
  },
};

const plain: Columns = { needed: ['uitpasNumber'], possible: ['passholderId'], example: who };

export const columnsOf = (kind: BulkKind): Columns => byKind[kind] ?? plain;

/** A file to begin with: the columns, and one row as an example. */
export function template(columns: Columns): Blob {
  const names = [...new Set([...columns.needed, ...columns.possible])];
  const lines = [names.join(';'), names.map((name) => columns.example[name] ?? '').join(';')];
  return new Blob([`\uFEFF${lines.join('\r\n')}\r\n`], { type: 'text/csv' });
}
