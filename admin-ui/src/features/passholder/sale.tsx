import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Passholder, Payment, Quote } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Choice } from '@/shared/ui/choice';
import { Field } from '@/shared/ui/field';
import { Skeleton } from '@/shared/ui/skeleton';

/** What is sold, as far as the price depends on it. */
export interface Sold {
  cardSystemId: number;
  reason: NonNullable<Quote['line']['reason']>;
  socialTariff: boolean;
  cardType: 'NFC_CARD' | 'DIGITAL';
}

/** The price of an act, before it is done; none while there is nothing to price. */
export function useQuote(person: Passholder, sold: Sold | undefined, voucher: string) {
  const counter = useCounter();
  const { dateOfBirth, address } = person;
  const abroad = (address.country ?? 'be').toLowerCase() !== 'be';
  return useQuery({
    queryKey: ['quote', counter.id, person.id, person.version, sold, voucher],
    enabled: sold !== undefined,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: () => {
      if (!sold) throw new Error('nothing to price');
      return unwrap(
        api.POST('/api/v1/quotes', {
          params: { header: { 'X-Counter': counter.id } },
          body: {
            ...sold,
            dateOfBirth,
            postalCode: abroad ? '0000' : address.postalCode,
            ...(voucher ? { voucher } : {}),
          },
        }),
      );
    },
  });
}

/** What is to be paid, why so much, with which voucher, and how it was paid. */
export function SalePanel({
  quote: { data, error, isPlaceholderData },
  voucher,
  onVoucher,
  payment,
  onPayment,
}: {
  quote: ReturnType<typeof useQuote>;
  voucher: string;
  onVoucher: (number: string) => void;
  payment: Payment | '';
  onPayment: (payment: Payment) => void;
}) {
  const { t } = useTranslation('profile');
  const { language } = useFormat();
  const failure = useFailure();
  const problem = error ? failure(error).text : undefined;

  return (
    <div className="grid gap-5">
      <div className="grid gap-1" aria-live="polite">
        <p className="text-ink-soft">{t('sale.price')}</p>
        {data && !error ? (
          <>
            <p className="text-display leading-none font-bold tabular-nums" data-testid="price">
              {data.cents === 0 ? t('sale.none') : formatEuros(data.cents, language)}
            </p>
            <Because quote={data} />
          </>
        ) : (
          <Skeleton className="my-1 h-8 w-32" />
        )}
      </div>
      <Field
        label={t('sale.voucher')}
        help={t('sale.voucherHelp')}
        value={voucher}
        onChange={onVoucher}
        optional
        autoComplete="off"
        maxLength={64}
        error={voucher ? problem : undefined}
      />
      {problem && !voucher && <Banner tone="stop" live="polite" title={problem} />}
      {data && !error && !isPlaceholderData && data.cents > 0 && (
        <Choice
          label={t('sale.payment')}
          value={payment}
          onChange={onPayment}
          options={[
            { value: 'CASH', label: t('sale.CASH') },
            { value: 'CARD', label: t('sale.CARD') },
            { value: 'TRANSFER', label: t('sale.TRANSFER') },
          ]}
        />
      )}
    </div>
  );
}

/** The line of the price list in words that one may say aloud. */
function Because({ quote: { age, resident, line, voucherName, withoutVoucher } }: { quote: Quote }) {
  const { t } = useTranslation('profile');
  const { language } = useFormat();
  const parts = [
    line.reason && t(`sale.why.${line.reason}`),
    t('sale.age', { count: age }),
    t(resident ? 'sale.resident' : 'sale.elsewhere'),
  ];
  return (
    <>
      <p className="text-small text-ink-soft">{parts.filter(Boolean).join(' · ')}</p>
      {voucherName && withoutVoucher && (
        <p className="text-small text-ink-soft">
          {t('sale.voucherGives', {
            voucher: voucherName,
            price: formatEuros(withoutVoucher.cents, language),
          })}
        </p>
      )}
    </>
  );
}
