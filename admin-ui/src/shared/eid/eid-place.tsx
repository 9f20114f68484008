import { lazy, Suspense } from 'react';
import { fetchWords } from '@/shared/i18n/i18n';
import { Loading } from '@/shared/ui/skeleton';
import { useSoon } from '@/shared/ui/use-soon';
import { closeEid, useOpenedEid } from './inserted-eid';

const load = async () => {
  const [{ FoundEid }] = await Promise.all([import('./found-eid'), fetchWords('eid'), fetchWords('card')]);
  return { default: FoundEid };
};
const FoundEid = lazy(load);

/** Where a page shows the eID that was put in: nothing as long as none is open. */
export function EidPlace({ shown, level }: { shown?: string; level?: 'h1' | 'h2' }) {
  const eid = useOpenedEid();
  useSoon(load);
  if (!eid) return null;
  return (
    <Suspense fallback={<Loading />}>
      <FoundEid key={eid.presentationId} eid={eid} shown={shown} level={level} onClose={closeEid} />
    </Suspense>
  );
}
