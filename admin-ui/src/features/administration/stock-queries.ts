import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

const PAGE = 25;

/** Everything about cards that nobody has yet: it changes together. */
const stockKey = (counterId: string) => ['administration', counterId, 'stock'] as const;

export const lookAtStockAgain = (client: QueryClient, counterId: string) =>
  client.invalidateQueries({ queryKey: stockKey(counterId) });

export const shelvesQuery = (counterId: string) =>
  queryOptions({
    queryKey: [...stockKey(counterId), 'shelves'],
    queryFn: () => unwrap(api.GET('/api/v1/stock', { params: { header: { 'X-Counter': counterId } } })),
  });

export const countersQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['administration', counterId, 'counters'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/stock-counters', { params: { header: { 'X-Counter': counterId } } })),
    staleTime: 5 * 60_000,
  });

export const packsQuery = (counterId: string) =>
  queryOptions({
    queryKey: [...stockKey(counterId), 'packs'],
    queryFn: () => unwrap(api.GET('/api/v1/stock-packs', { params: { header: { 'X-Counter': counterId } } })),
  });

export const shipmentsQuery = (counterId: string) =>
  infiniteQueryOptions({
    queryKey: [...stockKey(counterId), 'shipments'],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/shipments', {
          params: { header: { 'X-Counter': counterId }, query: { start: pageParam, limit: PAGE } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.member.length, 0);
      return last.member.length > 0 && seen < last.totalItems ? seen : undefined;
    },
  });

export const shipmentQuery = (counterId: string, shipmentId: string) =>
  queryOptions({
    queryKey: [...stockKey(counterId), 'shipment', shipmentId],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/shipments/{shipmentId}', {
          params: { header: { 'X-Counter': counterId }, path: { shipmentId } },
        }),
      ),
  });

export const countsQuery = (counterId: string) =>
  queryOptions({
    queryKey: [...stockKey(counterId), 'counts'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/stock-counts', { params: { header: { 'X-Counter': counterId } } })),
  });

export const cardHistoryQuery = (counterId: string, uitpasNumber: string) =>
  queryOptions({
    queryKey: [...stockKey(counterId), 'card', uitpasNumber],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/cards/{uitpasNumber}/events', {
          params: { header: { 'X-Counter': counterId }, path: { uitpasNumber } },
        }),
      ),
    retry: false,
  });

export const settingsKey = (counterId: string, cardSystemId: number) =>
  ['administration', counterId, 'card system', cardSystemId] as const;

export const settingsQuery = (counterId: string, cardSystemId: number) =>
  queryOptions({
    queryKey: settingsKey(counterId, cardSystemId),
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/card-systems/{cardSystemId}', {
          params: { header: { 'X-Counter': counterId }, path: { cardSystemId } },
        }),
      ),
  });
