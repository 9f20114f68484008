import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';

export type Expiring = components['schemas']['Expiring'];

/** As many as one question may bring. */
export const PAGE = 100;

export interface Period {
  from: string;
  until: string;
}

export const expiringPage = (counterId: string, cardSystemId: number, period: Period, start: number) =>
  unwrap(
    api.GET('/api/v1/expiring-social-tariffs', {
      params: {
        header: { 'X-Counter': counterId },
        query: { cardSystemId, ...period, start, limit: PAGE },
      },
    }),
  );

/** Whose social tariff ends in a period, soonest first. */
export const expiringQuery = (counterId: string, cardSystemId: number, period: Period) =>
  infiniteQueryOptions({
    queryKey: ['expiring', counterId, cardSystemId, period],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => expiringPage(counterId, cardSystemId, period, pageParam),
    getNextPageParam: (last, pages) =>
      pages.length * PAGE < last.totalItems ? pages.length * PAGE : undefined,
  });
