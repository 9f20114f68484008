import { useEffect } from 'react';

/**
 * A page of a list holds every card system of the counter. Looks on until something of this one is there to show;
 * tells whether it still does.
 */
export function useLookingOn(
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => Promise<unknown>;
  },
  shown: number,
): boolean {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const looking = shown === 0 && hasNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (looking && !isFetchingNextPage) void fetchNextPage();
  }, [looking, isFetchingNextPage, fetchNextPage]);
  return looking;
}
