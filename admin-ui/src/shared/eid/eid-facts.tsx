import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { formatPartialDate } from '@/shared/format/partial-date';
import { useFormat } from '@/shared/format/use-format';
import { Icon } from '@/shared/ui/icon';
import { Skeleton } from '@/shared/ui/skeleton';
import type { EidRead } from './eid-read';

/** What one compares with the person at the desk. Each stands where it will stay while the rest is read. */
export function EidFacts({ read: { stage, parts, person, address } }: { read: EidRead }) {
  const { t } = useTranslation('eid');
  const { language } = useFormat();
  const born = person?.dateOfBirth && formatPartialDate(person.dateOfBirth, language);

  return (
    <dl className="grid gap-3">
      <Fact term={t('fact.born')}>
        {person ? (
          <span data-person>{[born, person.placeOfBirth].filter(Boolean).join(', ')}</span>
        ) : (
          <Skeleton className="my-1 w-3/5" />
        )}
      </Fact>
      <Fact term={t('fact.address')}>
        {address ? (
          <span data-person>
            {address.street}
            <br />
            {address.postalCode} {address.city}
          </span>
        ) : stage === 'reading' && parts.address === 'waiting' ? (
          <>
            <Skeleton className="my-1 w-4/5" />
            <Skeleton className="mt-2 mb-1 w-2/5" />
          </>
        ) : (
          <span className="text-ink-soft">{t('fact.noAddress')}</span>
        )}
      </Fact>
    </dl>
  );
}

/** The rest of the card, one press away. */
export function MoreFacts({ identity }: { identity: EidAnswer['identity'] }) {
  const { t } = useTranslation('eid');
  const { date, text } = useFormat();
  const { nationality, nationalNumber, cardNumber, documentType, validFrom, validUntil } = identity;
  return (
    <details className="group border-t border-line px-5 sm:px-6">
      <summary className="flex min-h-12 items-center justify-between font-medium">
        {t('fact.more')}
        <span className="text-ink-soft transition-transform group-open:rotate-180">
          <Icon name="chevron" />
        </span>
      </summary>
      <dl className="grid gap-x-8 gap-y-3 pt-1 pb-4 sm:grid-cols-2">
        <Fact term={t('fact.kind')}>{text(documentType.name)}</Fact>
        {nationality && (
          <Fact term={t('fact.nationality')}>
            <span data-person>{nationality}</span>
          </Fact>
        )}
        {nationalNumber && (
          <Fact term={t('fact.number')}>
            <span data-person className="tabular-nums">
              {nationalNumber}
            </span>
          </Fact>
        )}
        {cardNumber && (
          <Fact term={t('fact.card')}>
            <span data-person className="tabular-nums">
              {cardNumber}
            </span>
          </Fact>
        )}
        {validFrom && validUntil && (
          <Fact term={t('fact.valid')}>
            {t('fact.validFrom', { from: date(validFrom), until: date(validUntil) })}
          </Fact>
        )}
      </dl>
    </details>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-small text-ink-soft">{term}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
