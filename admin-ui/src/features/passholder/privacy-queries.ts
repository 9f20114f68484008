import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';

/** A wish under the data-protection law. */
export type PrivacyRequest = components['schemas']['Request'];
export type RequestState = PrivacyRequest['state'];

const LOOKS = 40;

export const requestsKey = (counterId: string) => ['privacy', counterId] as const;

/** The counter's privacy requests in a state, the oldest first. */
export const requestsQuery = (counterId: string, state: RequestState) =>
  queryOptions({
    queryKey: [...requestsKey(counterId), state],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/privacy-requests', {
          params: { header: { 'X-Counter': counterId }, query: { state } },
        }),
      ),
  });

/** Who looked at a person, newest first. */
export const readsQuery = (counterId: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ['reads', counterId, id],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/reads', {
          params: {
            header: { 'X-Counter': counterId },
            path: { passholderId: id },
            query: { start: pageParam, limit: LOOKS },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.member.length, 0);
      return last.member.length > 0 && seen < last.totalItems ? seen : undefined;
    },
  });
