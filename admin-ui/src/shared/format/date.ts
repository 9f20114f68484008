import { locales, type Language } from '@/shared/i18n/language';

const ZONE = 'Europe/Brussels';

/** «zo 22 november», with the year when it is not this one. */
export function formatDay(at: Date, language: Language, now: Date): string {
  const sameYear = yearOf(at) === yearOf(now);
  return formatter(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** «30 april 2027»: a date that stands on its own, such as the end of a right. */
export function formatDate(at: Date, language: Language): string {
  return formatter(language, { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** «maart 1983»: a date whose day nobody knows. */
export function formatMonth(at: Date, language: Language): string {
  return formatter(language, { month: 'long', year: 'numeric' }).format(at);
}

/** «14.30 uur», as each language writes it in Belgium. */
export function formatTime(at: Date, language: Language): string {
  return withUnit(clock(at, language), language);
}

/** «14.00 tot 15.30 uur»: the unit once. */
export function formatHours(from: Date, until: Date, language: Language): string {
  const [first, last] = [clock(from, language), clock(until, language)];
  switch (language) {
    case 'nl':
      return withUnit(`${first} tot ${last}`, language);
    case 'de':
      return withUnit(`${first} bis ${last}`, language);
    case 'fr':
    case 'en':
      return `${first} – ${last}`;
  }
}

function clock(at: Date, language: Language): string {
  const parts = formatter(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(
    at,
  );
  const hour = parts.find(({ type }) => type === 'hour')?.value ?? '';
  const minute = parts.find(({ type }) => type === 'minute')?.value ?? '';
  const mark = { nl: '.', fr: '\u00a0h\u00a0', de: '.', en: ':' }[language];
  return hour + mark + minute;
}

// A number never parts from its unit at the end of a line.
function withUnit(text: string, language: Language): string {
  const unit = { nl: '\u00a0uur', fr: '', de: '\u00a0Uhr', en: '' }[language];
  return text + unit;
}

/** The civil day in Belgium, `2026-11-22`: two moments with the same are on the same day. */
export function civilDay(at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short' }).format(at);
}

/** How many civil days a moment lies ahead. */
export function daysAhead(at: Date, now: Date): number {
  return Math.round((Date.parse(civilDay(at)) - Date.parse(civilDay(now))) / 86_400_000);
}

/** Reads a civil day such as `2027-04-30` without moving it across midnight. */
export function parseDay(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}

function yearOf(at: Date): string {
  return civilDay(at).slice(0, 4);
}

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locales[language], { timeZone: ZONE, ...options });
}
