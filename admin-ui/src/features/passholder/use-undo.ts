import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { lookAgain, refresh, setBalance } from './use-checkin';

/** Takes a saved point back; points already spent leave a debt, which is said. */
export function useUndo(passholderId: string) {
  const { t } = useTranslation();
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();

  return useMutation({
    mutationFn: (checkinId: string) =>
      unwrap(
        api.DELETE('/api/v1/checkins/{checkinId}', {
          params: {
            header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(`undo ${checkinId}`) },
            path: { checkinId },
          },
        }),
      ),
    onSuccess: (points, checkinId) => {
      settle(`undo ${checkinId}`);
      setBalance(client, counter.id, passholderId, points);
      const debt = points.debt > 0;
      showToast({
        tone: debt ? 'warn' : 'ok',
        text: debt ? t('undo.debt', { count: points.debt }) : t('undo.done'),
        seconds: debt ? 10 : 5,
      });
      return refresh(client, counter.id, passholderId);
    },
    onError: (error, checkinId) => {
      settle(`undo ${checkinId}`, error);
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('undo.failed')} ${text || title}` });
      lookAgain(client, counter.id, passholderId);
    },
  });
}
