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
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(share);
  return (
    <div className="grid gap-2">
      <p id={id} className="flex flex-wrap justify-between gap-x-6 tabular-nums">
        <span className="font-medium">
          {t('progress.done', { done: number.format(done), total: number.format(total) })}
        </span>
        <span>{percent}</span>
      </p>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={percent}
        className="h-3 overflow-hidden rounded-round border border-line-strong bg-sunken"
      >
        <div className="h-full bg-act transition-[width]" style={{ width: `${share * 100}%` }} />
      </div>
      {failed > 0 && <p className="text-small text-ink-soft">{t('progress.failed', { count: failed })}</p>}
    </div>
  );
}
