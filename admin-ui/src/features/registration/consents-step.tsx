import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/icon';
import { ConsentField, useWords } from './fields';
import { useWizard } from './use-wizard';

const ADULT = 18;

/** What somebody agrees to: the terms, and the ways in which we may write. */
export function ConsentsStep() {
  const { t } = useTranslation('registration');
  const { person, mine, shown } = useWizard();
  const words = useWords();
  const age = mine?.decision?.quote?.age;
  const young = person.dateOfBirth !== '' && age !== undefined && age < ADULT;
  const terms = words(shown('consents'));
  return (
    <>
      <fieldset className="grid">
        <legend className="pb-1 font-bold">{t('consents.terms')}</legend>
        <ConsentField name="legalTermsPaper">{t('consents.paper')}</ConsentField>
        <ConsentField name="legalTermsDigital">{t('consents.digital')}</ConsentField>
        <div aria-live="polite">
          {terms && (
            <p className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
              <span className="mt-0.5 text-stop">
                <Icon name="alert" size={18} />
              </span>
              {terms}
            </p>
          )}
        </div>
        {(young || shown('consents/parentalConsent')) && (
          <ConsentField name="parentalConsent">{t('consents.parental')}</ConsentField>
        )}
      </fieldset>
      <fieldset className="grid border-t border-line pt-5">
        <legend className="float-left pb-1 font-bold">{t('consents.write')}</legend>
        <p className="clear-both pb-1 text-small text-ink-soft">{t('consents.writeText')}</p>
        <ConsentField name="serviceMails">{t('consents.serviceMails')}</ConsentField>
        <ConsentField name="milestoneMails">{t('consents.milestoneMails')}</ConsentField>
        <ConsentField name="infoMails">{t('consents.infoMails')}</ConsentField>
        <ConsentField name="sms">{t('consents.sms')}</ConsentField>
        <ConsentField name="post">{t('consents.post')}</ConsentField>
      </fieldset>
    </>
  );
}
