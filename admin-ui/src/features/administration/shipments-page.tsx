import { useInfiniteQuery } from '@tanstack/react-query';
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
import { Head } from './head';
import { PlaceLink } from './place-link';
import { shipmentState, shipmentTone } from './shipment-state';
import { shipmentsQuery } from './stock-queries';
import type { Shipment } from './types';
import { useCounterName } from './use-counter-name';
import { useLookingOn } from './use-looking-on';

/** Parcels of cards, newest first. */
export function ShipmentsPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const { day } = useFormat();
  const counter = useCounter();
  const nameOf = useCounterName();
  const query = useInfiniteQuery(shipmentsQuery(counter.id));
  const found =
    query.data?.pages.flatMap(({ member }) => member).filter((one) => one.cardSystemId === system.id) ?? [];
  const looking = useLookingOn(query, found.length);
  const standing = (one: Shipment) => {
    const state = shipmentState(one);
    return (
      <Badge tone={shipmentTone[state]}>
        <span className="whitespace-nowrap">{t(`shipment.state.${state}`, { count: one.missing })}</span>
      </Badge>
    );
  };

  return (
    <>
      <Head title={t('stock.view.shipments')}>{t('shipment.lead')}</Head>
      {(query.isPending || looking) && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && !looking && (
        <Table
          caption={t('stock.view.shipments')}
          rows={found}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'to',
              title: t('shipment.to'),
              heading: true,
              cell: (one) => (
                <span className="grid justify-items-start gap-1">
                  <PlaceLink to={`stock/shipments/${one.id}`}>{nameOf(one.counterId)}</PlaceLink>
                  <span className="text-small font-normal text-ink-soft sm:hidden">{day(one.sentAt)}</span>
                  <span className="sm:hidden">{standing(one)}</span>
                </span>
              ),
            },
            { key: 'cards', title: t('shipment.cards'), numeric: true, cell: ({ cards }) => cards },
            { key: 'sent', title: t('shipment.sent'), minor: true, cell: ({ sentAt }) => day(sentAt) },
            { key: 'note', title: t('send.note'), minor: true, cell: ({ note }) => note },
            { key: 'state', title: t('state'), minor: true, cell: standing },
          ]}
          empty={
            <EmptyState icon="card" title={t('shipment.none')}>
              {t('shipment.noneText')}
            </EmptyState>
          }
        />
      )}
      {query.hasNextPage && !looking && (
        <div>
          <Button pending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}
