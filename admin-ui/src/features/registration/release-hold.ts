import { api, unwrap } from '@/api/client';

/** Frees a voucher; one that is not freed is free by itself within the quarter. */
export async function releaseHold(counterId: string, holdId: string): Promise<void> {
  if (!holdId) return;
  await unwrap(
    api.DELETE('/api/v1/voucher-holds/{holdId}', {
      params: { header: { 'X-Counter': counterId }, path: { holdId } },
    }),
  );
}
