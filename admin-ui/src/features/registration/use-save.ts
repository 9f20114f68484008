import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, unwrap } from '@/api/client';
import type { Registration } from '@/api/types';
import { forget } from './kept';
import { saleOf } from './request';
import type { Judged } from './use-decisions';
import { useWizard } from './use-wizard';

/** A registration that was saved, with what the clerk still wants to know about it. */
export interface Sold {
  registration: Registration;
  name: string;
  email: string;
  /** Whether the person wants mails about the pass, and so gets the papers unasked. */
  wantsMail: boolean;
}

/** Saves everybody at once. Another try of the same is the same act, so nobody is registered twice. */
export function useSave(onSold: (sold: Sold[]) => void) {
  const { people, pictures, counter } = useWizard();
  const client = useQueryClient();
  const sent = useRef({ body: '', key: '' });

  return useMutation({
    mutationFn: (judged: readonly Judged[]) => {
      const body = {
        people: judged.map(({ request, decision }, at) =>
          saleOf(request, decision, pictures[people[at]?.id ?? '']),
        ),
      };
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() };
      return unwrap(
        api.POST('/api/v1/registrations', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': sent.current.key } },
          body,
        }),
      );
    },
    onSuccess: async ({ registrations }) => {
      forget();
      await client.invalidateQueries({ queryKey: ['registrations', counter.id] });
      onSold(
        registrations.map((registration, at) => ({
          registration,
          name: `${people[at]?.firstName ?? ''} ${people[at]?.name ?? ''}`,
          email: people[at]?.email ?? '',
          wantsMail: people[at]?.consents.serviceMails ?? false,
        })),
      );
    },
  });
}
