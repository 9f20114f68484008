import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Quote } from '@/api/types';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import type { Person } from './household';
import { useWizard } from './use-wizard';

/** The price of the pass on screen; `assumed` while age or place are not known yet. */
export function usePrice(): { quote: Quote | undefined; assumed: boolean } {
  const { person, mine, counter } = useWizard();
  const assumed = !person.dateOfBirth || !person.postalCode;
  const { data } = useQuery({
    queryKey: ['quote', counter.id, person.cardSystemId, person.cardType, person.tariff],
    enabled: assumed && person.cardSystemId !== 0 && counter.permissions.includes('MEMBERSHIP_PRICES_READ'),
    staleTime: 300_000,
    queryFn: () => askOrdinary(counter.id, counter.city, person),
  });
  return { quote: assumed ? data : mine?.decision?.quote, assumed };
}

// Whoever comes to a counter is most often grown up and lives there.
async function askOrdinary(
  counterId: string,
  city: string,
  { cardSystemId, cardType, tariff }: Person,
): Promise<Quote> {
  const places = await unwrap(api.GET('/api/v1/municipalities', { params: { query: { q: city } } }));
  const postalCode = places.find(({ name }) => name === city)?.postalCode ?? places[0]?.postalCode ?? '0000';
  return unwrap(
    api.POST('/api/v1/quotes', {
      params: { header: { 'X-Counter': counterId } },
      body: {
        cardSystemId,
        cardType,
        socialTariff: tariff,
        reason: 'FIRST_CARD',
        dateOfBirth: '1990-01-01',
        postalCode,
      },
    }),
  );
}

/** Why it costs what it does, line by line. */
export function Explained() {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { quote, assumed } = usePrice();
  if (!quote || assumed) return <p className="text-ink-soft">{t('price.later')}</p>;
  const before = quote.withoutVoucher;
  const line = before?.line ?? quote.line;
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5 tabular-nums">
      <dt>
        {line.label?.[language] ?? t('price.pass')}
        <span className="block text-small text-ink-soft">
          {t('price.age', { count: quote.age })}, {t(quote.resident ? 'price.resident' : 'price.elsewhere')}
        </span>
      </dt>
      <dd className="text-right">{formatEuros(before?.cents ?? quote.cents, language)}</dd>
      {before && (
        <>
          <dt>{t('price.voucher', { name: quote.voucherName ?? '' })}</dt>
          <dd className="text-right">{formatEuros(quote.cents - before.cents, language)}</dd>
        </>
      )}
      <dt className="border-t border-line pt-1.5 font-bold">{t('price.toPay')}</dt>
      <dd className="border-t border-line pt-1.5 text-right font-bold">
        {formatEuros(quote.cents, language)}
      </dd>
    </dl>
  );
}
