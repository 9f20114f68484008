import { useTranslation } from 'react-i18next';
import { setLanguage } from '@/shared/i18n/i18n';
import { isLanguage, languageNames, languages } from '@/shared/i18n/language';
import { Icon } from '@/shared/ui/icon';

/** The language of the app, each in its own words. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation('ui');
  return (
    <label className="field-box relative inline-flex min-h-11 items-center gap-1.5 rounded-control px-3 text-small font-medium text-act-ink hover:bg-act-soft">
      <span className="sr-only">{t('shell.language')}</span>
      <Icon name="globe" />
      <span aria-hidden="true" className="uppercase">
        {i18n.language}
      </span>
      <Icon name="chevron" size={18} />
      <select
        value={i18n.language}
        onChange={(event) => {
          if (isLanguage(event.target.value)) void setLanguage(event.target.value);
        }}
        className="absolute inset-0 w-full opacity-0"
      >
        {languages.map((language) => (
          <option key={language} value={language} lang={language} className="bg-raised text-ink">
            {languageNames[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
