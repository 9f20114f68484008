import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';

/** Takes sales back: the pass is in stock again, the voucher free, the money is to be given back. Voiding twice is voiding once. */
export function useVoid() {
  const { t } = useTranslation('registration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  return useMutation({
    mutationFn: async (ids: readonly string[]) => {
      // The last one first: nothing may have come after a sale that is voided.
      for (const registrationId of ids.toReversed()) {
        await unwrap(
          api.POST('/api/v1/registrations/{registrationId}/void', {
            params: {
              header: { 'X-Counter': counter.id, 'Idempotency-Key': `void ${registrationId}` },
              path: { registrationId },
            },
          }),
        );
      }
    },
    onSuccess: () => {
      showToast({ tone: 'ok', text: t('void.done'), seconds: 6 });
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('void.failed')} ${text || title}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['registrations', counter.id] }),
  });
}
