import { queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCounter } from '@/shared/session/session';
import { keyOf, settle } from './acts';
import { personKey } from './queries';
import { useAct } from './use-act';

type Request = components['schemas']['DepartureRequest'];

/** When somebody left, newest first. */
export const departuresQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'departures'],
    queryFn: async () => {
      const { member } = await unwrap(
        api.GET('/api/v1/passholders/{passholderId}/departures', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      );
      return member;
    },
  });

/** Lets a person leave, and come back the same day. */
export function useDeparture(passholderId: string) {
  const { t } = useTranslation('profile');
  const counter = useCounter();

  const send = async <R>(name: string, call: (key: string) => Promise<R>): Promise<R> => {
    try {
      const result = await call(keyOf(name));
      settle(name);
      return result;
    } catch (error) {
      settle(name, error);
      throw error;
    }
  };
  const comeBack = (departureId: string) =>
    send(`return ${departureId}`, (key) =>
      unwrap(
        api.POST('/api/v1/departures/{departureId}/undo', {
          params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': key }, path: { departureId } },
        }),
      ),
    );

  const leave = useAct([passholderId], {
    run: (body: Request) =>
      send(`leave ${JSON.stringify(body)}`, (key) =>
        unwrap(
          api.POST('/api/v1/departures', {
            params: { header: { 'X-Counter': counter.id, 'Idempotency-Key': key } },
            body,
          }),
        ),
      ),
    done: () => t('leave.done'),
    back:
      ({ id }) =>
      () =>
        comeBack(id),
    undone: t('leave.undone'),
  });
  const undo = useAct([passholderId], { run: comeBack, done: () => t('leave.undone') });
  return { leave, undo };
}
