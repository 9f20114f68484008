import type { components } from '@/api/schema.gen';
import { isNationalNumber } from '@/shared/identifier/national-number';

export type Search = Omit<components['schemas']['Search'], 'start' | 'limit'>;

/** What the one field was understood to hold. */
export type Kind =
  'number' | 'numbers' | 'insz' | 'born' | 'nameBorn' | 'email' | 'phone' | 'street' | 'name' | 'filter';

export interface Understood {
  kind: Kind;
  criteria: Search;
  /** How many numbers. */
  count: number;
}

/** What words can also mean, for when they were taken wrong. */
export function otherwise({ kind, criteria }: Understood): Understood | undefined {
  if (kind === 'street' && criteria.street)
    return { kind: 'name', criteria: { text: criteria.street }, count: 1 };
  if (kind === 'name' && criteria.text)
    return { kind: 'street', criteria: { street: criteria.text }, count: 1 };
  return undefined;
}

/** Understands what somebody typed, pasted or scanned; undefined for nothing. */
export function understand(typed: string): Understood | undefined {
  const text = typed.trim().replace(/\s+/g, ' ');
  if (text === '') return undefined;
  const one = (kind: Kind, criteria: Search): Understood => ({ kind, criteria, count: 1 });

  if (text.includes('@')) return one('email', { email: text });
  const born = readDate(text);
  if (born) return one('born', { bornFrom: born, bornUntil: born });
  const named = /^(?<name>\D{2,}?)[ ,]+(?<day>\d[\d/.-]{7,9})$/.exec(text)?.groups;
  const namedDay = readDate(named?.day ?? '');
  if (named?.name && namedDay)
    return one('nameBorn', { text: named.name.trim(), bornFrom: namedDay, bornUntil: namedDay });
  const numbers = readNumbers(typed);
  if (numbers.length > 1) return { kind: 'numbers', criteria: { numbers }, count: numbers.length };
  const digits = text.replace(/[\s.\-/()]/g, '');
  if (/^\d{11}$/.test(digits) && isNationalNumber(digits)) return one('insz', { inszNumber: digits });
  if (/^(\+|00?)[1-9]\d{7,13}$/.test(digits) && digits.length < 13)
    return one('phone', { phoneNumber: digits });
  if (/^(?=.*\d)[\dA-F]{8,20}$/i.test(digits)) return one('number', { numbers: [digits.toUpperCase()] });
  // A street has its number behind it; a name has none.
  if (/^\D{3,} \d+\s?\w{0,3}$/.test(text)) return one('street', { street: text });
  if (/(straat|laan|plein|weg|steenweg|dreef|kaai|markt)$/i.test(text))
    return one('street', { street: text });
  return one('name', { text });
}

/** Pass numbers and chip numbers among what was pasted: groups of one number stay together, each number counts once. */
export function readNumbers(typed: string): string[] {
  const pieces = typed
    .split(/[\n,;\t]+/)
    .flatMap((line) => splitLine(line.trim()))
    .filter((piece) => /^(\d{13}|[\dA-F]{14})$/i.test(piece));
  return [...new Set(pieces.map((piece) => piece.toUpperCase()))];
}

// «09000 00095 902» is one number in the groups of its print; «0900000095902 0900000067513» are two.
function splitLine(line: string): string[] {
  const words = line.split(/\s+/);
  const whole = words.every((word) => word.length >= 13);
  if (whole) return words;
  const digits = line.replace(/\D/g, '');
  return digits.length > 13 && digits.length % 13 === 0 ? (digits.match(/\d{13}/g) ?? []) : [digits];
}

/** «2/3/1983», «02.03.1983» or «1983-03-02» as a civil day. */
function readDate(text: string): string | undefined {
  const found =
    /^(?<d>\d{1,2})[/.\- ](?<m>\d{1,2})[/.\- ](?<y>\d{4})$/.exec(text) ??
    /^(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})$/.exec(text);
  const { y = '', m = '', d = '' } = found?.groups ?? {};
  const day = `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
  return found && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
    ? day
    : undefined;
}
