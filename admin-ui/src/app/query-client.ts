import { QueryClient } from '@tanstack/react-query';

/** One cache a tab. Retries are for the network; a refusal is an answer. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (count, error) => error instanceof TypeError && count < 2 },
    mutations: { retry: false },
  },
});
