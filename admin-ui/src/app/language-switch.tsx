import { useTranslation } from 'react-i18next';
import { setLanguage } from '@/shared/i18n/i18n';
import { isLanguage, languageNames, languages } from '@/shared/i18n/language';
import { Icon } from '@/shared/ui/icon';

/** The language of the app, each in its own words. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation('ui');
  return (
    <label className="field-box relative inline-flex min-h-11 items-center rounded-control text-act-ink hover:bg-act-soft">
      <span className="sr-only">{t('shell.language')}</span>
      <span className="pointer-events-none absolute left-3">
        <Icon name="globe" />
      </span>
      <select
        value={i18n.language}
        onChange={(event) => {
          if (isLanguage(event.target.value)) void setLanguage(event.target.value);
        }}
        className="min-h-11 w-[5.75rem] appearance-none rounded-control bg-transparent pr-8 pl-10 text-small font-medium uppercase outline-none"
      >
        {languages.map((language) => (
          <option
            key={language}
            value={language}
            label={languageNames[language]}
            className="bg-raised text-ink"
          >
            {language}
          </option>
        ))}
      </select>
      <span className="pointer-events-none absolute right-2.5">
        <Icon name="chevron" size={18} />
      </span>
    </label>
  );
}
