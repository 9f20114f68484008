import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, Refusal, unwrap } from '@/api/client';
import type { Registration, RegistrationRequest } from '@/api/types';
import { useSession } from '@/shared/session/session';
import { answered, forget } from './kept';
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

/** What is sent, and the name by which the back end knows it again. */
interface Sale {
  key: string;
  body: { people: RegistrationRequest[] };
}

/** Saves everybody at once. What got no answer is sent again to the letter, so nobody is registered twice. */
export function useSave(onSold: (sold: Sold[]) => void) {
  const { me } = useSession();
  const { people, pictures, counter, setSaving } = useWizard();
  const client = useQueryClient();

  const save = useMutation({
    mutationFn: ({ key, body }: Sale) =>
      unwrap(
        api.POST('/api/v1/registrations', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': key } },
          body,
        }),
      ),
    onMutate: () => {
      setSaving('sent');
    },
    onError: (error) => {
      if (isUnanswered(error)) {
        setSaving('unanswered');
        return;
      }
      setSaving('no');
      // Who has to sign in first is not on this page any more.
      answered(me.user.id, counter.id);
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

  return {
    isPending: save.isPending,
    send: (judged: readonly Judged[], onError: (error: unknown) => void) => {
      const all = judged.map(({ request, decision }, at) =>
        saleOf(request, decision, pictures[people[at]?.id ?? '']),
      );
      save.mutate({ key: crypto.randomUUID(), body: { people: all } }, { onError });
    },
    sendAgain: (onError: (error: unknown) => void) => {
      if (save.variables) save.mutate(save.variables, { onError });
    },
  };
}

/** Whether nobody here can know what came of it: no answer, or one of a machine in between. */
export function isUnanswered(error: unknown): boolean {
  return !(error instanceof Refusal) || [502, 503, 504].includes(error.status);
}
