import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { lookAgain } from './use-checkin';

type Request = components['schemas']['DepartureRequest'];

/** Ends what must end when somebody moved away or died, with a way back. */
export function useLeave(passholderId: string, onDone: () => void) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const comeBack = useReturn(passholderId);

  return useMutation({
    mutationFn: (body: Request) =>
      unwrap(
        api.POST('/api/v1/departures', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(JSON.stringify(body)) } },
          body,
        }),
      ),
    onSuccess: (departure, body) => {
      settle(JSON.stringify(body));
      lookAgain(client, counter.id, passholderId);
      showToast({
        tone: 'ok',
        text: t('leave.done'),
        undo: () => comeBack.mutateAsync(departure.id).catch(() => undefined),
      });
      onDone();
    },
    onError: (error, body) => {
      settle(JSON.stringify(body), error);
    },
  });
}

/** Takes a departure back: what it ended goes on. */
function useReturn(passholderId: string) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();

  return useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.POST('/api/v1/departures/{departureId}/undo', {
          params: {
            header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(`return ${id}`) },
            path: { departureId: id },
          },
        }),
      ),
    onSuccess: (_, id) => {
      settle(`return ${id}`);
      showToast({ tone: 'ok', text: t('leave.undone'), seconds: 5 });
    },
    onError: (error, id) => {
      settle(`return ${id}`, error);
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
    },
    onSettled: () => {
      lookAgain(client, counter.id, passholderId);
    },
  });
}
