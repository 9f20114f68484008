import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Text } from '@/api/client';
import { isLanguage } from '@/shared/i18n/language';
import { daysAhead, formatDate, formatDay, formatHours, formatTime, parseDay } from './date';

/** Dates, times and texts in the language of the screen. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'nl';

  return useMemo(() => {
    const day = (at: string | Date, now = new Date()) => formatDay(new Date(at), language, now);
    const time = (at: string | Date) => formatTime(new Date(at), language);

    return {
      language,
      day,
      time,
      hours: (from: string, until: string) => formatHours(new Date(from), new Date(until), language),
      /** A civil date such as `2027-04-30`. */
      date: (value: string) => formatDate(parseDay(value), language),
      /** «vandaag», «morgen», «gisteren», or the day. */
      nearDay: (at: string | Date, now = new Date()): string => {
        switch (daysAhead(new Date(at), now)) {
          case 0:
            return t('day.today');
          case 1:
            return t('day.tomorrow');
          case -1:
            return t('day.yesterday');
          default:
            return day(at, now);
        }
      },
      /** The words for this language out of a text that has all four. */
      text: (text: Text) => text[language],
    };
  }, [language, t]);
}
