import { useTranslation } from 'react-i18next';
import { classes } from './classes';

/** A grey line where words will stand. Give it the width of what comes. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden="true" className={classes('skeleton block h-[1em]', className ?? 'w-full')} />;
}

/** Holds the place of what is loading, in its size, and says so once to a screen reader. */
export function Loading({ lines = 3, className }: { lines?: number; className?: string | undefined }) {
  const { t } = useTranslation('ui');
  return (
    <div role="status" className={classes('grid gap-4', className)}>
      <span className="sr-only">{t('loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={line % 3 === 2 ? 'w-2/5' : line % 3 === 1 ? 'w-4/5' : 'w-3/5'} />
      ))}
    </div>
  );
}
