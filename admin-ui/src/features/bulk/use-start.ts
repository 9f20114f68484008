import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { useCounter } from '@/shared/session/session';
import type { BulkRequest } from './queries';

/** The files of dry runs, to do for real what was tried; gone when the page is loaded anew. */
const files = new Map<string, File>();

export const fileOf = (dryRunId: string) => files.get(dryRunId);

export interface Order {
  request: BulkRequest;
  file?: File | undefined;
  /** The same order under the same key is taken once. */
  key: string;
}

/** Hands an order in. */
export function useStart() {
  const counter = useCounter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ request, file, key }: Order) => {
      const header = { 'X-Counter': counter.id, 'Idempotency-Key': key };
      const bulk = await unwrap(
        file
          ? api.POST('/api/v1/bulk', {
              params: { header },
              // The contract calls a file a string, as OpenAPI does.
              body: { order: request, file: file as unknown as string },
              bodySerializer: () => formOf(request, file),
            })
          : api.POST('/api/v1/bulk', { params: { header }, body: request }),
      );
      if (file && request.dryRun) files.set(bulk.id, file);
      return bulk;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['bulk', counter.id, 'all'] }),
  });
}

function formOf(request: BulkRequest, file: File): FormData {
  const form = new FormData();
  form.append('order', new Blob([JSON.stringify(request)], { type: 'application/json' }));
  form.append('file', file);
  return form;
}
