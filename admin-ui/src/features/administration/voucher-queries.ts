import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

const PAGE = 50;

export const voucherTypesKey = (counterId: string) => ['administration', counterId, 'voucher types'] as const;

export const voucherTypesQuery = (counterId: string) =>
  queryOptions({
    queryKey: voucherTypesKey(counterId),
    queryFn: () =>
      unwrap(api.GET('/api/v1/voucher-types', { params: { header: { 'X-Counter': counterId } } })),
  });

export const vouchersKey = (counterId: string, voucherTypeId: string) =>
  ['administration', counterId, 'vouchers', voucherTypeId] as const;

export const vouchersQuery = (counterId: string, voucherTypeId: string) =>
  infiniteQueryOptions({
    queryKey: vouchersKey(counterId, voucherTypeId),
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/voucher-types/{voucherTypeId}/vouchers', {
          params: {
            header: { 'X-Counter': counterId },
            path: { voucherTypeId },
            query: { start: pageParam, limit: PAGE },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.member.length, 0);
      return last.member.length > 0 && seen < last.totalItems ? seen : undefined;
    },
  });
