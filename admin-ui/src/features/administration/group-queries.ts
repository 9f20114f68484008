import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

const PAGE = 50;

export const groupsKey = (counterId: string) => ['administration', counterId, 'groups'] as const;

export const groupsQuery = (counterId: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...groupsKey(counterId), q],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/group-passes', {
          params: {
            header: { 'X-Counter': counterId },
            query: { start: pageParam, limit: PAGE, ...(q !== '' && { q }) },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const seen = pages.reduce((sum, page) => sum + page.member.length, 0);
      return last.member.length > 0 && seen < last.totalItems ? seen : undefined;
    },
    placeholderData: keepPreviousData,
  });
