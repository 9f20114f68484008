import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { Head } from './head';
import { PlaceLink } from './place-link';
import type { PriceList } from './types';
import { standing } from './price-rows';
import { priceListsQuery } from './price-queries';

const tone = { now: 'ok', coming: 'note', past: 'plain' } as const;

/** The price lists of a card system, by the day they begin. */
export function PriceListsPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const navigate = useNavigate();
  const { date } = useFormat();
  const query = useQuery(priceListsQuery(counter.id));
  const today = civilDay(new Date());
  const lists = query.data?.filter((list) => list.cardSystemId === system.id) ?? [];
  const nameOf = (list: PriceList) => list.name || t('prices.nameless');

  return (
    <>
      <Head
        title={t('section.prices')}
        acts={
          <Button
            kind="act"
            icon="plus"
            onPress={() => void navigate({ to: '/administration/$', params: { _splat: 'prices/new' } })}
          >
            {t('prices.new')}
          </Button>
        }
      >
        {t('prices.lead', { system: system.name })}
      </Head>
      {query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <Table
          caption={t('section.prices')}
          rows={lists}
          rowKey={(list) => list.id}
          columns={[
            {
              key: 'name',
              title: t('prices.name'),
              heading: true,
              cell: (list) => (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <PlaceLink to={`prices/${list.id}`}>{nameOf(list)}</PlaceLink>
                  <span className="w-full text-small font-normal text-ink-soft sm:hidden">
                    {list.validFrom && t('prices.from', { date: date(list.validFrom) })}
                  </span>
                </span>
              ),
            },
            {
              key: 'from',
              title: t('prices.begins'),
              minor: true,
              cell: (list) => (list.validFrom ? date(list.validFrom) : t('prices.always')),
            },
            {
              key: 'until',
              title: t('prices.lastDay'),
              minor: true,
              cell: (list) =>
                list.validUntil ? (
                  date(list.validUntil)
                ) : (
                  <span className="text-ink-soft">{t('prices.open')}</span>
                ),
            },
            {
              key: 'state',
              title: t('state'),
              cell: (list) => {
                const state = standing(list, today);
                return <Badge tone={tone[state]}>{t(`prices.state.${state}`)}</Badge>;
              },
            },
            {
              key: 'copy',
              title: <span className="sr-only">{t('acts')}</span>,
              minor: true,
              numeric: true,
              cell: (list) => (
                <PlaceLink
                  to={`prices/copy/${list.id}`}
                  className="font-medium text-act-ink underline-offset-4 hover:underline"
                >
                  {t('prices.copy')}
                  <span className="sr-only"> {nameOf(list)}</span>
                </PlaceLink>
              ),
            },
          ]}
          empty={
            <EmptyState icon="sort" title={t('prices.none')}>
              {t('prices.noneText')}
            </EmptyState>
          }
        />
      )}
    </>
  );
}
