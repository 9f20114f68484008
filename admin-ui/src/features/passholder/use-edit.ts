import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Refusal, unwrap } from '@/api/client';
import type { Passholder } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { draftOf, isChanged, requestOf, type Draft } from './draft';
import { passholderQuery } from './queries';
import { lookAgain } from './use-checkin';

const PAUSE_MS = 400;

/** What the back end thinks of the draft, asked when the typing pauses; nothing is saved. */
export function useChecks(person: Passholder, draft: Draft) {
  const counter = useCounter();
  const [paused, setPaused] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPaused(draft);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [draft]);
  const before = draftOf(person);

  const { data } = useQuery({
    queryKey: ['check', counter.id, person.id, person.version, paused],
    enabled: isChanged(paused, before),
    retry: false,
    gcTime: 0,
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/passholder-checks', {
          params: { header: { 'X-Counter': counter.id } },
          body: { passholderId: person.id, ...requestOf(paused, before) },
        }),
      ),
  });
  return data;
}

/** Saves a draft in full, with a way back to what was there. */
export function useSave(person: Passholder) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();

  const put = async (version: number, draft: Draft, from: Draft) => {
    const path = { passholderId: person.id };
    const header = { 'X-Counter': counter.id };
    const saved = await unwrap(
      api.PUT('/api/v1/passholders/{passholderId}', {
        params: { header, path },
        body: { version, ...requestOf(draft, from) },
      }),
    );
    if (draft.schoolId === from.schoolId) return saved;
    const { schoolId } = draft;
    await unwrap(
      api.PUT('/api/v1/passholders/{passholderId}/school', { params: { header, path }, body: { schoolId } }),
    );
    return { ...saved, passholder: { ...saved.passholder, schoolId } };
  };
  const show = (saved: Passholder) => {
    client.setQueryData(passholderQuery(counter.id, person.id).queryKey, saved);
    lookAgain(client, counter.id, person.id);
  };
  const takeBack = async (saved: Passholder) => {
    try {
      show((await put(saved.version, draftOf(person), draftOf(saved))).passholder);
      showToast({ tone: 'ok', text: t('edit.undone'), seconds: 5 });
    } catch (error) {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('edit.undoFailed')} ${text || title}` });
    }
  };

  return useMutation({
    mutationFn: (draft: Draft) => put(person.version, draft, draftOf(person)),
    // A colleague was first: the form looks at what they saved, and keeps what was typed.
    onError: (error) => {
      if (isConflict(error)) lookAgain(client, counter.id, person.id);
    },
    onSuccess: ({ passholder: saved }, { inszNumber }) => {
      show(saved);
      // A national number that became known stays known: there is no way back from it.
      showToast({
        tone: 'ok',
        text: t('edit.saved'),
        ...(inszNumber ? {} : { undo: () => takeBack(saved) }),
      });
    },
  });
}

/** Whether somebody else saved meanwhile. */
export function isConflict(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'passholder-changed';
}

/** The schools of the counter's card systems. */
export const schoolsQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['schools', counterId],
    staleTime: 600_000,
    queryFn: () => unwrap(api.GET('/api/v1/schools', { params: { header: { 'X-Counter': counterId } } })),
  });
