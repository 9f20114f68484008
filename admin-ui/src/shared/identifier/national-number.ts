/**
 * Whether eleven digits are a national number (or a bis number): the last two
 * are 97 minus the remainder of the first nine, with a 2 put in front of them
 * for who was born from 2000 on. Unknown birth dates have zeros and pass.
 */
export function isNationalNumber(digits: string): boolean {
  if (!/^\d{11}$/.test(digits)) return false;
  const body = Number(digits.slice(0, 9));
  const check = Number(digits.slice(9));
  return check === 97 - (body % 97) || check === 97 - ((2_000_000_000 + body) % 97);
}
