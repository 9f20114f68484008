import type { CardSystem } from '@/api/types';
import { VoucherTypePage } from './voucher-type-page';
import { VoucherTypesPage } from './voucher-types-page';

/** Vouchers: the actions that give them, or one action with its vouchers. */
export function VouchersSection({ rest: [id], system }: { rest: string[]; system: CardSystem }) {
  return id === undefined ? <VoucherTypesPage system={system} /> : <VoucherTypePage key={id} id={id} />;
}
