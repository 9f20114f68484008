import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';

type Schemas = components['schemas'];
export type Bulk = Schemas['Bulk'];
export type BulkRow = Schemas['BulkRow'];
export type BulkRequest = Schemas['BulkRequest'];
export type RowState = Exclude<Schemas['BulkRowState'], 'WAITING'>;

const LOOK_MS = 700;
const LOOK_AT_LIST_MS = 3000;
const PAGE = 25;

export const isFinished = ({ state }: Bulk) => state !== 'READY' && state !== 'RUNNING';

/** How far one order is; asked again and again until it is over, also when the back end is away for a while. */
export const bulkQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: ['bulk', counterId, 'one', id],
    retry: false,
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/bulk/{bulkId}', {
          params: { header: { 'X-Counter': counterId }, path: { bulkId: id } },
        }),
      ),
    refetchInterval: ({ state: { data } }) => (data && !isFinished(data) ? LOOK_MS : false),
  });

/** The orders of the counter, newest first. */
export const bulksQuery = (counterId: string) =>
  infiniteQueryOptions({
    queryKey: ['bulk', counterId, 'all'],
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/bulk', {
          params: { header: { 'X-Counter': counterId }, query: { start: pageParam, limit: PAGE } },
        }),
      ),
    getNextPageParam: (last, pages) =>
      pages.length * PAGE < last.totalItems ? pages.length * PAGE : undefined,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ member }) => member.some((one) => !isFinished(one))) ? LOOK_AT_LIST_MS : false,
  });

/** What became of the rows of an order that is over. */
export const rowsQuery = (counterId: string, id: string, state: RowState) =>
  infiniteQueryOptions({
    queryKey: ['bulk', counterId, 'rows', id, state],
    staleTime: Infinity,
    initialPageParam: 0,
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/bulk/{bulkId}/rows', {
          params: {
            header: { 'X-Counter': counterId },
            path: { bulkId: id },
            query: { state, start: pageParam, limit: PAGE },
          },
        }),
      ),
    getNextPageParam: (last, pages) =>
      pages.length * PAGE < last.totalItems ? pages.length * PAGE : undefined,
  });
