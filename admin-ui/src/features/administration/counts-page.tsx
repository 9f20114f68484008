import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { CountDialog } from './count-dialog';
import { Head } from './head';
import { kindOf } from './shelves';
import { countsQuery } from './stock-queries';

/** What somebody found in the drawer, beside what the books say. */
export function CountsPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const { day } = useFormat();
  const counter = useCounter();
  const query = useQuery(countsQuery(counter.id));
  const [counting, setCounting] = useState(false);
  const counts = query.data?.filter(({ cardSystemId }) => cardSystemId === system.id) ?? [];

  return (
    <>
      <Head
        title={t('stock.view.counts')}
        acts={
          <Button
            kind="act"
            onPress={() => {
              setCounting(true);
            }}
          >
            {t('count.new')}
          </Button>
        }
      >
        {t('count.lead', { counter: counter.name })}
      </Head>
      {query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <Table
          caption={t('stock.view.counts')}
          rows={counts}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'at',
              title: t('count.at'),
              heading: true,
              cell: (one) => (
                <span className="grid gap-1">
                  {day(one.at)}
                  <span className="text-small font-normal text-ink-soft sm:hidden">
                    {t(`stock.kind.${kindOf(one)}`)}
                  </span>
                </span>
              ),
            },
            {
              key: 'kind',
              title: t('send.kind'),
              minor: true,
              cell: (one) => t(`stock.kind.${kindOf(one)}`),
            },
            {
              key: 'expected',
              title: t('count.expected'),
              numeric: true,
              minor: true,
              cell: ({ expected }) => expected,
            },
            { key: 'counted', title: t('count.counted'), numeric: true, cell: ({ counted }) => counted },
            {
              key: 'difference',
              title: t('count.difference'),
              cell: ({ counted, expected }) => <Difference by={counted - expected} />,
            },
            { key: 'note', title: t('send.note'), minor: true, cell: ({ note }) => note },
          ]}
          empty={
            <EmptyState icon="card" title={t('count.none')}>
              {t('count.noneText')}
            </EmptyState>
          }
        />
      )}
      {counting && (
        <CountDialog
          system={system}
          onClose={() => {
            setCounting(false);
          }}
        />
      )}
    </>
  );
}

function Difference({ by }: { by: number }) {
  const { t } = useTranslation('administration');
  if (by === 0) return <Badge tone="ok">{t('count.right')}</Badge>;
  return (
    <Badge tone="warn">{by < 0 ? t('count.fewer', { count: -by }) : t('count.more', { count: by })}</Badge>
  );
}
