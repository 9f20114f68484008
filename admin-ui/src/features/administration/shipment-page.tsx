import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Head } from './head';
import { BackLink } from './place-link';
import { Missing } from './missing';
import { Receive } from './receive';
import { shipmentState, shipmentTone } from './shipment-state';
import { lookAtStockAgain, shipmentQuery } from './stock-queries';
import type { Parcel } from './types';
import { useCounterName } from './use-counter-name';

/** One parcel: taken in by who it is for, called back by who sent it, and what of it never came. */
export function ShipmentPage({ id }: { id: string }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const query = useQuery(shipmentQuery(counter.id, id));
  return (
    <>
      <BackLink to="stock/shipments">{t('stock.view.shipments')}</BackLink>
      {query.isPending && <Loading lines={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Shown parcel={query.data} />}
    </>
  );
}

function Shown({ parcel }: { parcel: Parcel }) {
  const { t } = useTranslation('administration');
  const { day } = useFormat();
  const counter = useCounter();
  const nameOf = useCounterName();
  const { shipment, cards } = parcel;
  const state = shipmentState(shipment);
  const mine = shipment.counterId === counter.id;
  const maySend =
    counter.permissions.includes('CARDS_WRITE') ||
    (shipment.fromId !== undefined && shipment.fromId === counter.id);

  return (
    <>
      <Head
        title={t('shipment.title', { count: shipment.cards, counter: nameOf(shipment.counterId) })}
        acts={state === 'underway' && maySend && <Recall id={shipment.id} cards={shipment.cards} />}
      >
        {[
          t('shipment.facts', { from: nameOf(shipment.fromId), day: day(shipment.sentAt) }),
          shipment.note,
          shipment.receivedAt && t('shipment.receivedOn', { day: day(shipment.receivedAt) }),
          shipment.recalledAt && t('shipment.recalledOn', { day: day(shipment.recalledAt) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Head>
      <p>
        <Badge tone={shipmentTone[state]}>{t(`shipment.state.${state}`, { count: shipment.missing })}</Badge>
      </p>
      {state === 'underway' && mine && <Receive parcel={parcel} />}
      {state === 'underway' && !mine && (
        <EmptyState icon="clock" title={t('shipment.waiting')}>
          {t('shipment.waitingText', { counter: nameOf(shipment.counterId) })}
        </EmptyState>
      )}
      {state === 'incomplete' && (
        <Missing shipment={shipment} cards={cards.filter(({ missing }) => missing)} mine={mine} />
      )}
      {state === 'received' && (
        <EmptyState icon="done" title={t('shipment.complete')}>
          {t('shipment.completeText')}
        </EmptyState>
      )}
    </>
  );
}

function Recall({ id, cards }: { id: string; cards: number }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
  };
  const recall = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/shipments/{shipmentId}/recall', {
          params: { header: { 'X-Counter': counter.id }, path: { shipmentId: id } },
        }),
      ),
    onSuccess: () => {
      close();
      showToast({ tone: 'ok', text: t('shipment.recalled', { count: cards }), seconds: 6 });
      return lookAtStockAgain(client, counter.id);
    },
    onError: (error) => {
      close();
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
      return lookAtStockAgain(client, counter.id);
    },
  });
  return (
    <>
      <Button
        kind="quiet"
        onPress={() => {
          setAsking(true);
        }}
      >
        {t('shipment.recall')}
      </Button>
      <Dialog
        question
        open={asking}
        title={t('shipment.recallTitle')}
        onClose={close}
        actions={
          <>
            <Button autoFocus onPress={close}>
              {t('shipment.recallNot')}
            </Button>
            <Button
              kind="stop"
              pending={recall.isPending}
              onPress={() => {
                recall.mutate();
              }}
            >
              {t('shipment.recall')}
            </Button>
          </>
        }
      >
        <p>{t('shipment.recallText', { count: cards })}</p>
      </Dialog>
    </>
  );
}
