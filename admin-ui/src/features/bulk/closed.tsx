import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { EmptyState } from '@/shared/ui/empty-state';
import { Head } from './head';

/** Why this is not for this counter, and who can change that. */
export function Closed({ what }: { what: string }) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  return (
    <div className="mx-auto grid w-full max-w-5xl gap-6">
      <Head title={what} back={false} />
      <EmptyState icon="lock" title={t('closed.title', { what })}>
        {t('closed.text', { counter: counter.name })}
      </EmptyState>
    </div>
  );
}
