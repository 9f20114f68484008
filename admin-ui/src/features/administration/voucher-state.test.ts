import { expect, test } from 'vitest';
import type { Voucher, VoucherType } from './types';
import { readNumber, typeState, voucherState } from './voucher-state';

const voucher: Voucher = {
  number: '2001',
  maxUses: 2,
  used: 0,
  reserved: 0,
  withdrawn: false,
  createdAt: '2026-11-22T10:00:00Z',
};

test.each<[Partial<Voucher>, string]>([
  [{}, 'free'],
  [{ used: 1 }, 'free'],
  [{ used: 1, reserved: 1 }, 'reserved'],
  [{ used: 2 }, 'used'],
  [{ used: 2, withdrawn: true }, 'withdrawn'],
])('a voucher with %j is %s', (change, state) => {
  expect(voucherState({ ...voucher, ...change })).toBe(state);
});

const type: VoucherType = {
  id: 't',
  cardSystemId: 1,
  name: 'Nieuwe inwoners',
  prefix: '200',
  maxUses: 1,
  closed: false,
  made: 0,
  used: 0,
  version: 1,
};

test.each<[Partial<VoucherType>, string]>([
  [{}, 'open'],
  [{ validFrom: '2026-11-22', validUntil: '2026-11-22' }, 'open'],
  [{ validFrom: '2026-11-23' }, 'coming'],
  [{ validUntil: '2026-11-21' }, 'past'],
  [{ closed: true, validUntil: '2026-11-21' }, 'closed'],
])('an action with %j is %s', (change, state) => {
  expect(typeState({ ...type, ...change }, '2026-11-22')).toBe(state);
});

test.each([
  ['25', 25],
  ['1.000', 1000],
  ['50000', 50_000],
  ['50001', undefined],
  ['0', undefined],
  ['tien', undefined],
])('%s vouchers', (typed, number) => {
  expect(readNumber(typed)).toBe(number);
});
