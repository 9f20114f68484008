import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { PriceRow } from './types';

export const priceKey = (counterId: string) => ['administration', counterId, 'prices'] as const;

export const priceListsQuery = (counterId: string) =>
  queryOptions({
    queryKey: priceKey(counterId),
    queryFn: () => unwrap(api.GET('/api/v1/price-lists', { params: { header: { 'X-Counter': counterId } } })),
  });

export const priceListQuery = (counterId: string, priceListId: string) =>
  queryOptions({
    queryKey: [...priceKey(counterId), priceListId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/price-lists/{priceListId}', {
          params: { header: { 'X-Counter': counterId }, path: { priceListId } },
        }),
      ),
  });

export const previewQuery = (counterId: string, rows: PriceRow[]) =>
  queryOptions({
    queryKey: ['administration', counterId, 'preview', rows],
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/price-list-previews', {
          params: { header: { 'X-Counter': counterId } },
          body: { rows },
        }),
      ),
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
