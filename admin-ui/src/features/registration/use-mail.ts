import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { useCounter } from '@/shared/session/session';

/** Sends the papers of a sale to the person, who asked for it at the desk. */
export function useMail() {
  const counter = useCounter();
  return useMutation({
    mutationFn: (registrationId: string) =>
      unwrap(
        api.POST('/api/v1/registrations/{registrationId}/mails', {
          params: { header: { 'X-Counter': counter.id }, path: { registrationId } },
        }),
      ),
  });
}
