import { lazy, Suspense, useEffect } from 'react';
import { fetchWords } from '@/shared/i18n/i18n';
import { Loading } from '@/shared/ui/skeleton';
import { closeEid, useOpenedEid } from './inserted-eid';

const load = async () => {
  const [{ FoundEid }] = await Promise.all([import('./found-eid'), fetchWords('eid')]);
  return { default: FoundEid };
};
const FoundEid = lazy(load);

/** Where a page shows the eID that was put in: nothing as long as none is open. */
export function EidPlace({ shown, level }: { shown?: string; level?: 'h1' | 'h2' }) {
  const eid = useOpenedEid();
  // Fetched once the page stands, so that the name does not wait for it.
  useEffect(() => {
    const timer = setTimeout(() => void load(), 2000);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (!eid) return null;
  return (
    <Suspense fallback={<Loading />}>
      <FoundEid key={eid.presentationId} eid={eid} shown={shown} level={level} onClose={closeEid} />
    </Suspense>
  );
}
