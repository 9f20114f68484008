import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { personKey } from './queries';
import { lookAgain } from './use-checkin';

type Schemas = components['schemas'];

/** A change of the social tariff, by the name of its address. */
export type TariffAct =
  | { act: 'grants'; body: Schemas['TariffGrant'] }
  | { act: 'suspensions'; body: Schemas['TariffSuspension'] }
  | { act: 'resumptions'; body: Schemas['TariffResumption'] }
  | { act: 'endings'; body: Schemas['TariffEnding'] }
  | { act: 'undos'; body: Schemas['TariffUndo'] };

export const tariffQuery = (counterId: string, id: string, cardSystemId: number) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'tariff', cardSystemId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id, cardSystemId } },
        }),
      ),
  });

/** Changes the social tariff at once, with a way back for the day. */
export function useTariff(passholderId: string, cardSystemId: number) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const nameOf = (change: TariffAct) => `${passholderId} ${cardSystemId} ${JSON.stringify(change)}`;

  const send = (change: TariffAct) => {
    const params = {
      header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(nameOf(change)) },
      path: { passholderId, cardSystemId },
    };
    const at = '/api/v1/passholders/{passholderId}/social-tariffs/{cardSystemId}';
    switch (change.act) {
      case 'grants':
        return unwrap(api.POST(`${at}/grants`, { params, body: change.body }));
      case 'suspensions':
        return unwrap(api.POST(`${at}/suspensions`, { params, body: change.body }));
      case 'resumptions':
        return unwrap(api.POST(`${at}/resumptions`, { params, body: change.body }));
      case 'endings':
        return unwrap(api.POST(`${at}/endings`, { params, body: change.body }));
      case 'undos':
        return unwrap(api.POST(`${at}/undos`, { params, body: change.body }));
    }
  };
  const takeBack = async (changeId: string) => {
    try {
      await send({ act: 'undos', body: { changeId } });
      showToast({ tone: 'ok', text: t('tariff.undone'), seconds: 5 });
    } catch (error) {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('tariff.failed')} ${text || title}` });
    }
    lookAgain(client, counter.id, passholderId);
  };

  return useMutation({
    mutationFn: send,
    onSuccess: (changed, change) => {
      settle(nameOf(change));
      lookAgain(client, counter.id, passholderId);
      if (change.act === 'undos') showToast({ tone: 'ok', text: t('tariff.undone'), seconds: 5 });
      else showToast({ tone: 'ok', text: t('tariff.done'), undo: () => takeBack(changed.id) });
    },
    onError: (error, change) => {
      settle(nameOf(change), error);
    },
  });
}
