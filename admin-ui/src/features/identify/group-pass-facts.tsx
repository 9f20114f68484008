import { useTranslation } from 'react-i18next';
import type { Identification } from '@/api/types';
import { useFormat } from '@/shared/format/use-format';

/** What a group pass still holds. */
export function GroupPassFacts({ group }: { group: NonNullable<Identification['groupPass']> }) {
  const { t } = useTranslation('card');
  const { date } = useFormat();
  const { availableTickets, socialTariffUntil } = group;
  if (availableTickets === undefined && !socialTariffUntil) return null;

  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1">
      {availableTickets !== undefined && (
        <>
          <dt className="text-ink-soft">{t('group.tickets')}</dt>
          <dd className="font-bold tabular-nums">{availableTickets}</dd>
        </>
      )}
      {socialTariffUntil && (
        <>
          <dt className="text-ink-soft">{t('group.until')}</dt>
          <dd className="font-bold">{date(socialTariffUntil)}</dd>
        </>
      )}
    </dl>
  );
}
