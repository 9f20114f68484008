import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import type { Bulk } from './queries';

/** How far an order is, in a bar and in words. */
export function Progress({ bulk: { done, total, failed } }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const { language } = useFormat();
  const id = useId();
  const share = total > 0 ? done / total : 0;
  return (
    <div className="grid gap-2">
      <p id={id} className="flex flex-wrap justify-between gap-x-6 tabular-nums">
        <span className="font-medium">{t('progress.done', { done, total })}</span>
        <span>{new Intl.NumberFormat(language, { style: 'percent' }).format(share)}</span>
      </p>
      <progress
        aria-labelledby={id}
        value={done}
        max={Math.max(total, 1)}
        className="h-3 w-full accent-act"
      />
      {failed > 0 && <p className="text-small text-ink-soft">{t('progress.failed', { count: failed })}</p>}
    </div>
  );
}
