import { useController } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { languageNames, languages } from '@/shared/i18n/language';
import { Checkbox } from '@/shared/ui/checkbox';
import { ListField, TextField, Warning } from './fields';
import { SchoolField } from './school-field';
import { useWizard } from './use-wizard';

/** How to reach somebody, and in which language. */
export function ContactStep() {
  const { t } = useTranslation('registration');
  const { form, current, person } = useWizard();
  const { field: none } = useController({ control: form.control, name: `people.${current}.noEmail` });

  return (
    <>
      <div className="grid gap-1">
        {!person.noEmail && (
          <TextField
            name="email"
            type="email"
            inputMode="email"
            label={t('contact.email')}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {!person.email && (
          <Checkbox
            checked={none.value}
            onChange={none.onChange}
            help={person.noEmail ? t('contact.noEmailText') : undefined}
          >
            {t('contact.noEmail')}
          </Checkbox>
        )}
      </div>
      <TextField
        name="phoneNumber"
        type="tel"
        inputMode="tel"
        label={t('contact.phone')}
        help={t('contact.phoneText')}
        autoComplete="off"
        optional
      />
      <ListField
        name="language"
        label={t('contact.language')}
        options={languages.map((language) => ({ value: language, label: languageNames[language] }))}
      />
      <SchoolField />
      <TextField
        name="remarks"
        label={t('contact.remarks')}
        help={t('contact.remarksText')}
        optional
        maxLength={2000}
      />
      <Warning>{!person.email && !person.noEmail ? t('contact.emailFirst') : null}</Warning>
    </>
  );
}
