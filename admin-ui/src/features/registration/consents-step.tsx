import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/icon';
import { ConsentField, useWords } from './fields';
import { useWizard } from './use-wizard';

const ways = ['serviceMails', 'milestoneMails', 'infoMails', 'sms', 'post'] as const;
const noMessages = Object.fromEntries(ways.map((way) => [way, false]));

/** What somebody agrees to: the terms, and the ways in which we may write. */
export function ConsentsStep() {
  const { t } = useTranslation('registration');
  const { person, mine, shown, change } = useWizard();
  const words = useWords();
  const { decision } = mine ?? {};
  const age = decision?.quote?.age;
  const known = decision !== undefined && person.dateOfBirth !== '' && age !== undefined;
  const minor = known && age < decision.adultAge;
  const child = known && age < decision.optInAge;
  // What a parent wants for herself came along with the household; a child gets no mail.
  const tooMuch = child && ways.some((way) => person.consents[way]);
  useEffect(() => {
    if (tooMuch) change({ consents: { ...person.consents, ...noMessages } });
  }, [tooMuch, change, person.consents]);
  const terms = words(shown('consents'));
  return (
    <>
      <fieldset className="grid" data-wrong={terms ? true : undefined}>
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
        {(minor || shown('consents/parentalConsent')) && (
          <ConsentField name="parentalConsent">{t('consents.parental')}</ConsentField>
        )}
      </fieldset>
      <fieldset className="grid border-t border-line pt-5">
        <legend className="float-left pb-1 font-bold">{t('consents.write')}</legend>
        <p className="clear-both pb-1 text-small text-ink-soft">
          {child ? t('consents.tooYoung', { age: decision.optInAge }) : t('consents.writeText')}
        </p>
        {!child &&
          ways.map((way) => (
            <ConsentField key={way} name={way}>
              {t(`consents.${way}`)}
            </ConsentField>
          ))}
      </fieldset>
    </>
  );
}
