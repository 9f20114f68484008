import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Checkbox } from '@/shared/ui/checkbox';
import { Field } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';
import { showToast } from '@/shared/ui/toast-store';
import { Refused } from './refused';
import { readCount } from './shipment-state';
import { lookAtStockAgain } from './stock-queries';
import type { Parcel } from './types';
import { useCardTap } from './use-card-tap';

/**
 * Takes a parcel in. Who counts as many as were sent is done; who counts fewer says which are there, by ticking
 * them or laying them on the reader.
 */
export function Receive({ parcel: { shipment, cards } }: { parcel: Parcel }) {
  const { t } = useTranslation('administration');
  const [typed, setTyped] = useState('');
  const [here, setHere] = useState<ReadonlySet<string>>(() => new Set());
  const receive = useReceive(shipment.id);
  const expected = cards.length;
  const counted = readCount(typed);
  const fewer = counted !== undefined && counted < expected;

  useCardTap((number) => {
    if (!cards.some(({ uitpasNumber }) => uitpasNumber === number)) {
      showToast({ tone: 'warn', text: t('receive.stranger', { number: formatPassNumber(number) }) });
      return;
    }
    setHere((now) => new Set([...now, number]));
  });

  const reason =
    counted === undefined
      ? t('receive.countFirst')
      : counted === 0
        ? t('receive.nothing')
        : fewer && here.size !== counted
          ? t(here.size < counted ? 'receive.tickMore' : 'receive.tickLess', {
              count: Math.abs(counted - here.size),
            })
          : undefined;
  const taking = fewer ? counted : expected;
  const submit = () => {
    if (reason === undefined && !receive.isPending) receive.mutate(fewer ? [...here] : []);
  };

  return (
    <Panel className="grid gap-5">
      <div className="sm:max-w-md">
        <Field
          label={t('receive.count')}
          help={t('receive.countHelp', { count: expected })}
          value={typed}
          onChange={setTyped}
          inputMode="numeric"
          figures
          autoFocus
          check={(value) => (readCount(value) === undefined ? t('receive.countWrong') : null)}
          onEnter={submit}
        />
      </div>
      {counted !== undefined && counted > expected && (
        <Banner tone="warn" live="polite" title={t('receive.more', { count: counted - expected })}>
          {t('receive.moreText')}
        </Banner>
      )}
      {fewer && (
        <>
          <Banner tone="warn" live="polite" title={t('receive.fewer', { count: expected - counted })}>
            {t('receive.fewerText')}
          </Banner>
          <fieldset className="grid gap-2">
            <legend className="mb-2 flex w-full flex-wrap items-center justify-between gap-x-4 font-medium">
              {t('receive.which')}
              <span className="flex gap-2 font-normal">
                <Button
                  kind="quiet"
                  size="small"
                  onPress={() => {
                    setHere(new Set(cards.map(({ uitpasNumber }) => uitpasNumber)));
                  }}
                >
                  {t('receive.all')}
                </Button>
                <Button
                  kind="quiet"
                  size="small"
                  onPress={() => {
                    setHere(new Set());
                  }}
                >
                  {t('receive.noneOf')}
                </Button>
              </span>
            </legend>
            <div className="grid max-h-96 gap-x-6 overflow-y-auto rounded-card border border-line px-4 py-1 sm:grid-cols-2 xl:grid-cols-3">
              {cards.map(({ uitpasNumber }) => (
                <Checkbox
                  key={uitpasNumber}
                  checked={here.has(uitpasNumber)}
                  onChange={(checked) => {
                    const next = new Set(here);
                    if (checked) next.add(uitpasNumber);
                    else next.delete(uitpasNumber);
                    setHere(next);
                  }}
                >
                  <span className="tabular-nums">{formatPassNumber(uitpasNumber)}</span>
                </Checkbox>
              ))}
            </div>
            <p aria-live="polite" className="text-small text-ink-soft">
              {t('receive.ticked', { ticked: here.size, counted })}
            </p>
          </fieldset>
        </>
      )}
      {receive.isError && <Refused error={receive.error} />}
      <div>
        <Button kind="act" size="large" pending={receive.isPending} reason={reason} onPress={submit}>
          {t('receive.go', { count: taking })}
        </Button>
      </div>
    </Panel>
  );
}

function useReceive(shipmentId: string) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (uitpasNumbers: string[]) =>
      unwrap(
        api.POST('/api/v1/shipments/{shipmentId}/receipt', {
          params: { header: { 'X-Counter': counter.id }, path: { shipmentId } },
          body: uitpasNumbers.length > 0 ? { uitpasNumbers } : {},
        }),
      ),
    onSuccess: ({ cards, missing }) => {
      showToast({ tone: 'ok', text: t('receive.done', { count: cards - missing }), seconds: 6 });
    },
    onSettled: () => lookAtStockAgain(client, counter.id),
  });
}
