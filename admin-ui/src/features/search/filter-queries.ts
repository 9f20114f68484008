import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** The associations whose members the counter may see. */
export const associationsQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['associations', counterId, 'READ'],
    staleTime: 600_000,
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/associations', {
          params: { header: { 'X-Counter': counterId }, query: { access: 'READ' } },
        }),
      ),
  });

/** The schools of the counter's regions. */
export const schoolsQuery = (counterId: string) =>
  queryOptions({
    queryKey: ['schools', counterId],
    staleTime: 600_000,
    queryFn: () => unwrap(api.GET('/api/v1/schools', { params: { header: { 'X-Counter': counterId } } })),
  });
