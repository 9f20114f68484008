import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Decision, Payment, Quote } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Choice } from '@/shared/ui/choice';
import { Skeleton } from '@/shared/ui/skeleton';
import { VoucherField, type Hold } from './voucher-field';

type Schemas = components['schemas'];

/** A sale as it stands on the screen, by the name of what it does. */
export type Asked =
  | { what: 'replacement'; body: Schemas['ReplacementRequest'] }
  | { what: 'joining'; body: Schemas['JoiningRequest'] };

/** What the back end would decide about a sale as it stands: its price, and what is in the way; nothing is saved. */
export function useDecision(asked: Asked | undefined) {
  const counter = useCounter();
  const params = { header: { 'X-Counter': counter.id } };
  return useQuery({
    queryKey: ['sale', counter.id, asked],
    enabled: asked !== undefined,
    retry: false,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: () => {
      if (!asked) throw new Error('nothing is sold');
      return unwrap(
        asked.what === 'replacement'
          ? api.POST('/api/v1/replacement-previews', { params, body: asked.body })
          : api.POST('/api/v1/joining-previews', { params, body: asked.body }),
      );
    },
  });
}

/** How it is paid is asked only when something is to be paid. */
const PAYMENT = '/payment';
const VOUCHER = '/voucher';

/** Why a sale cannot be made as it stands; undefined when it can. */
export function useObstacle(decision: Decision | undefined, payment: Payment | ''): string | undefined {
  const { t } = useTranslation('profile');
  const { text } = useFormat();
  if (!decision) return t('sale.asking');
  const other = decision.problems.find(({ pointer, warning }) => pointer !== PAYMENT && !warning);
  if (other) return text(other.endUserMessage);
  if ((decision.quote?.cents ?? 0) > 0 && !payment) return t('sale.paymentFirst');
  return undefined;
}

/** What is to be paid, why so much, with which voucher, and how it was paid. */
export function SalePanel({
  decision: { data, error },
  cardSystemId,
  voucher,
  onVoucher,
  payment,
  onPayment,
  sold,
}: {
  decision: ReturnType<typeof useDecision>;
  cardSystemId: number;
  voucher: Hold | undefined;
  onVoucher: (hold: Hold | undefined) => void;
  payment: Payment | '';
  onPayment: (payment: Payment) => void;
  sold: boolean;
}) {
  const { t } = useTranslation('profile');
  const { language, text } = useFormat();
  const failure = useFailure();
  const quote = data?.quote;
  const problems = data?.problems.filter(({ pointer }) => pointer !== PAYMENT) ?? [];
  const voucherProblem = problems.find(({ pointer }) => pointer === VOUCHER);
  const others = problems.filter(({ pointer }) => pointer !== VOUCHER);

  return (
    <div className="grid gap-5">
      <div className="grid gap-1" aria-live="polite">
        <p className="text-ink-soft">{t('sale.price')}</p>
        {quote ? (
          <>
            <p className="text-display leading-none font-bold tabular-nums" data-testid="price">
              {quote.cents === 0 ? t('sale.none') : formatEuros(quote.cents, language)}
            </p>
            <Because quote={quote} />
          </>
        ) : (
          !error && others.length === 0 && <Skeleton className="my-1 h-8 w-32" />
        )}
      </div>
      {others.map(({ pointer, code, endUserMessage, warning }) => (
        <Banner
          key={`${pointer} ${code}`}
          tone={warning ? 'warn' : 'stop'}
          live="polite"
          title={text(endUserMessage)}
        />
      ))}
      {error && <Banner tone="stop" live="polite" title={failure(error).text} />}
      <VoucherField
        cardSystemId={cardSystemId}
        value={voucher}
        error={voucherProblem && text(voucherProblem.endUserMessage)}
        sold={sold}
        onChange={onVoucher}
      />
      {quote && quote.cents > 0 && (
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
