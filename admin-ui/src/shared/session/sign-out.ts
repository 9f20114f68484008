import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';

/** Ends the session here and goes where the login provider ends its own; the page is left, so nothing stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => unwrap(api.POST('/logout')),
    onSuccess: ({ redirect }) => {
      location.assign(redirect);
    },
  });
}
