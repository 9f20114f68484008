import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { associationsQuery } from './associations';
import type { Bulk } from './queries';
import { reasons } from './request';

/** What was asked, and when. */
export function OrderFacts({ bulk: { kind, parameters, purpose, createdAt, total } }: { bulk: Bulk }) {
  const { t } = useTranslation('bulk');
  const { date, day, time } = useFormat();
  const counter = useCounter();
  const { data: associations } = useQuery({
    ...associationsQuery(counter.id),
    enabled: parameters.associationId !== undefined,
  });
  const address = [parameters.street, [parameters.postalCode, parameters.city].filter(Boolean).join(' ')];
  const reason = reasons.find((one) => one === parameters.reason);
  const usual = { RENEW_SOCIAL_TARIFF: 'until.system', ASSOCIATION: 'until.association' } as const;
  const facts: [string, string | undefined][] = [
    [t('facts.when'), `${day(createdAt)}, ${time(createdAt)}`],
    [t('facts.for'), t(parameters.fromFile ? 'facts.rows' : 'facts.people', { count: total })],
    [
      t('field.system'),
      counter.cardSystems.length > 1
        ? counter.cardSystems.find(({ id }) => id === parameters.cardSystemId)?.name
        : undefined,
    ],
    [t('facts.address'), address.filter(Boolean).join(', ')],
    [t('field.reason'), reason && t(`reason.${reason}`)],
    [t('field.association'), associations?.find(({ id }) => id === parameters.associationId)?.name],
    [
      t('field.until'),
      parameters.until
        ? date(parameters.until)
        : kind === 'RENEW_SOCIAL_TARIFF' || kind === 'ASSOCIATION'
          ? t(usual[kind])
          : undefined,
    ],
    [t('field.ground'), parameters.ground],
    [t('field.purpose'), purpose],
  ];
  return (
    <dl className="grid gap-x-10 gap-y-2 sm:grid-cols-[max-content_1fr]">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name} className="grid gap-x-10 sm:col-span-2 sm:grid-cols-subgrid">
            <dt className="text-ink-soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
