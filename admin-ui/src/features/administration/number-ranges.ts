import type { NumberRange } from './types';

/** The digits before the two that are worked out: prefix and serial. */
const SERIAL_DIGITS = 11;

/** The first eleven digits of a number of a range, in print groups: `09972 500000`. */
export function spellSerial(prefix: string, serial: number): string {
  const digits = prefix + String(serial).padStart(SERIAL_DIGITS - prefix.length, '0');
  return `${digits.slice(0, 5)} ${digits.slice(5)}`;
}

/** A range as somebody typed it, or the field that keeps it from being one. */
export function readRange(
  prefix: string,
  first: string,
  count: string,
): { prefix: string; first: number; last: number } | 'prefix' | 'first' | 'count' {
  if (!/^\d{1,10}$/.test(prefix.trim())) return 'prefix';
  const most = 10 ** (SERIAL_DIGITS - prefix.trim().length) - 1;
  const from = digitsOf(first);
  if (from === undefined || from > most) return 'first';
  const many = digitsOf(count);
  if (many === undefined || many < 1 || from + many - 1 > most) return 'count';
  return { prefix: prefix.trim(), first: from, last: from + many - 1 };
}

/** Where a card system's next range can begin: after the last of its newest. */
export function nextRange(ranges: readonly NumberRange[]): { prefix: string; first: string } {
  const last = ranges.at(-1);
  return last ? { prefix: last.prefix, first: String(last.last + 1) } : { prefix: '', first: '0' };
}

/** How many numbers are left in all. */
export function leftOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { left }) => sum + left, 0);
}

function digitsOf(typed: string): number | undefined {
  const digits = typed.replace(/[\s.]/g, '');
  return /^\d{1,10}$/.test(digits) ? Number(digits) : undefined;
}
