import type { Language } from '@/shared/i18n/language';
import { formatDate, formatMonth, parseDay } from './date';

/** A date of birth of which the day, or the month too, may be unknown. */
export interface PartialDate {
  year: number;
  month?: number;
  day?: number;
}

/** «2 maart 1983», «maart 1983» or «1983»: as much as is known. */
export function formatPartialDate({ year, month, day }: PartialDate, language: Language): string {
  if (!month) return year.toString();
  const at = parseDay([year, pad(month), pad(day ?? 1)].join('-'));
  return day ? formatDate(at, language) : formatMonth(at, language);
}

function pad(part: number): string {
  return part.toString().padStart(2, '0');
}
