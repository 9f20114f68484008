import { lazy, Suspense } from 'react';
import { fetchWords } from '@/shared/i18n/i18n';
import { Loading } from '@/shared/ui/skeleton';

/** Fetches the help with the reader: a reader that works needs none. */
export const loadReaderHelp = async () => {
  const [{ ReaderHelpText }] = await Promise.all([import('./reader-help-text'), fetchWords('reader')]);
  return { default: ReaderHelpText };
};

const ReaderHelpText = lazy(loadReaderHelp);

/** What is the matter with the reader, and the way out. */
export function ReaderHelp() {
  return (
    <Suspense fallback={<Loading />}>
      <ReaderHelpText />
    </Suspense>
  );
}
