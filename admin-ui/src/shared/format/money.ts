import { locales, type Language } from '@/shared/i18n/language';

/** «€ 1,50» from cents. */
export function formatEuros(cents: number, language: Language): string {
  return new Intl.NumberFormat(locales[language], { style: 'currency', currency: 'EUR' }).format(cents / 100);
}
