import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { formatPassNumber } from '@/shared/format/pass-number';
import { readIdentifier } from '@/shared/identifier/identifier';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { CardActs } from './card-acts';
import { isStatus, statusTone } from './card-status';
import { Head } from './head';
import { cardHistoryQuery } from './stock-queries';
import type { CardHistory } from './types';
import { useCardTap } from './use-card-tap';
import { useCounterName } from './use-counter-name';

/** What happened to one card, and taking one that nobody has out of the stock. */
export function CardPage() {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const [typed, setTyped] = useState('');
  const [number, setNumber] = useState('');
  const [tried, setTried] = useState(false);
  const read = readIdentifier(typed);
  const wrong = read.kind === 'pass' ? null : t('send.numberWrong');
  const query = useQuery({ ...cardHistoryQuery(counter.id, number), enabled: number !== '' });
  useCardTap((found) => {
    setTyped(formatPassNumber(found));
    setNumber(found);
  });
  const look = () => {
    setTried(true);
    if (read.kind === 'pass') setNumber(read.value);
  };

  return (
    <>
      <Head title={t('stock.view.card')}>{t('card.lead')}</Head>
      <form
        role="search"
        className="grid gap-3 sm:max-w-2xl sm:grid-cols-[1fr_auto] sm:items-start"
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <Field
          label={t('card.number')}
          hideLabel
          placeholder={t('card.placeholder')}
          icon="card"
          value={typed}
          onChange={(value) => {
            setTyped(value);
            setTried(false);
          }}
          inputMode="numeric"
          figures
          autoFocus
          finished={(value) => value.replace(/\D/g, '').length >= 13}
          check={(value) => (value === '' ? null : wrong)}
          error={tried ? wrong : null}
        />
        <Button type="submit" kind="act">
          {t('card.look')}
        </Button>
      </form>
      {number === '' && (
        <EmptyState icon="reader" title={t('card.start')}>
          {t('card.startText')}
        </EmptyState>
      )}
      {query.isFetching && !query.data && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} />}
      {query.data && <Shown key={query.data.uitpasNumber} history={query.data} />}
    </>
  );
}

function Shown({ history }: { history: CardHistory }) {
  const { t } = useTranslation('administration');
  const { day, time } = useFormat();
  const nameOf = useCounterName();
  const statusName = (status: string) => (isStatus(status) ? t(`card.status.${status}`) : status);

  return (
    <section aria-labelledby="card" className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3">
        <h2
          id="card"
          className="flex flex-wrap items-center gap-x-4 gap-y-2 text-lead font-bold tabular-nums"
        >
          {formatPassNumber(history.uitpasNumber)}
          <Badge tone={isStatus(history.status) ? statusTone[history.status] : 'plain'}>
            {statusName(history.status)}
          </Badge>
        </h2>
        <CardActs history={history} />
      </div>
      <Table
        caption={t('card.history')}
        rows={[...history.events].reverse()}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'at',
            title: t('card.at'),
            cell: ({ at }) => (
              <span>
                {day(at)} <span className="text-ink-soft max-sm:hidden">{time(at)}</span>
              </span>
            ),
          },
          { key: 'to', title: t('card.became'), heading: true, cell: ({ to }) => statusName(to) },
          {
            key: 'why',
            title: t('card.why'),
            minor: true,
            cell: ({ reason }) => (reason ? t(`card.reason.${reason}`, { defaultValue: reason }) : ''),
          },
          {
            key: 'where',
            title: t('stock.counter'),
            minor: true,
            cell: ({ organizerId }) => organizerId && nameOf(organizerId),
          },
        ]}
        empty={
          <EmptyState icon="history" title={t('card.noHistory')}>
            {t('card.noHistoryText')}
          </EmptyState>
        }
      />
    </section>
  );
}
