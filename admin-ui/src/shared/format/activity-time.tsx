import { useTranslation } from 'react-i18next';
import type { components } from '@/api/schema.gen';
import { civilDay, daysAhead } from './date';
import { useFormat } from './use-format';

/** When an activity is: its day in words, its hours, or that it always is. In a list of today the day goes without saying. */
export function ActivityTime({
  when,
  today = false,
}: {
  when: components['schemas']['When'];
  today?: boolean;
}) {
  const { t } = useTranslation();
  const { nearDay, time, hours } = useFormat();
  if (when.label) return <>{when.label}</>;
  if (!when.begin) return <>{t('when.permanent')}</>;

  const { begin, end } = when;
  const sameDay = end && civilDay(new Date(begin)) === civilDay(new Date(end));
  if (end && !sameDay) {
    return <time dateTime={begin}>{t('when.until', { from: nearDay(begin), until: nearDay(end) })}</time>;
  }
  const clock = end ? hours(begin, end) : time(begin);
  const saysDay = !today || daysAhead(new Date(begin), new Date()) !== 0;
  return <time dateTime={begin}>{saysDay ? `${nearDay(begin)}, ${clock}` : clock}</time>;
}
