import { isNationalNumber } from './national-number';
import { passNumberFault } from './pass-number';

/** Why a number can lead to nobody, seen before anyone is asked. */
export type IdentifierFault =
  'check-digit' | 'kind-digit' | 'national-check' | 'characters' | 'too-short' | 'too-long';

/**
 * What someone typed so far. An incomplete number is not wrong yet; `fault`
 * says what it would be if this were all.
 */
export type Identifier =
  | { kind: 'empty' }
  | { kind: 'incomplete'; digits: number; fault: IdentifierFault }
  | { kind: 'pass' | 'chip' | 'national'; value: string }
  | { kind: 'wrong'; fault: IdentifierFault };

/** Lengths of an NFC chip's number in hexadecimal digits: 4, 7 or 10 bytes. */
const CHIP_LENGTHS = [8, 14, 20];

/** Reads a pass number, a chip number or a national number, with any spaces, dots and dashes. */
export function readIdentifier(typed: string): Identifier {
  const value = typed.replace(/[\s.\-/]/g, '').toUpperCase();
  if (value === '') return { kind: 'empty' };
  if (/^\d+$/.test(value)) return readDigits(value);
  if (!/^[0-9A-F]+$/.test(value)) return { kind: 'wrong', fault: 'characters' };

  if (CHIP_LENGTHS.includes(value.length)) return { kind: 'chip', value };
  if (value.length > 20) return { kind: 'wrong', fault: 'too-long' };
  return { kind: 'incomplete', digits: value.length, fault: 'too-short' };
}

// Eleven digits may be a national number or most of a pass number: only a
// right check tells, and a wrong one waits for the next digit.
function readDigits(value: string): Identifier {
  switch (value.length) {
    case 11:
      return isNationalNumber(value)
        ? { kind: 'national', value }
        : { kind: 'incomplete', digits: 11, fault: 'national-check' };
    case 13: {
      const fault = passNumberFault(value);
      return fault ? { kind: 'wrong', fault } : { kind: 'pass', value };
    }
    case 14:
      return { kind: 'chip', value };
    default:
      return value.length > 14
        ? { kind: 'wrong', fault: 'too-long' }
        : { kind: 'incomplete', digits: value.length, fault: 'too-short' };
  }
}
