import { api, unwrap } from '@/api/client';
import { batches } from './batches';
import type { ImportReport } from './import-dialog';

/** Lines that are sent at a time: enough to be fast, few enough to show how far it is. */
const AT_A_TIME = 5_000;
/** Refused lines that a report shows. */
const SHOWN = 1_000;

/**
 * Takes a supplier's list into the region's stock. A dry run looks at all of it at once, so that a number that
 * stands in it twice is found; for real it goes in parts. A part that was taken before changes nothing, so that a
 * list can be given again after a mishap.
 */
export async function importCards(
  at: { counterId: string; cardSystemId: number },
  list: string,
  dryRun: boolean,
  words: (message: { nl: string; fr: string; de: string; en: string }) => string,
  onProgress: (share: number) => void,
): Promise<ImportReport> {
  const parts = dryRun ? [{ text: list, before: 0 }] : batches(list, AT_A_TIME);
  const out: ImportReport = { taken: 0, known: 0, packs: 0, refusedTotal: 0, refused: [] };
  for (const [done, { text, before }] of parts.entries()) {
    if (parts.length > 1) onProgress(done / parts.length);
    const part = await unwrap(
      api.POST('/api/v1/card-imports', {
        params: { header: { 'X-Counter': at.counterId } },
        body: { cardSystemId: at.cardSystemId, list: text, dryRun },
      }),
    );
    out.taken += part.added;
    out.known += part.known;
    out.packs = (out.packs ?? 0) + part.packs;
    out.refusedTotal += part.failedTotal;
    out.refused.push(
      ...part.failed.map(({ line, uitpasNumber, message }) => ({
        line: line + before,
        number: uitpasNumber,
        text: words(message),
      })),
    );
  }
  out.refused.splice(SHOWN);
  return out;
}
