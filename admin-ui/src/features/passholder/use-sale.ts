import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Registration } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { lookAgain } from './use-checkin';

/** Takes a sale back the same day, with its card, its payment and its voucher. */
export function useVoid(passholderId: string) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();

  return useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.POST('/api/v1/registrations/{registrationId}/void', {
          params: {
            header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(`void ${id}`) },
            path: { registrationId: id },
          },
        }),
      ),
    onSuccess: (_, id) => {
      settle(`void ${id}`);
      showToast({ tone: 'ok', text: t('sale.undone'), seconds: 5 });
    },
    onError: (error, id) => {
      settle(`void ${id}`, error);
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('sale.undoFailed')} ${text || title}` });
    },
    onSettled: () => {
      lookAgain(client, counter.id, passholderId);
    },
  });
}

/** Hands over the receipt of a sale as a file: the address alone would not say at which counter one is. */
export function useReceipt() {
  const { t, i18n } = useTranslation('profile');
  const counter = useCounter();
  const failure = useFailure();

  return useMutation({
    mutationFn: ({ id }: Registration) =>
      unwrap(
        api.GET('/api/v1/registrations/{registrationId}/receipt', {
          params: {
            header: { 'X-Counter': counter.id },
            path: { registrationId: id },
            query: { language: i18n.language as 'nl' },
          },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (paper, { receipt }) => {
      const address = URL.createObjectURL(paper);
      const link = document.createElement('a');
      link.href = address;
      link.download = `${receipt}.pdf`;
      link.click();
      setTimeout(() => {
        URL.revokeObjectURL(address);
      }, 60_000);
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('sale.receiptFailed')} ${text || title}` });
    },
  });
}

/** Sells a pass: once for what is asked, with a way to take it back, which leads to the person again. */
export function useSell<Body>(
  passholderId: string,
  done: string,
  run: (body: Body, header: { 'X-Counter': string; 'Idempotency-Key': string }) => Promise<Registration>,
) {
  const counter = useCounter();
  const client = useQueryClient();
  const navigate = useNavigate();
  const takeBack = useVoid(passholderId);

  return useMutation({
    mutationFn: (body: Body) =>
      run(body, { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(JSON.stringify(body)) }),
    onSuccess: (sold, body) => {
      settle(JSON.stringify(body));
      lookAgain(client, counter.id, passholderId);
      showToast({
        tone: 'ok',
        text: done,
        undo: async () => {
          await takeBack.mutateAsync(sold.id).catch(() => undefined);
          await navigate({ to: '/passholders/$id', params: { id: passholderId } });
        },
      });
    },
    onError: (error, body) => {
      settle(JSON.stringify(body), error);
    },
  });
}
