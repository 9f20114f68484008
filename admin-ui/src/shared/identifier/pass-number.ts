/** What is wrong with thirteen digits that should be a pass number. */
export type PassNumberFault = 'check-digit' | 'kind-digit';

/** Checks the last digit (Luhn) and the twelfth, which is 0 or 1 on every pass. */
export function passNumberFault(digits: string): PassNumberFault | undefined {
  if (!luhn(digits)) return 'check-digit';
  if (digits[11] !== '0' && digits[11] !== '1') return 'kind-digit';
  return undefined;
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
