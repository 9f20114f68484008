import { useTranslation } from 'react-i18next';
import type { Balance } from '@/api/types';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';

/** How many points, large; paler while the last ones are on their way. */
export function BalanceFigure({ points, unsure = 0 }: { points: Balance; unsure?: number }) {
  const { t } = useTranslation();
  const shown = points.balance + unsure;
  return (
    <div className="grid gap-1">
      <p className="flex items-center gap-2.5" aria-live="polite" aria-atomic="true">
        <span className="text-points">
          <Icon name="spark" size={30} />
        </span>
        <span
          className={classes('text-display leading-none font-bold tabular-nums', unsure > 0 && 'opacity-60')}
          data-testid="balance"
        >
          {shown}
        </span>
        <span className="text-lead">{t('points.unit', { count: shown })}</span>
        {unsure > 0 && <span className="sr-only">{t('points.underWay')}</span>}
      </p>
      {points.debt > 0 && (
        <p className="flex items-start gap-2 font-medium text-warn-ink">
          <span className="mt-0.5">
            <Icon name="alert" />
          </span>
          {t('points.debt', { count: points.debt })}
        </p>
      )}
    </div>
  );
}
