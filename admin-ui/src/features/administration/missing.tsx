import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Table } from '@/shared/ui/table';
import { showToast } from '@/shared/ui/toast-store';
import { lookAtStockAgain } from './stock-queries';
import type { Parcel, Shipment } from './types';
import { useCounterName } from './use-counter-name';

type Card = Parcel['cards'][number];

/** The cards of a parcel that never came: they come after all, or are lost. */
export function Missing({ shipment, cards, mine }: { shipment: Shipment; cards: Card[]; mine: boolean }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const nameOf = useCounterName();
  const { arrive, lose } = useMissing(shipment.id);
  const mayLose = mine || counter.permissions.includes('CARDS_WRITE');

  return (
    <>
      <Banner tone="warn" title={t('absent.title', { count: cards.length })}>
        {mine ? t('absent.text') : t('absent.textThere', { counter: nameOf(shipment.counterId) })}
      </Banner>
      <Table
        caption={t('absent.caption')}
        rows={cards}
        rowKey={({ uitpasNumber }) => uitpasNumber}
        columns={[
          {
            key: 'number',
            title: t('card.number'),
            heading: true,
            cell: ({ uitpasNumber }) => (
              <span className="whitespace-nowrap tabular-nums">{formatPassNumber(uitpasNumber)}</span>
            ),
          },
          { key: 'pack', title: t('card.pack'), minor: true, cell: ({ pack }) => pack },
          {
            key: 'acts',
            title: <span className="sr-only">{t('acts')}</span>,
            numeric: true,
            cell: ({ uitpasNumber }) => (
              <span className="-my-2 flex flex-wrap justify-end gap-1">
                {mine && (
                  <Button
                    kind="quiet"
                    size="small"
                    pending={arrive.isPending && arrive.variables === uitpasNumber}
                    onPress={() => {
                      arrive.mutate(uitpasNumber);
                    }}
                  >
                    {t('absent.came')}
                    <span className="sr-only"> {formatPassNumber(uitpasNumber)}</span>
                  </Button>
                )}
                {mayLose && (
                  <Button
                    kind="quiet"
                    size="small"
                    pending={lose.isPending && lose.variables === uitpasNumber}
                    onPress={() => {
                      lose.mutate(uitpasNumber);
                    }}
                  >
                    {t('absent.lost')}
                    <span className="sr-only"> {formatPassNumber(uitpasNumber)}</span>
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

function useMissing(shipmentId: string) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const header = { 'X-Counter': counter.id };
  const settled = {
    onSettled: () => lookAtStockAgain(client, counter.id),
    onError: (error: unknown) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: text || title });
    },
  };
  const arrive = useMutation({
    mutationFn: (uitpasNumber: string) =>
      unwrap(
        api.POST('/api/v1/shipments/{shipmentId}/receipt', {
          params: { header, path: { shipmentId } },
          body: { uitpasNumbers: [uitpasNumber] },
        }),
      ),
    onSuccess: (_, number) => {
      showToast({ tone: 'ok', text: t('absent.arrived', { number: formatPassNumber(number) }), seconds: 6 });
    },
    ...settled,
  });
  const lose = useMutation({
    mutationFn: (uitpasNumber: string) =>
      unwrap(
        api.POST('/api/v1/card-discards', { params: { header }, body: { uitpasNumber, reason: 'LOST' } }),
      ),
    onSuccess: (_, number) => {
      showToast({
        tone: 'ok',
        text: t('absent.gone', { number: formatPassNumber(number) }),
        seconds: 6,
      });
    },
    ...settled,
  });
  return { arrive, lose };
}
