/** A pass number in the groups of its print: 5-5-3. */
export function formatPassNumber(number: string): string {
  if (!/^\d{13}$/.test(number)) return number;
  return `${number.slice(0, 5)} ${number.slice(5, 10)} ${number.slice(10)}`;
}
