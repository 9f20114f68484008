import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Registration } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { formatEuros } from '@/shared/format/money';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { DateField } from '@/shared/ui/date-field';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { usePaper } from './use-paper';
import { useVoid } from './use-void';

const ways = ['CASH', 'CARD', 'TRANSFER'] as const;

/** What the counter sold on a day: to count the till by, and to take back what was a mistake. */
export function DayPage() {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const counter = useCounter();
  const today = civilDay(new Date());
  const [day, setDay] = useState(today);
  const { data, error, refetch } = useQuery({
    queryKey: ['registrations', counter.id, day],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/registrations', { params: { header: { 'X-Counter': counter.id }, query: { day } } }),
      ),
  });

  return (
    <div className="mx-auto grid w-full max-w-5xl gap-6">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <PageHeading className="text-title font-bold sm:text-display">{t('day.title')}</PageHeading>
        <DateField
          label={t('day.day')}
          value={day}
          onChange={(chosen) => {
            setDay(chosen ?? today);
          }}
        />
      </div>
      {data && (
        <dl className="grid gap-4 sm:grid-cols-3">
          {ways.map((way) => (
            <div key={way} className="rounded-card border border-line bg-surface px-5 py-4">
              <dt className="text-ink-soft">{t(`pay.ways.${way}`)}</dt>
              <dd className="text-title font-bold tabular-nums">
                {formatEuros(data.totals[way] ?? 0, language)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Sales sales={data.registrations} today={day === today} />
      ) : (
        <Loading lines={6} />
      )}
    </div>
  );
}

function Sales({ sales, today }: { sales: Registration[]; today: boolean }) {
  const { t } = useTranslation('registration');
  const { language, time } = useFormat();
  const paper = usePaper();
  const takeBack = useVoid();
  const [asked, setAsked] = useState<Registration>();
  const close = () => {
    setAsked(undefined);
  };
  return (
    <>
      <Table
        flows
        caption={t('day.title')}
        rows={sales}
        rowKey={({ id }) => id}
        empty={<EmptyState icon="card" title={t('day.none')} />}
        columns={[
          { key: 'at', title: t('day.at'), cell: ({ at }) => time(at), numeric: false },
          { key: 'receipt', title: t('day.receipt'), minor: true, cell: ({ receipt }) => receipt },
          {
            key: 'pass',
            title: t('day.pass'),
            heading: true,
            cell: ({ uitpasNumber, passholderId, voidedAt }) =>
              voidedAt ? (
                <span className="line-through">{formatPassNumber(uitpasNumber ?? '')}</span>
              ) : (
                <Link
                  to="/passholders/$id"
                  params={{ id: passholderId }}
                  className="inline-flex min-h-11 items-center whitespace-nowrap tabular-nums underline underline-offset-4"
                >
                  {uitpasNumber ? formatPassNumber(uitpasNumber) : t('day.same')}
                </Link>
              ),
          },
          { key: 'what', title: t('day.what'), minor: true, cell: ({ reason }) => t(`reason.${reason}`) },
          {
            key: 'paid',
            title: t('day.paid'),
            minor: true,
            cell: ({ payment, voidedAt }) =>
              voidedAt ? <Badge tone="warn">{t('day.voided')}</Badge> : t(`pay.ways.${payment}`),
          },
          {
            key: 'cents',
            title: t('day.amount'),
            numeric: true,
            cell: ({ cents, voidedAt }) => (
              <span className={voidedAt ? 'line-through' : undefined}>{formatEuros(cents, language)}</span>
            ),
          },
          {
            key: 'acts',
            title: <span className="sr-only">{t('day.acts')}</span>,
            cell: (sale) => (
              <span className="flex justify-end">
                <Button
                  kind="quiet"
                  size="small"
                  icon="printer"
                  iconOnly
                  onPress={() => {
                    paper.mutate({ registrationId: sale.id });
                  }}
                >
                  {t('day.receiptOf', { receipt: sale.receipt })}
                </Button>
                {today && !sale.voidedAt && (
                  <Button
                    kind="quiet"
                    size="small"
                    icon="undo"
                    iconOnly
                    onPress={() => {
                      setAsked(sale);
                    }}
                  >
                    {t('day.void', { receipt: sale.receipt })}
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
      <div>
        <Link to="/register" className={buttonStyle('act', 'large')}>
          {t('day.new')}
        </Link>
      </div>
      <Dialog
        question
        open={asked !== undefined}
        title={t('void.title', { receipt: asked?.receipt ?? '' })}
        onClose={close}
        actions={
          <>
            <Button
              kind="stop"
              pending={takeBack.isPending}
              onPress={() => {
                if (asked) takeBack.mutate([asked.id], { onSettled: close });
              }}
            >
              {t('void.button')}
            </Button>
            <Button kind="act" autoFocus onPress={close}>
              {t('void.keep')}
            </Button>
          </>
        }
      >
        <p>{t('void.text', { amount: formatEuros(asked?.cents ?? 0, language) })}</p>
      </Dialog>
    </>
  );
}
