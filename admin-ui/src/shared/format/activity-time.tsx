import { useTranslation } from 'react-i18next';
import type { components } from '@/api/schema.gen';
import { civilDay } from './date';
import { useFormat } from './use-format';

/** When an activity is: its day in words, its hours, or that it always is. */
export function ActivityTime({ when }: { when: components['schemas']['When'] }) {
  const { t } = useTranslation();
  const { nearDay, time } = useFormat();
  if (when.label) return <>{when.label}</>;
  if (!when.begin) return <>{t('when.permanent')}</>;

  const { begin, end } = when;
  const sameDay = end && civilDay(new Date(begin)) === civilDay(new Date(end));
  if (end && !sameDay) {
    return <time dateTime={begin}>{t('when.until', { from: nearDay(begin), until: nearDay(end) })}</time>;
  }
  const hours = end ? t('when.hours', { from: time(begin), until: time(end) }) : time(begin);
  return (
    <time dateTime={begin}>
      {nearDay(begin)}, {hours}
    </time>
  );
}
