import type { Voucher, VoucherType } from './types';

/** Whether an action gives and takes vouchers on a day. */
export function typeState(type: VoucherType, today: string): 'open' | 'coming' | 'past' | 'closed' {
  if (type.closed) return 'closed';
  if (type.validFrom !== undefined && type.validFrom > today) return 'coming';
  return type.validUntil !== undefined && type.validUntil < today ? 'past' : 'open';
}

/** How one voucher stands: what keeps it from being used comes first. */
export function voucherState(voucher: Voucher): 'withdrawn' | 'used' | 'reserved' | 'free' {
  if (voucher.withdrawn) return 'withdrawn';
  if (voucher.used >= voucher.maxUses) return 'used';
  return voucher.used + voucher.reserved >= voucher.maxUses ? 'reserved' : 'free';
}

/** The most vouchers that one batch may have. */
export const MOST = 50_000;

/** How many somebody typed, or undefined when it is no number that can be made. */
export function readNumber(typed: string): number | undefined {
  const found = /^\d{1,5}$/.exec(typed.replace(/[\s.]/g, ''));
  const number = found ? Number(found[0]) : 0;
  return number >= 1 && number <= MOST ? number : undefined;
}
