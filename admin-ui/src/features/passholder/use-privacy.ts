import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { personKey } from './queries';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { requestsKey, type PrivacyRequest } from './privacy-queries';

/** Writes privacy requests down and answers them. */
export function useRequests() {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const header = { 'X-Counter': counter.id };
  const look = () => void client.invalidateQueries({ queryKey: requestsKey(counter.id) });

  const ask = useMutation({
    mutationFn: (body: { passholderId: string; kind: PrivacyRequest['kind']; reason: string }) =>
      unwrap(api.POST('/api/v1/privacy-requests', { params: { header }, body })),
    onSuccess: () => {
      look();
      showToast({ tone: 'ok', text: t('privacy.written'), seconds: 5 });
    },
  });
  const answer = useMutation({
    mutationFn: ({ request, ...body }: Answer) =>
      unwrap(
        api.POST('/api/v1/privacy-requests/{requestId}/answer', {
          params: { header, path: { requestId: request.id } },
          body,
        }),
      ),
    onSuccess: ({ kind, state, passholderId }) => {
      look();
      const erased = kind === 'ERASURE' && state === 'DONE';
      if (erased) client.removeQueries({ queryKey: personKey(counter.id, passholderId) });
      showToast({ tone: 'ok', text: t(erased ? 'privacy.erased' : 'privacy.answered'), seconds: 5 });
    },
  });
  return { ask, answer };
}

interface Answer {
  request: PrivacyRequest;
  state: 'DONE' | 'REFUSED';
  reason?: string;
}

/** Hands over everything about a person as a file, for people or for programs. */
export function useExport(passholderId: string) {
  const { t, i18n } = useTranslation('profile');
  const counter = useCounter();
  const failure = useFailure();

  return useMutation({
    mutationFn: (format: 'html' | 'json') =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/export', {
          params: {
            header: { 'X-Counter': counter.id },
            path: { passholderId },
            query: { format, language: i18n.language as 'nl' },
          },
          parseAs: 'blob',
        }),
      ),
    onSuccess: (file, format) => {
      const address = URL.createObjectURL(file);
      const link = document.createElement('a');
      link.href = address;
      link.download = `${t('privacy.file')}.${format}`;
      link.click();
      setTimeout(() => {
        URL.revokeObjectURL(address);
      }, 60_000);
      showToast({ tone: 'ok', text: t('privacy.handed'), seconds: 5 });
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('privacy.exportFailed')} ${text || title}` });
    },
  });
}
