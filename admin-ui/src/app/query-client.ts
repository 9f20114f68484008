import { QueryClient } from '@tanstack/react-query';

/**
 * One cache a tab. Retries are for the network; a refusal is an answer. Nothing waits for the network to return:
 * a point that was pressed now must not be saved by itself ten minutes later.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      retry: (count, error) => error instanceof TypeError && count < 2,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
