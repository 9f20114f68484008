import { queryOptions } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useCounter } from '@/shared/session/session';
import { personKey } from './queries';
import { useAct } from './use-act';

/** What was made one with a person, newest first. */
export const mergesQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'merges'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/merges', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      ),
  });

/** Makes two records of one person one, and parts them again. */
export function useMerge(passholderIds: readonly string[]) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const header = { 'X-Counter': counter.id };
  const takeApart = (mergeId: string) =>
    unwrap(api.DELETE('/api/v1/passholder-merges/{mergeId}', { params: { header, path: { mergeId } } }));

  const merge = useAct(passholderIds, {
    run: (body: { keptId: string; mergedId: string }) =>
      unwrap(api.POST('/api/v1/passholder-merges', { params: { header }, body })),
    done: () => t('merge.done'),
    back:
      ({ id }) =>
      () =>
        takeApart(id),
    undone: t('merge.parted'),
  });
  const part = useAct(passholderIds, { run: takeApart, done: () => t('merge.parted') });
  return { merge, part };
}
