import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** The associations that the counter registers members for. */
export const associationsQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['associations', counterId, 'WRITE'],
    staleTime: 60_000,
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/associations', {
          params: { header: { 'X-Counter': counterId }, query: { access: 'WRITE' } },
        }),
      ),
  });
