import { renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useLookingOn } from './use-looking-on';

const page = (more: object = {}) => ({
  hasNextPage: true,
  isFetchingNextPage: false,
  isFetchNextPageError: false,
  fetchNextPage: vi.fn(() => Promise.resolve()),
  ...more,
});

test.each([
  ['a page without anything of this card system leads to the next', page(), 0, true, 1],
  ['a page with something is enough', page(), 3, false, 0],
  ['the last page ends it', page({ hasNextPage: false }), 0, false, 0],
  ['a page on its way is waited for', page({ isFetchingNextPage: true }), 0, true, 0],
  ['a page that failed is not asked for over and over', page({ isFetchNextPageError: true }), 0, false, 0],
] as const)('%s', (_, query, shown, looking, asked) => {
  const { result } = renderHook(() => useLookingOn(query, shown));
  expect(result.current).toBe(looking);
  expect(query.fetchNextPage).toHaveBeenCalledTimes(asked);
});
