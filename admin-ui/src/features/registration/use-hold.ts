import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { Person } from './household';
import { releaseHold } from './release-hold';
import { useWizard } from './use-wizard';

const nothing = { voucher: '', holdId: '', voucherName: '', voucherUntil: '' };

/** Keeps a voucher for the person on screen, or frees it. */
export function useHold() {
  const { counter, person, change } = useWizard();
  const header = { 'X-Counter': counter.id };

  const hold = useMutation({
    mutationFn: (number: string) =>
      unwrap(
        api.POST('/api/v1/voucher-holds', {
          params: { header },
          body: { number, cardSystemId: person.cardSystemId },
        }),
      ),
    onSuccess: ({ id, number, typeName, expiresAt }) => {
      change({ voucher: number, holdId: id, voucherName: typeName, voucherUntil: expiresAt });
    },
  });
  const release = useMutation({
    mutationFn: ({ holdId }: Person) => releaseHold(counter.id, holdId),
    onMutate: () => {
      change(nothing);
    },
  });
  return { hold, release };
}
