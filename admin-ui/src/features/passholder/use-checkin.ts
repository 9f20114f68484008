import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Activity, Balance, Passholder } from '@/api/types';
import { useFailure, type Failure } from '@/shared/failure/use-failure';
import { civilDay } from '@/shared/format/date';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { dependsOnPoints, keyOf, settle } from './acts';
import { passholderQuery, personKey } from './queries';
import { useUndo } from './use-undo';

/**
 * Saves points for a person, with a way back. `underWay` names the activity
 * that is being saved until the lists are fresh again, `unsure` the points
 * that no answer has come for, `failed` what went wrong per activity.
 */
export function useCheckin(passholderId: string) {
  const { t } = useTranslation();
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const undo = useUndo(passholderId);
  const [failed, setFailed] = useState<Record<string, Failure>>({});
  const [unsure, setUnsure] = useState(0);

  const mutation = useMutation({
    mutationFn: (activity: Activity) =>
      unwrap(
        api.POST('/api/v1/checkins', {
          params: {
            header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(actOf(passholderId, activity)) },
          },
          body: { passholderId, activityId: activity.id },
        }),
      ),
    onMutate: (activity) => {
      setUnsure(activity.points);
      setFailed((all) => without(all, activity.id));
    },
    onSuccess: (checkin, activity) => {
      settle(actOf(passholderId, activity));
      setUnsure(0);
      setBalance(client, counter.id, passholderId, checkin);
      showToast({
        tone: 'points',
        text: t('checkin.saved', { count: checkin.points, activity: checkin.activityTitle }),
        undo: () => undo.mutateAsync(checkin.id).catch(() => undefined),
      });
      return refresh(client, counter.id, passholderId);
    },
    onError: (error, activity) => {
      settle(actOf(passholderId, activity), error);
      setUnsure(0);
      setFailed((others) => ({ ...others, [activity.id]: failure(error) }));
      lookAgain(client, counter.id, passholderId);
    },
  });

  return {
    save: (activity: Activity) => {
      if (!mutation.isPending) mutation.mutate(activity);
    },
    underWay: mutation.isPending ? mutation.variables : undefined,
    unsure,
    failed,
    undo,
  };
}

/** Writes the balance that the server told into the profile on screen. */
export function setBalance(client: QueryClient, counterId: string, id: string, points: Balance): void {
  const { balance, debt } = points;
  client.setQueryData(passholderQuery(counterId, id).queryKey, (person: Passholder | undefined) =>
    person ? { ...person, points: { balance, debt } } : person,
  );
}

/** Fetches anew what an act has changed beside the balance, which its answer told. */
export function refresh(client: QueryClient, counterId: string, id: string): Promise<void> {
  return client.invalidateQueries({ queryKey: personKey(counterId, id), predicate: dependsOnPoints });
}

/** After a failure, which may hide a success, fetches everything anew; nobody waits for it. */
export function lookAgain(client: QueryClient, counterId: string, id: string): void {
  void client.invalidateQueries({ queryKey: personKey(counterId, id) });
}

function without<T>(all: Record<string, T>, id: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== id));
}

// Another try belongs to the same day; tomorrow it is another point.
function actOf(passholderId: string, activity: Activity): string {
  return `checkin ${passholderId} ${activity.id} ${civilDay(new Date())}`;
}
