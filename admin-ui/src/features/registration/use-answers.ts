import { useTranslation } from 'react-i18next';
import { formatEuros } from '@/shared/format/money';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import type { StepId } from './household';
import { firstWrongStep } from './problems';
import type { Judged } from './use-decisions';
import { useWizard } from './use-wizard';

/** What is known of each step already, in a few words. */
export function useAnswers(): Partial<Record<StepId, string>> {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { person, mine } = useWizard();
  const consents = Object.values(person.consents).filter(Boolean).length;
  const cents = mine?.decision?.quote?.cents;
  const known: Record<StepId, string> = {
    pass: person.cardType === 'DIGITAL' ? t('pass.digital') : formatPassNumber(person.uitpasNumber),
    person: `${person.firstName} ${person.name}`.trim(),
    contact: person.email || person.phoneNumber || (person.noEmail ? t('contact.noEmailShort') : ''),
    consents: consents > 0 ? t('consents.given', { count: consents }) : '',
    pay: cents !== undefined && person.dateOfBirth && person.postalCode ? formatEuros(cents, language) : '',
  };
  return known;
}

/** Who cannot be saved yet, and at which step. */
export function firstWrong(all: readonly Judged[]): { at: number; step: StepId } | undefined {
  for (const [at, { problems }] of all.entries()) {
    const step = firstWrongStep(problems);
    if (step) return { at, step };
  }
  return undefined;
}
