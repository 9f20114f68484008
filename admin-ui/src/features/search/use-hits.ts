import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCounter } from '@/shared/session/session';
import type { Filter } from './filters';
import type { Understood } from './query';

export type Hit = components['schemas']['Hit'];

const PAGE = 25;
const LARGE_PAGE = 100;
/** As many as are chosen at once. */
export const MOST_CHOSEN = 1000;

/** Who is found, a page at a time. Kept nowhere once the screen is left. */
export function useHits(asked: Understood | undefined, filter: Filter) {
  const counter = useCounter();
  return useInfiniteQuery({
    queryKey: ['search', counter.id, asked?.criteria, filter],
    enabled: asked !== undefined,
    retry: false,
    gcTime: 0,
    initialPageParam: 0,
    queryFn: ({ pageParam }) => find(counter.id, asked, filter, pageParam, PAGE),
    getNextPageParam: (last, pages) => (last.more ? pages.length * PAGE : undefined),
  });
}

/** All who are found, up to a limit. */
export function useAllHits(asked: Understood | undefined, filter: Filter) {
  const counter = useCounter();
  return useMutation({
    mutationFn: async () => {
      const found: Hit[] = [];
      for (let more = true; more && found.length < MOST_CHOSEN;) {
        const page = await find(counter.id, asked, filter, found.length, LARGE_PAGE);
        found.push(...page.member);
        more = page.more && page.member.length > 0;
      }
      return found;
    },
  });
}

function find(
  counterId: string,
  asked: Understood | undefined,
  filter: Filter,
  start: number,
  limit: number,
) {
  // Numbers go alone: who is looked for by number is found, whatever the filters say.
  const alone = asked?.criteria.numbers ?? asked?.criteria.inszNumber;
  return unwrap(
    api.POST('/api/v1/passholder-searches', {
      params: { header: { 'X-Counter': counterId } },
      body: { ...asked?.criteria, ...(alone ? {} : filter), start, limit },
    }),
  );
}
