import { useQuery } from '@tanstack/react-query';
import { useCounter } from '@/shared/session/session';
import { voucherTypesQuery } from './voucher-queries';

/** The name of a voucher type, once they are known. */
export function useVoucherName() {
  const counter = useCounter();
  const { data } = useQuery(voucherTypesQuery(counter.id));
  return (id: string) => data?.find((type) => type.id === id)?.name;
}
