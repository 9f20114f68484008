import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { When } from '@/api/types';

const ACTIVITIES = 50;
const HISTORY = 25;

/** Every query about one person at one counter starts with this, so that an act can refresh them together. */
export const personKey = (counterId: string, id: string) => ['passholder', counterId, id] as const;

export const passholderQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'profile'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      ),
  });

/** What a person agreed to and took back, newest first. */
export const consentsQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'consents'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/consents', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      ),
  });

export const activitiesQuery = (counterId: string, id: string, when: When, search: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'activities', when, search],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/activities', {
          params: {
            header: { 'X-Counter': counterId },
            path: { passholderId: id },
            query: { when, limit: ACTIVITIES, ...(search ? { q: search } : {}) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const pointsQuery = (counterId: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...personKey(counterId, id), 'points'],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/points', {
          params: {
            header: { 'X-Counter': counterId },
            path: { passholderId: id },
            query: { start: pageParam, limit: HISTORY },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.member.length, 0);
      return last.member.length > 0 && seen < last.totalItems ? seen : undefined;
    },
  });
