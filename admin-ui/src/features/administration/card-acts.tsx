import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Select } from '@/shared/ui/select';
import { showToast } from '@/shared/ui/toast-store';
import { discardReasons, isFree, type DiscardReason } from './card-status';
import { lookAtStockAgain } from './stock-queries';
import type { CardHistory } from './types';

/** What can be done with a card that nobody has; for one that somebody has, where that is done. */
export function CardActs({ history: { uitpasNumber, status, events } }: { history: CardHistory }) {
  const { t } = useTranslation('administration');
  const { permissions } = useCounter();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState<DiscardReason>('LOST');
  const { discard, regain } = useActs(uitpasNumber, status);
  // One that somebody had stays gone.
  const regainable = status === 'DELETED' && events.every(({ to }) => to !== 'ACTIVE');
  const close = () => {
    setAsking(false);
  };
  const denied = permissions.includes('CARDS_STOCK') ? undefined : t('card.denied');

  if (regainable) {
    return (
      <Button
        pending={regain.isPending}
        reason={denied}
        onPress={() => {
          regain.mutate();
        }}
      >
        {t('card.regain')}
      </Button>
    );
  }
  if (!isFree(status)) {
    return <p className="max-w-md text-small text-ink-soft">{t('card.taken')}</p>;
  }
  return (
    <>
      <Button
        reason={denied}
        onPress={() => {
          setAsking(true);
        }}
      >
        {t('card.discard')}
      </Button>
      <Dialog
        open={asking}
        title={t('card.discardTitle', { number: formatPassNumber(uitpasNumber) })}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>{t('cancel')}</Button>
            <Button
              kind="act"
              pending={discard.isPending}
              onPress={() => {
                discard.mutate(why, { onSettled: close });
              }}
            >
              {t('card.discard')}
            </Button>
          </>
        }
      >
        <Select
          label={t('card.why')}
          value={why}
          onChange={(value) => {
            const chosen = discardReasons.find((one) => one === value);
            if (chosen) setWhy(chosen);
          }}
          options={discardReasons.map((value) => ({ value, label: t(`card.reason.${value}`) }))}
        />
      </Dialog>
    </>
  );
}

function useActs(uitpasNumber: string, status: string) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const params = { header: { 'X-Counter': counter.id } };
  const again = () => lookAtStockAgain(client, counter.id);
  const onError = (error: unknown) => {
    const { title, text } = failure(error);
    showToast({ tone: 'stop', text: text || title });
  };
  const bringBack = () => unwrap(api.POST('/api/v1/card-regains', { params, body: { uitpasNumber } }));
  const discard = useMutation({
    mutationFn: (reason: DiscardReason) =>
      unwrap(api.POST('/api/v1/card-discards', { params, body: { uitpasNumber, reason } })),
    onSuccess: () => {
      showToast({
        tone: 'ok',
        text: t('card.discarded', { number: formatPassNumber(uitpasNumber) }),
        // It would come back at this counter, so only what lay here goes back to where it was.
        ...(status === 'LOCAL_STOCK' && {
          undo: async () => {
            await bringBack();
            await again();
          },
        }),
      });
      return again();
    },
    onError,
  });
  const regain = useMutation({
    mutationFn: bringBack,
    onSuccess: () => {
      showToast({
        tone: 'ok',
        text: t('card.regained', { number: formatPassNumber(uitpasNumber) }),
        seconds: 6,
      });
      return again();
    },
    onError,
  });
  return { discard, regain };
}
