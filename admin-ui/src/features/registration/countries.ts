import { locales, type Language } from '@/shared/i18n/language';
import type { Option } from '@/shared/ui/select';

/** Where people live who come to a Belgian counter: the neighbours first, then Europe and a few far ones. */
const near = ['be', 'nl', 'fr', 'de', 'lu'];
const far =
  'ad al at ba bg by ch cy cz dk ee es fi gb ge gr hr hu ie is it li lt lv mc md me mk mt no pl pt ro rs se si sk sm tr ua va xk ' +
  'am az ca cd cn in il jp ma br us au nz za';

/** The countries in the words of a language. */
export function countryOptions(language: Language): Option[] {
  const names = new Intl.DisplayNames([locales[language]], { type: 'region' });
  const named = (code: string) => ({ value: code, label: names.of(code.toUpperCase()) ?? code });
  const rest = far.split(' ').map(named);
  return [...near.map(named), ...rest.sort((a, b) => a.label.localeCompare(b.label, language))];
}
